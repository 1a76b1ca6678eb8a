"""Taking a message back before it has left: the conversation stands as before, and the writer has the words again."""

from typing import Any

from django.utils.html import escape

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.core import audit, events
from tamada.core.actors import Actor
from tamada.core.db import durable_atomic
from tamada.search.index import forget_messages

from .. import access, citing, counts
from ..errors import TooLate
from ..events import ConversationUpdated, DraftChanged, MessageWithdrawn
from ..models import Attachment, Conversation, Delivery, Draft, Kind, Message
from ..text import preview_of
from .door import locked
from .state import put_back, read, snapshot
from .waiting import owed_since

# What a reply settles beside the fields that people change.
_ANSWERED = ("waiting_since", "first_replied_at", "last_activity_at")


def state_before(conversation: Conversation) -> dict[str, Any]:
    """Everything that sending changes, to be taken before it does."""
    return {**snapshot(conversation), **snapshot(conversation, _ANSWERED)}


def remember(message: Message, before: dict[str, Any]) -> None:
    """Keep with the message what undo needs: how it stood, how it stands, and the lines that tell of the change."""
    conversation = message.conversation
    lines = list(conversation.messages.filter(seq__gt=message.seq).values_list("pk", flat=True))
    undo = {"conversation": conversation.pk, "before": before, "after": snapshot(conversation), "lines": lines}
    message.data = {**message.data, "undo": undo}
    message.save(update_fields=["data"])


def include_in_undo(message: Message) -> None:
    """What was changed since the message, in the same transaction, is undone with it: its writer asked for both."""
    message.conversation.refresh_from_db()
    message.refresh_from_db(fields=["data"])
    remember(message, message.data["undo"]["before"])


def undo_send(*, agent: Agent, actor: Actor, message: Message) -> Draft:
    """Take a message back before it has left, and give its writer the draft again; raises `TooLate`.

    What they have written since stays, below the words that come back. What others changed since stays as well. A
    conversation that this message began, and in which nobody has written since, goes with it.
    """
    require(agent, "conversation.reply")
    with durable_atomic():
        return _withdraw(agent, actor, message)


def _withdraw(agent: Agent, actor: Actor, message: Message) -> Draft:
    conversation = locked(agent, message.conversation)
    # Held until the end, so that no sender claims it meanwhile.
    delivery = Delivery.objects.select_for_update().filter(message=message).first()
    if delivery is None or message.agent_id != agent.pk:
        raise TooLate
    message.refresh_from_db(fields=["data"])
    if not can_be_undone(message, delivery):
        raise TooLate
    is_all = "started" in message.data.get("undo", {}) and not _others(conversation, message)
    draft = _draft_again(agent, None if is_all else conversation, message)
    forget_messages([message.pk])
    gone = MessageWithdrawn(
        audience=access.audience(conversation), conversation=conversation.pk, message=message.pk, seq=message.seq
    )
    audit.record(actor, "message.withdrawn", message, conversation=conversation.pk)
    if is_all:
        events.record(gone, actor=actor)
        counts.move(counts.key_of(conversation), None)
        conversation.delete()
        return draft
    lines = message.data.get("undo", {}).get("lines", ())
    conversation.messages.filter(pk__in=lines, kind=Kind.SYSTEM).delete()
    message.delete()
    _restore(conversation, message, actor)
    own_screens = frozenset({f"agent:{agent.pk}"})
    events.record(gone, DraftChanged(audience=own_screens, conversation=conversation.pk, agent=agent.pk), actor=actor)
    return draft


def can_be_undone(message: Message, delivery: Delivery) -> bool:
    """Whether nobody has received it: it waits, not for the rest of those to whom it went, and never began to leave."""
    if delivery.settled_at or delivery.claimed_at or message.data.get("deferred"):
        return False
    return not any(attempt.outcome in ("data", "uncertain", "sent") for attempt in delivery.log.all())


def _others(conversation: Conversation, message: Message) -> bool:
    return conversation.messages.exclude(pk=message.pk).exclude(kind=Kind.SYSTEM).exists()


# --- the words ------------------------------------------------------------------------------------------------------


def _draft_again(agent: Agent, conversation: Conversation | None, message: Message) -> Draft:
    known = Draft.objects.filter(agent=agent, conversation=conversation, kind=Kind.OUT) if conversation else None
    draft = (known and known.first()) or Draft(agent=agent, conversation=conversation, kind=Kind.OUT)
    draft.inbox = message.inbox
    draft.html = "<div><br></div>".join(part for part in (as_html(message), draft.html) if part)
    draft.text = "\n\n".join(part for part in (message.text, draft.text) if part)
    draft.to, draft.cc, draft.bcc, draft.subject = message.to, message.cc, message.bcc, message.subject
    draft.data = _cite_of(message) or draft.data
    draft.save()
    _give_back_files(message, draft)
    return draft


def as_html(message: Message) -> str:
    """A message's own words as the composer takes them."""
    return message.html or escape(message.text).replace("\n", "<br>")


def _cite_of(message: Message) -> dict[str, str]:
    """What the composer must know to cite the same message again."""
    cites = message.data.get("cites")
    return {"cite": f"{cites['how']}:{cites['message']}"} if cites else {}


def _give_back_files(message: Message, draft: Draft) -> None:
    """The draft's own; pictures of a message cited below come along again when it is sent again."""
    cited = [a.pk for a in message.attachments.all() if a.is_inline and f"cid:{a.content_id}" not in message.html]
    Attachment.objects.filter(message=message).exclude(pk__in=cited).update(message=None, draft=draft)


# --- the conversation -----------------------------------------------------------------------------------------------


def _restore(conversation: Conversation, gone: Message, actor: Actor) -> None:
    undo = gone.data.get("undo", {})
    key, keys = counts.key_of(conversation), access.audience(conversation)
    # What a conversation that was merged since settled is not this one's.
    is_own = "before" in undo and undo.get("conversation", conversation.pk) == conversation.pk
    restored = put_back(conversation, undo["before"], undo["after"]) if is_own else []
    recount(conversation)
    _unanswer(conversation, gone, undo.get("before", {}))
    conversation.save()
    counts.move(key, counts.key_of(conversation))
    if restored:
        now = access.audience(conversation)
        fact = ConversationUpdated(audience=now, before=keys, conversation=conversation.pk, fields=tuple(restored))
        events.record(fact, actor=actor)


def recount(conversation: Conversation) -> None:
    """What the list shows of the conversation, from the messages that remain."""
    said = conversation.messages.exclude(kind=Kind.SYSTEM)
    last = said.order_by("-seq").first()
    conversation.message_count = said.count()
    conversation.preview = preview_of(last.text) if last else ""
    conversation.last_kind = last.kind if last else ""


def _unanswer(conversation: Conversation, gone: Message, before: dict[str, Any]) -> None:
    """What the message had settled is open again, unless another answer settles it."""
    answers = conversation.messages.filter(citing.ANSWERS).order_by("seq")
    known = {name: read(name, before.get(name)) for name in _ANSWERED}
    first = answers.first()
    conversation.first_replied_at = known["first_replied_at"] or (first.created_at if first else None)
    conversation.waiting_since = owed_since(conversation, before)
    later = conversation.messages.filter(kind=Kind.OUT, seq__gt=gone.seq).order_by("seq").first()
    if later and "undo" in later.data:
        _inherit(later, gone, before)
    if conversation.last_activity_at == gone.created_at and known["last_activity_at"]:
        conversation.last_activity_at = known["last_activity_at"]


def _inherit(later: Message, gone: Message, before: dict[str, Any]) -> None:
    """Undoing the next one leads back to before both."""
    mine = later.data["undo"]["before"]
    for name in _ANSWERED:
        if mine[name] in (None, gone.created_at.isoformat()):
            mine[name] = before[name]
    later.save(update_fields=["data"])
