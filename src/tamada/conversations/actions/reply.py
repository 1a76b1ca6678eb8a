"""Writing: replies, notes, new conversations, and taking a message back."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.core import audit, events
from tamada.core.actors import Actor
from tamada.customers.actions import customers_for
from tamada.customers.models import IdentityType
from tamada.kit import html as kit_html
from tamada.kit.text import analyse, detect_language
from tamada.search.index import forget_messages, index_messages

from .. import access, counts, ids, indexing, spam_filter
from ..envelopes import Address
from ..errors import EmptyMessage, NoRecipient, StaleReply, TooLate
from ..events import AgentMentioned, ConversationStarted, DraftChanged, MessageSent, MessageWithdrawn, NoteAdded
from ..models import (
    Attachment,
    AuthorKind,
    Conversation,
    Delivery,
    DeliveryState,
    Draft,
    Inbox,
    Kind,
    Mention,
    Message,
)
from ..recipients import default_recipients, read_addresses, type_given
from ..text import preview_of
from .door import check_works_in, locked
from .update import change

_MENTION = re.compile(r'data-mention="(\d{1,18})"')


@dataclass(frozen=True, slots=True)
class _Written:
    """What somebody wrote, cleaned and analysed before the transaction begins."""

    text: str
    html: str
    language: str
    terms: str
    mentioned: frozenset[int] = field(default_factory=frozenset)


def send_reply(
    *,
    agent: Agent,
    actor: Actor,
    conversation: Conversation,
    text: str = "",
    html: str = "",
    to: Sequence[type_given] | None = None,
    cc: Sequence[type_given] | None = None,
    bcc: Sequence[type_given] = (),
    attachments: Sequence[Attachment] = (),
    last_seen_message: int | None = None,
    not_before: datetime | None = None,
    status_after: str | None = None,
    snooze_until: datetime | None = None,
    take: bool = False,
    subject: str | None = None,
    quote: str = "",
    data: dict[str, Any] | None = None,
) -> Message:
    """Write to the customer; the outbox row commits with the message and leaves at `not_before` (now).

    Without `to` it answers the last message's sender, and with `cc` None also everybody else on it. `take` makes the
    writer the owner of an unowned conversation. `quote` is what follows the text (a forward, the message answered).
    Raises `StaleReply`, `NoRecipient`, `BadRecipient`, `EmptyMessage`, `PermissionDenied`.
    """
    require(agent, "conversation.reply")
    written = _read(text, html, attachments, extra=quote)
    people = (None if to is None else read_addresses(to), None if cc is None else read_addresses(cc))
    hidden = read_addresses(bcc)
    with transaction.atomic():
        conversation = locked(agent, conversation)
        _refuse_stale(conversation, last_seen_message, agent)
        receivers, copies = _receivers(conversation, *people)
        message = _message(conversation, Kind.OUT, agent, actor, written)
        message.subject = subject or _answer_subject(conversation)
        message.to, message.cc, message.bcc = receivers, copies, hidden
        message.quoted_text = quote
        message.data = data or {}
        _post(conversation, message, written, attachments, not_before=not_before)
        changes: dict[str, Any] = {}
        if take and conversation.assignee_id is None:
            changes["assignee"] = agent
        if status_after:
            changes |= {"status": status_after, "snoozed_until": snooze_until}
        conversation.waiting_since = None
        if conversation.first_replied_at is None:
            _learn_wanted(conversation)
        conversation.first_replied_at = conversation.first_replied_at or message.created_at
        _tell(MessageSent, conversation, message, actor)
        change(conversation=conversation, actor=actor, by=agent, changes=changes)
        Draft.objects.filter(agent=agent, conversation=conversation, kind=Kind.OUT).delete()
        audit.record(actor, "message.sent", message, conversation=conversation.pk)
    return message


def add_note(
    *,
    agent: Agent,
    actor: Actor,
    conversation: Conversation,
    text: str = "",
    html: str = "",
    attachments: Sequence[Attachment] = (),
    last_seen_message: int | None = None,
) -> Message:
    """Leave a note only we see. Whoever it names is told and may see the conversation from now on."""
    require(agent, "conversation.note")
    written = _read(text, html, attachments)
    with transaction.atomic():
        conversation = locked(agent, conversation)
        _refuse_stale(conversation, last_seen_message, agent)
        message = _message(conversation, Kind.NOTE, agent, actor, written)
        _post(conversation, message, written, attachments)
        mentioned = _mention(conversation, message, written)
        _tell(NoteAdded, conversation, message, actor)
        keys = access.audience(conversation)
        for agent_id in mentioned:
            fact = AgentMentioned(audience=keys, conversation=conversation.pk, message=message.pk, agent=agent_id)
            events.record(fact, actor=actor)
        change(conversation=conversation, actor=actor, by=agent, changes={})
        Draft.objects.filter(agent=agent, conversation=conversation, kind=Kind.NOTE).delete()
        audit.record(actor, "note.added", message, conversation=conversation.pk, mentioned=mentioned)
    return message


def start_conversation(
    *,
    agent: Agent,
    actor: Actor,
    inbox: Inbox,
    to: Sequence[type_given],
    subject: str,
    text: str = "",
    html: str = "",
    cc: Sequence[type_given] = (),
    bcc: Sequence[type_given] = (),
    attachments: Sequence[Attachment] = (),
    not_before: datetime | None = None,
) -> tuple[Conversation, Message]:
    """Begin a conversation from our side; its customer is the first of `to`. Inbox.DoesNotExist if it isn't theirs."""
    require(agent, "conversation.start")
    check_works_in(agent, inbox)
    written = _read(text, html, attachments)
    receivers, copies, hidden = read_addresses(to), read_addresses(cc), read_addresses(bcc)
    if not receivers:
        raise NoRecipient
    now = timezone.now()
    with transaction.atomic():
        first = receivers[0]
        party = (first["email"], first["name"], "")
        customer = customers_for(type=IdentityType.EMAIL, parties=[party], at=now)[first["email"]]
        conversation = Conversation.objects.create(
            inbox=inbox,
            channel=inbox.channel,
            customer=customer,
            team=inbox.team,
            subject=" ".join(subject.split())[:998],
            language=written.language,
            assignee=agent,
            created_at=now,
            last_activity_at=now,
        )
        counts.move(None, counts.key_of(conversation))
        message = _message(conversation, Kind.OUT, agent, actor, written)
        message.subject = conversation.subject
        message.to, message.cc, message.bcc = receivers, copies, hidden
        conversation.first_replied_at = now
        _post(conversation, message, written, attachments, not_before=not_before)
        keys = access.audience(conversation)
        started = ConversationStarted(audience=keys, conversation=conversation.pk, customer=customer.pk)
        events.record(started, actor=actor)
        _tell(MessageSent, conversation, message, actor)
        change(conversation=conversation, actor=actor, by=agent, changes={})
        audit.record(actor, "conversation.started", conversation)
    return conversation, message


@transaction.atomic
def undo_send(*, agent: Agent, actor: Actor, message: Message) -> Draft:
    """Take a message back before it has left, and give its writer the draft again; raises `TooLate`."""
    require(agent, "conversation.reply")
    conversation = locked(agent, message.conversation)
    delivery = Delivery.objects.select_for_update().filter(message=message, claimed_at__isnull=True).first()
    if delivery is None or delivery.settled_at or message.agent_id != agent.pk:
        raise TooLate
    draft, _ = Draft.objects.update_or_create(
        agent=agent,
        conversation=conversation,
        kind=Kind.OUT,
        defaults={
            "html": message.html,
            "text": message.text,
            "to": message.to,
            "cc": message.cc,
            "bcc": message.bcc,
            "subject": message.subject,
            "data": {"quote": message.quoted_text, **message.data},
        },
    )
    Attachment.objects.filter(message=message).update(message=None, draft=draft)
    forget_messages([message.pk])
    keys = access.audience(conversation)
    gone = MessageWithdrawn(audience=keys, conversation=conversation.pk, message=message.pk, seq=message.seq)
    audit.record(actor, "message.withdrawn", message, conversation=conversation.pk)
    message.delete()
    _recount(conversation)
    events.record(
        gone,
        DraftChanged(audience=frozenset({f"agent:{agent.pk}"}), conversation=conversation.pk, agent=agent.pk),
        actor=actor,
    )
    return draft


def _recount(conversation: Conversation) -> None:
    """After a message went away: what the list shows of the conversation, from those that remain."""
    said = conversation.messages.exclude(kind=Kind.SYSTEM)
    last = said.order_by("-seq").first()
    answered = said.filter(kind=Kind.OUT).order_by("-seq").values_list("seq", flat=True).first() or 0
    asked = said.filter(kind=Kind.IN, seq__gt=answered, is_automatic=False).order_by("seq").first()
    conversation.message_count = said.count()
    conversation.preview = preview_of(last.text) if last else ""
    conversation.last_kind = last.kind if last else ""
    conversation.waiting_since = asked.created_at if asked else None
    conversation.save(update_fields=["message_count", "preview", "last_kind", "waiting_since", "updated_at"])


# --- steps ------------------------------------------------------------------------------------------------------


def _read(text: str, html: str, attachments: Sequence[Attachment], *, extra: str = "") -> _Written:
    if html.strip():
        mentioned = frozenset(int(m) for m in _MENTION.findall(html))
        html = kit_html.clean(html, allow_remote=True).html
        text = kit_html.to_text(html)
    else:
        mentioned = frozenset()
        text = text.replace("\x00", "").replace("\r\n", "\n")
        html = ""
    if not text.strip() and not html and not attachments and not extra:
        raise EmptyMessage
    language = detect_language(text)
    terms = " ".join(analyse(" ".join([text, *(a.name for a in attachments)]), language))
    return _Written(text.strip(), html, language, terms, mentioned)


def _refuse_stale(conversation: Conversation, last_seen: int | None, agent: Agent) -> None:
    if last_seen is None:
        return
    seen = Message.objects.filter(pk=last_seen, conversation=conversation).values_list("seq", flat=True).first()
    unseen = conversation.messages.filter(seq__gt=seen or 0).exclude(kind=Kind.SYSTEM).exclude(agent=agent)
    if missed := list(unseen.prefetch_related("attachments").order_by("seq")):
        raise StaleReply(missed)


def _receivers(
    conversation: Conversation, to: list[Address] | None, cc: list[Address] | None
) -> tuple[list[Address], list[Address]]:
    if to is None:
        usual_to, usual_cc = default_recipients(conversation, everyone=cc is None)
        to, cc = usual_to, usual_cc if cc is None else cc
    if not to and not cc and conversation.channel == "email":
        raise NoRecipient
    return to, cc or []


def _message(conversation: Conversation, kind: Kind, agent: Agent, actor: Actor, written: _Written) -> Message:
    return Message(
        conversation=conversation,
        kind=kind,
        channel=conversation.channel,
        inbox=conversation.inbox,
        author_kind=actor.kind if actor.kind in AuthorKind.values else AuthorKind.AGENT,
        author_name=agent.name[:160],
        agent=agent,
        text=written.text,
        html=written.html,
        language=written.language,
        created_at=timezone.now(),
    )


def _learn_wanted(conversation: Conversation) -> None:
    """Mail that gets an answer isn't spam: the filter learns from the first answer."""
    first = conversation.messages.filter(kind=Kind.IN).order_by("seq").first()
    if first:
        spam_filter.learn(f"{first.subject}\n{first.text}", is_spam=False)


def _answer_subject(conversation: Conversation) -> str:
    subject = conversation.subject
    return subject if subject[:3].casefold() == "re:" else f"Re: {subject}"[:998]


def _post(
    conversation: Conversation,
    message: Message,
    written: _Written,
    attachments: Sequence[Attachment],
    *,
    not_before: datetime | None = None,
) -> None:
    """Number the message, store it with its files, index entry and, for the customer, its outbox row."""
    conversation.last_seq = Conversation.objects.values_list("last_seq", flat=True).get(pk=conversation.pk) + 1
    conversation.message_count += 1
    conversation.last_activity_at = max(conversation.last_activity_at, message.created_at)
    conversation.preview, conversation.last_kind = preview_of(message.text), message.kind
    message.seq = conversation.last_seq
    message.has_attachments = bool(attachments)
    if message.kind == Kind.OUT:
        message.delivery = DeliveryState.QUEUED
        message.external_id = message.external_key = ids.new_message_id(conversation.inbox)
    message.save()
    Attachment.objects.filter(pk__in=[a.pk for a in attachments]).update(message=message, draft=None)
    index_messages([indexing.document(message, " ".join([written.terms, *analyse(message.subject)]))])
    if message.kind == Kind.OUT:
        due = not_before or message.created_at
        Delivery.objects.create(message=message, channel=message.channel, not_before=due)


def _mention(conversation: Conversation, message: Message, written: _Written) -> list[int]:
    """Open the conversation to whom the note names, by id in the markup or by `@Name` in plain text."""
    active = Agent.objects.filter(is_active=True)
    named = set(active.filter(pk__in=written.mentioned).values_list("pk", flat=True))
    if not written.html and "@" in written.text:
        folded = written.text.casefold()
        named |= {pk for pk, name in active.values_list("pk", "name") if f"@{name.casefold()}" in folded}
    for agent_id in sorted(named):
        access.grant(conversation, agent_id)
        Mention.objects.get_or_create(
            message=message,
            agent_id=agent_id,
            defaults={"conversation": conversation, "created_at": message.created_at},
        )
    return sorted(named)


def _tell(
    event: type[MessageSent] | type[NoteAdded], conversation: Conversation, message: Message, actor: Actor
) -> None:
    keys = access.audience(conversation)
    events.record(event(audience=keys, conversation=conversation.pk, message=message.pk, seq=message.seq), actor=actor)
