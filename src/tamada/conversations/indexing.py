"""Messages in the search index: their words, and what else they are found by."""

from collections.abc import Iterable, Sequence
from hashlib import blake2s

from django.db import transaction
from django.db.models import Max, QuerySet

from tamada.kit.text import analyse
from tamada.search.index import Document, index_messages

from .models import Kind, Message

FILE = "=file"


def inbox_mark(pk: int) -> str:
    """Carried by every message of this inbox's conversations."""
    return f"=i{pk}"


def customer_mark(pk: int) -> str:
    """Carried by what this customer wrote."""
    return f"=c{pk}"


def agent_mark(pk: int) -> str:
    """Carried by what this agent wrote."""
    return f"=a{pk}"


def address_mark(address: str) -> str:
    """Carried by what went to this address; a hash, because an address has more than letters and digits."""
    return "=t" + blake2s(address.strip().casefold().encode(), digest_size=8).hexdigest()


def document(message: Message, terms: str) -> Document:
    """What the index holds of a message, `terms` being its analysed text: also who wrote it, to whom, and where.

    Reads `message.conversation`, nothing else; `has_attachments` must be set.
    """
    terms = " ".join([terms, *analyse(" ".join(_people(message)))])
    return Document(message.pk, terms, tuple(_marks(message)))


def _people(message: Message) -> Iterable[str]:
    if message.kind == Kind.IN:
        return [message.author_name, message.sender]
    receivers = [*message.to, *message.cc] if message.kind == Kind.OUT else []
    return [part for a in receivers for part in (a.get("name", ""), a.get("email", "")) if part]


def _marks(message: Message) -> Iterable[str]:
    yield inbox_mark(message.conversation.inbox_id)
    if message.customer_id and message.kind == Kind.IN:
        yield customer_mark(message.customer_id)
    if message.agent_id:
        yield agent_mark(message.agent_id)
    if message.has_attachments:
        yield FILE
    yield from {address_mark(a["email"]): 1 for a in (*message.to, *message.cc, *message.bcc) if a.get("email")}


# --- making it anew ---------------------------------------------------------------------------------------------


def documents_after(last: int, limit: int) -> Sequence[Document]:
    """The documents of the next messages by id, analysed again from what is stored."""
    rows = _searchable().filter(pk__gt=last).select_related("conversation").prefetch_related("attachments")
    rows = rows.defer("html", "quoted_text", "references").order_by("pk")
    return [document(m, terms_of(m)) for m in rows[:limit]]


def index_again(conversation_id: int, *, batch: int = 200) -> None:
    """Make the index of one conversation's messages anew, some in a transaction."""
    rows = _searchable().filter(conversation=conversation_id).select_related("conversation")
    rows = rows.prefetch_related("attachments").defer("html", "quoted_text", "references").order_by("pk")
    last = 0
    while messages := list(rows.filter(pk__gt=last)[:batch]):
        documents = [document(m, terms_of(m)) for m in messages]
        with transaction.atomic():
            index_messages(documents)
        last = messages[-1].pk


def terms_of(message: Message) -> str:
    """A stored message's analysed text: subject, what it says and said before it was edited, and its files' names."""
    names = [a.name for a in message.attachments.all()]
    before = [one["text"] for one in message.data.get("edits", ())]
    return " ".join(analyse("\n".join([message.subject, message.text, *before, *names]), message.language or None))


def total() -> int:
    """About how many messages there are, at no cost."""
    return Message.objects.aggregate(last=Max("pk"))["last"] or 0


def count() -> int:
    """How many messages are searched."""
    return _searchable().count()


def _searchable() -> QuerySet[Message]:
    return Message.objects.exclude(kind=Kind.SYSTEM)
