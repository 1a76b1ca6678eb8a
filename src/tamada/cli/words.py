"""Texts of the command line in the language of LC_ALL, LC_MESSAGES or LANG, without loading Django.

from tamada.cli.words import gettext as _
"""

import gettext as standard
from pathlib import Path

DOMAIN = "django"


def _catalogues() -> Path:
    package = Path(__file__).resolve().parent.parent
    return next((p for p in (package / "locale", package.parent.parent / "locale") if p.is_dir()), package / "locale")


standard.bindtextdomain(DOMAIN, str(_catalogues()))
standard.textdomain(DOMAIN)  # argparse asks the standard library for its own words.


def gettext(text: str) -> str:
    """The text in the user's language, or as it is."""
    return standard.dgettext(DOMAIN, text)


def N_(text: str) -> str:  # noqa: N802 (the customary name)
    """Marks a text for translators that is translated where it is shown."""
    return text


ARGPARSE = (
    N_("usage: "),
    N_("options"),
    N_("positional arguments"),
    N_("show this help message and exit"),
    N_("show program's version number and exit"),
    N_("the following arguments are required: %s"),
    N_("unrecognized arguments: %s"),
    N_("argument %(argument_name)s: %(message)s"),
    N_("invalid choice: %(value)r (choose from %(choices)s)"),
    N_("invalid %(type)s value: %(value)r"),
    N_("expected one argument"),
    N_("not allowed with argument %s"),
    N_("one of the arguments %s is required"),
)
