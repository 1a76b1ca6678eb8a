"""`tamada webhook`: tell a program of yours what happens. Its address may be inside, for it is the operator's own."""

import argparse
import sys

from tamada.cli import CommandError, summary
from tamada.cli.words import gettext as _


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`add`."""
    verbs = parser.add_subparsers(dest="verb", metavar=_("what"), required=True)
    add = verbs.add_parser("add", help=_("make a webhook"))
    add.add_argument("url", metavar="URL", help=_("where each event is sent; it may be inside the network"))
    add.add_argument("--description", metavar="TEXT", default="", help=_("what it is for"))
    add.add_argument(
        "--type", metavar="TYPE", action="append", default=[], help=_("an event to hear of (default: all of them)")
    )


def run(options: argparse.Namespace) -> None:
    """Print its id and its secret, which is shown this once."""
    from tamada.core.actors import SYSTEM
    from tamada.webhooks import actions
    from tamada.webhooks.errors import Invalid

    try:
        row, secret = actions.add_endpoint(
            agent=None, actor=SYSTEM, url=options.url, description=options.description, types=options.type
        )
    except Invalid as refused:
        raise CommandError(refused.message) from None
    print(_("Keep it safe: it is not shown again."), file=sys.stderr)
    summary(id=str(row.pk), secret=secret)
