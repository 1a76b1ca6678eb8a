"""`tamada token`: an API token for a person, shown this once."""

import argparse
import sys

from tamada.cli import CommandError
from tamada.cli.words import gettext as _

SCOPES = ("read", "write")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`add`."""
    verbs = parser.add_subparsers(dest="verb", metavar=_("what"), required=True)
    add = verbs.add_parser("add", help=_("make a token with somebody's rights"))
    add.add_argument("email", metavar="EMAIL")
    add.add_argument("--name", metavar="NAME", default="", help=_("what it is for"))
    add.add_argument("--scope", choices=SCOPES, action="append", help=_("what it may do (default: all they may)"))


def run(options: argparse.Namespace) -> None:
    """Print the token alone on the last line of standard output."""
    from tamada.accounts import actions
    from tamada.accounts.errors import Invalid
    from tamada.cli.user import agent_called
    from tamada.core.actors import SYSTEM

    owner = agent_called(options.email)
    try:
        _token, raw = actions.create_token(
            agent=None, actor=SYSTEM, owner=owner, name=options.name, scopes=options.scope
        )
    except Invalid as refused:
        raise CommandError(refused.message) from None
    print(_("Keep it safe: it is not shown again."), file=sys.stderr)
    print(raw, flush=True)
