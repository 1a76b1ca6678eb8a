"""What a customer gives when they are asked for it: kept for the note, and what reaches them beside them, unproven."""

from collections.abc import Mapping

from tamada.channels.chat.actions import describe_visitor
from tamada.channels.chat.models import Thread
from tamada.conversations.actions import tell_in_thread
from tamada.conversations.models import Kind, Message
from tamada.core.actors import Actor
from tamada.customers.actions import add_given_number
from tamada.customers.errors import Invalid
from tamada.customers.models import Customer

from .. import fields, queries, wording
from ..models import Dialogue

_TAKEN = "phone_taken"


def gather(*, dialogue: Dialogue, found: Mapping[str, str], message: Message) -> None:
    """Remember what stands in a message, in the transaction that saves the dialogue. A number or an address is put
    beside its giver afterwards: customers are held before conversations, never after.
    """
    from ..tasks import keep_email, keep_phone

    known = dialogue.collected.get("fields", {})
    dialogue.collected = {**dialogue.collected, "fields": {**known, **found}}
    if found.get(fields.PHONE, known.get(fields.PHONE)) != known.get(fields.PHONE):
        keep_phone.enqueue(message_id=message.pk)
    if found.get(fields.EMAIL, known.get(fields.EMAIL)) != known.get(fields.EMAIL):
        keep_email.enqueue(conversation_id=message.conversation_id)


def keep_email(*, conversation_id: int) -> None:
    """What was given is where this visitor's answers go when they have left, as if they had typed it in the form."""
    dialogue = Dialogue.objects.filter(conversation=conversation_id).first()
    address = dialogue.collected.get("fields", {}).get(fields.EMAIL) if dialogue else None
    thread = (
        Thread.objects.select_related("visitor__inbox", "visitor__customer")
        .filter(conversation=conversation_id)
        .first()
    )
    if address and thread:
        describe_visitor(visitor=thread.visitor, email=address)


def keep_phone(*, message_id: int) -> None:
    """Put the phone number that was given beside the customer; where it is another's already, say so in the thread."""
    message = Message.objects.select_related("conversation__dialogue").filter(pk=message_id).first()
    dialogue = getattr(message.conversation, "dialogue", None) if message else None
    number = dialogue.collected.get("fields", {}).get(fields.PHONE) if dialogue else None
    if message is None or not number:
        return
    conversation = message.conversation
    customer = Customer.objects.filter(pk=message.customer_id or conversation.customer_id).first()
    if customer is None:
        return
    setup = queries.setup_of(conversation.inbox_id)
    actor = Actor("assistant", setup.pk, wording.name_of(setup), depth=1)
    try:
        is_theirs = add_given_number(actor=actor, customer=customer, value=number)
    except Invalid:
        return  # they have as many as one can have: it stands in the note
    if not is_theirs and not conversation.messages.filter(kind=Kind.SYSTEM, data__event=_TAKEN).exists():
        tell_in_thread(actor=actor, conversation=conversation, data={"event": _TAKEN})
