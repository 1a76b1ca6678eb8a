"""Mail that was removed for good stays away, and nothing of it is left on disk."""

from datetime import timedelta

from django.utils import timezone

from tamada.channels.email.importer import run_import
from tamada.channels.models import RawInput
from tamada.conversations.actions import delete_conversations, purge_deleted
from tamada.conversations.models import Conversation, Message
from tamada.core.actors import SYSTEM, Actor
from tests.channels.conftest import mail


def remove(agent, *conversations):
    actor = Actor("agent", agent.pk, agent.name)
    delete_conversations(agent=agent, actor=actor, conversations=conversations)
    Conversation.everything.filter(deleted_at__isnull=False).update(deleted_at=timezone.now() - timedelta(days=31))
    purge_deleted()


def test_neither_a_mailbox_nor_an_import_brings_it_back(deliver, account, journal, teammate):
    deliver(mail("Words of hers", message_id="<one@customer.example>"))
    message = Message.objects.get()
    path = journal.raw_path(message.raw)
    assert b"Words of hers" in path.read_bytes()
    remove(teammate, message.conversation)
    assert not path.exists()
    assert not RawInput.objects.exclude(sender="").exists()
    again = mail("Words of hers", message_id="<one@customer.example>", x_other="by another way")
    deliver(mail("Words of hers", message_id="<one@customer.example>"), again)
    run_import([again], inbox_id=account.inbox_id, journal=journal)
    assert not Message.objects.exists()
    # Some programs give all their mails one Message-ID: another content under it is another mail.
    deliver(mail("Something else", message_id="<one@customer.example>"))
    assert Message.objects.get().text == "Something else"


def test_bytes_that_another_inbox_has_too_stay(deliver, account, journal, owner):
    from tamada.channels.email.accounts import open_mail_inbox

    sales = open_mail_inbox(agent=None, actor=SYSTEM, name="Sales", address="sales@company.example")
    deliver(mail("Words of hers"), inboxes=[account.inbox_id, sales.inbox_id])
    mine, other = Message.objects.order_by("inbox_id")
    remove(owner, mine.conversation)
    assert journal.raw_path(other.raw).exists()
    remove(owner, other.conversation)
    assert not journal.raw_path(other.raw).exists()
