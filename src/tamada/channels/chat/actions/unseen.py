"""An answer that stays unseen goes out by e-mail: grouped with the others, once, and its answer comes back here."""

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tamada.accounts import company
from tamada.conversations.actions import write_automatically
from tamada.conversations.models import Conversation
from tamada.core.actors import SYSTEM

from .. import queries
from ..models import Line, Thread, Visitor

WAIT: Final = timedelta(minutes=3)
AGAIN: Final = timedelta(hours=1)
"""How long until another look where no server is set up."""
TERM: Final = timedelta(days=1)
"""What could not be mailed for that long waits in the chat alone."""


def look_in(thread: Thread, wait: timedelta = WAIT) -> None:
    """Look in three minutes whether what was just said has been read. Call in a transaction."""
    from ..tasks import mail_unseen

    mail_unseen.using(run_after=timezone.now() + wait).enqueue(thread_id=thread.pk)


def look_again(visitor: Visitor) -> None:
    """An address was given: what is still unread may go there. Call in a transaction."""
    for thread in visitor.threads.filter(lines__in=_unseen()).distinct():
        look_in(thread)


def _unseen() -> QuerySet[Line]:
    return Line.objects.filter(is_ours=True, mailed_at__isnull=True)


@transaction.atomic
def mail_unseen_answers(*, thread_id: int) -> bool:
    """Mail what the visitor has not read, if the first of it is three minutes old; whether a mail was written.

    Where no server is set up, nothing is tried that would fail before the agent's eyes: it is looked again, for a day.
    """
    thread = Thread.objects.select_related("visitor__customer").filter(pk=thread_id).first()
    if thread is None:
        return False
    conversation = Conversation.everything.select_for_update().get(pk=thread.conversation_id)
    held = Thread.objects.select_for_update(of=("self",)).select_related("visitor__customer", "inbox")
    thread = held.get(pk=thread_id)
    lines = list(_unseen().filter(thread=thread, seq__gt=thread.read_seq).select_related("message").order_by("seq"))
    if not lines or lines[0].created_at > timezone.now() - WAIT or conversation.deleted_at:
        return False
    address = queries.mail_address_of(thread)
    inbox = queries.mail_inbox_of(conversation, thread)
    if not address:
        return False
    if inbox is None:
        if lines[-1].created_at > timezone.now() - TERM:
            look_in(thread, AGAIN)
        return False
    visitor = thread.visitor
    with translation.override(visitor.language or conversation.language or inbox.language or company.language()):
        write_automatically(
            actor=SYSTEM,
            conversation=conversation,
            inbox=inbox,
            to=[{"name": visitor.name, "email": address}],
            subject=_("Your chat with %(company)s") % {"company": company.given_name() or conversation.inbox.name},
            text=_text(lines),
            copies=[line.message for line in lines],
        )
    Line.objects.filter(pk__in=[line.pk for line in lines]).update(mailed_at=timezone.now())
    return True


def _text(lines: list[Line]) -> str:
    said = [f"{line.message.author_name}:\n{line.message.text}".strip() for line in lines]
    intro = _("We answered you in the chat, and you had left. This is what we wrote:")
    return "\n\n".join([intro, *said, _("Answer this mail to go on; it reaches the same conversation.")])
