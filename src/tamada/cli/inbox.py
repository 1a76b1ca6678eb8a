"""`tamada inbox`: open an inbox for an e-mail address, a chat or a Telegram bot."""

import argparse
import sys
from typing import TYPE_CHECKING

from tamada.cli import CommandError, summary
from tamada.cli.words import gettext as _

if TYPE_CHECKING:
    from tamada.conversations.models import Inbox


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`add`."""
    verbs = parser.add_subparsers(dest="verb", metavar=_("what"), required=True)
    add = verbs.add_parser("add", help=_("open an inbox"))
    add.add_argument("name", metavar="NAME", help=_("how people call it"))
    kind = add.add_mutually_exclusive_group(required=True)
    kind.add_argument("--email", metavar="ADDRESS", help=_("the address whose mail it takes"))
    kind.add_argument("--chat", action="store_true", help=_("a chat for your site"))
    kind.add_argument(
        "--telegram", action="store_true", help=_("a Telegram bot; its token is read from standard input")
    )
    add.add_argument(
        "--smtp", metavar="URL", default="", help=_("its server for outgoing mail: smtp://user:password@host")
    )
    add.add_argument("--imap", metavar="URL", default="", help=_("a mailbox to fetch from: imaps://user:password@host"))


def run(options: argparse.Namespace) -> None:
    """Open it and print its id and key, and of a chat what its site signs with; what people write may come at once."""
    options.name = options.name.strip()
    if not options.name or len(options.name) > 80:
        raise CommandError(_("An inbox needs a name of 1 to 80 characters."))
    if not options.email and (options.smtp or options.imap):
        raise CommandError(_("Only mail has servers: --smtp and --imap go with --email."))
    opened = _chat if options.chat else _bot if options.telegram else _mailbox
    inbox = opened(options)
    signs = {"secret": inbox.secret} if options.chat else {}
    summary(id=str(inbox.pk), key=inbox.key, **signs)


def _chat(options: argparse.Namespace) -> "Inbox":
    from tamada.conversations.actions import create_inbox
    from tamada.core.actors import SYSTEM

    return create_inbox(agent=None, actor=SYSTEM, name=options.name, channel="chat")


def _bot(options: argparse.Namespace) -> "Inbox":
    from tamada.channels.telegram.actions import BadBot, open_telegram_inbox
    from tamada.core.actors import SYSTEM

    try:
        return open_telegram_inbox(agent=None, actor=SYSTEM, name=options.name, token=sys.stdin.readline()).inbox
    except BadBot as error:
        raise CommandError(str(error)) from None


def _mailbox(options: argparse.Namespace) -> "Inbox":
    from tamada.channels.email.accounts import BadAccountError, open_mail_inbox
    from tamada.core.actors import SYSTEM

    servers = {"smtp_url": options.smtp, "imap_url": options.imap}
    try:
        return open_mail_inbox(agent=None, actor=SYSTEM, name=options.name, address=options.email, **servers).inbox
    except BadAccountError as error:
        raise CommandError(str(error)) from None
