"""`tamada inbox`: open an inbox for an e-mail address or a chat."""

import argparse

from tamada.cli import CommandError, summary
from tamada.cli.words import gettext as _


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`add`."""
    verbs = parser.add_subparsers(dest="verb", metavar=_("what"), required=True)
    add = verbs.add_parser("add", help=_("open an inbox"))
    add.add_argument("name", metavar="NAME", help=_("how people call it"))
    kind = add.add_mutually_exclusive_group(required=True)
    kind.add_argument("--email", metavar="ADDRESS", help=_("the address whose mail it takes"))
    kind.add_argument("--chat", action="store_true", help=_("a chat for your site"))
    add.add_argument(
        "--smtp", metavar="URL", default="", help=_("its server for outgoing mail: smtp://user:password@host")
    )
    add.add_argument("--imap", metavar="URL", default="", help=_("a mailbox to fetch from: imaps://user:password@host"))


def run(options: argparse.Namespace) -> None:
    """Open it and print its id and key, and of a chat what its site signs with; mail and visitors may come at once."""
    from tamada.channels.email.accounts import BadAccountError, open_mail_inbox
    from tamada.conversations.actions import create_inbox
    from tamada.conversations.models import Channel
    from tamada.core.actors import SYSTEM

    if not options.name.strip() or len(options.name) > 80:
        raise CommandError(_("An inbox needs a name of 1 to 80 characters."))
    if options.chat:
        if options.smtp or options.imap:
            raise CommandError(_("A chat has no mail servers: --smtp and --imap go with --email."))
        inbox = create_inbox(agent=None, actor=SYSTEM, name=options.name.strip(), channel=Channel.CHAT)
    else:
        try:
            account = open_mail_inbox(
                agent=None,
                actor=SYSTEM,
                name=options.name.strip(),
                address=options.email,
                smtp_url=options.smtp,
                imap_url=options.imap,
            )
        except BadAccountError as error:
            raise CommandError(str(error)) from None
        inbox = account.inbox
    signs = {"secret": inbox.secret} if options.chat else {}
    summary(id=str(inbox.pk), key=inbox.key, **signs)
