"""Why something could not be sent or fetched: kept in English, and read in the language of whoever looks.

Each channel has its own sentences in its `reasons.py`, which ends with `declare(globals())` and says which of them are
put right in the inbox's settings.
"""

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext, gettext_noop

UNREADABLE = gettext_noop("The message and its files can't be read now (%(kind)s).")
FILE_GONE = gettext_noop("The attachment “%(name)s” can't be found any more.")
DATABASE_AWAY = gettext_noop("The database was away; nothing was sent.")
BROKE_OFF = gettext_noop("Sending broke off at its end (%(kind)s).")
STOPPED_BEFORE = gettext_noop("Tamada stopped before the message left.")
STOPPED_WHILE = gettext_noop("Tamada stopped while the message was leaving.")
RESTORED = gettext_noop("Restored from a backup: it may have been sent since.")

_templates: set[str] = set()
_in_settings: set[str] = set()


def declare(module: Mapping[str, Any], *, in_settings: Collection[str] = ()) -> None:
    """Make a module's sentences known: those whose names are in capitals. `in_settings` are mended there."""
    _in_settings.update(in_settings)
    _templates.update(value for name, value in module.items() if name.isupper() and isinstance(value, str))
    _patterns.cache_clear()


def in_words(reason: str) -> str:
    """A stored reason in the language that is active; what servers said themselves stays as they said it."""
    template, told = _known(reason)
    return gettext(template) % told if template else reason


def is_mended_in_settings(reason: str) -> bool:
    """Whether what is wrong is put right in the settings of the inbox, and not by waiting or by somebody else."""
    return _known(reason)[0] in _in_settings


def _known(reason: str) -> tuple[str, dict[str, str]]:
    """The sentence that it was made of, "" for a server's own words; and what was filled in."""
    if not reason:  # Nothing is wrong with most messages, and each of a thread is asked for.
        return "", {}
    for template, pattern in _patterns():
        if found := pattern.fullmatch(reason):
            return template, found.groupdict()
    return "", {}


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    """The sentences, those with the most words of their own first."""
    templates = sorted(_templates, key=lambda template: (-len(re.sub(r"%\(\w+\)s", "", template)), template))
    return [(template, re.compile(_as_pattern(template), re.DOTALL)) for template in templates]


def _as_pattern(template: str) -> str:
    pieces = re.split(r"%\((\w+)\)s", template)
    return "".join(f"(?P<{piece}>.*?)" if number % 2 else re.escape(piece) for number, piece in enumerate(pieces))


declare(globals())
