"""The steps that every verb of writing takes: read what was written, lock, number and store, tell."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.core import events, wakeup
from tamada.core.actors import Actor
from tamada.kit import html as kit_html
from tamada.kit.quotes.citing import reply_subject
from tamada.kit.text import analyse, detect_language
from tamada.search.index import index_messages

from .. import access, citing, ids, indexing, spam_filter
from ..capabilities import capabilities_of, units
from ..envelopes import Address
from ..errors import EmptyMessage, FileTooLarge, MissingFile, NoRecipient, SentBefore, StaleReply, TooLong
from ..events import MessageSent, NoteAdded
from ..models import Attachment, AuthorKind, Conversation, Delivery, DeliveryState, Kind, Message
from ..recipients import default_recipients
from ..text import preview_of
from .drafts import copy_of

_MENTION = re.compile(r'data-mention="(\d{1,18})"')


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody wrote, cleaned and analysed before the transaction begins."""

    text: str
    html: str
    language: str
    terms: str
    mentioned: frozenset[int] = field(default_factory=frozenset)


def read_text(text: str, html: str, attachments: Sequence[Attachment], *, extra: str = "") -> Written:
    """Clean what somebody wrote. Pictures by `cid:` stay when they are among the attachments."""
    if html.strip():
        mentioned = frozenset(int(m) for m in _MENTION.findall(html))
        pictures = {a.content_id for a in attachments if a.content_id}
        html = kit_html.clean(html, allow_remote=True, cid=lambda c: f"cid:{c}" if c in pictures else None).html
        text = kit_html.to_text(html)
    else:
        mentioned = frozenset()
        text = text.replace("\x00", "").replace("\r\n", "\n")
        html = ""
    if not text.strip() and "<img" not in html and not attachments and not extra:
        raise EmptyMessage
    language = detect_language(text)
    terms = " ".join(analyse(" ".join([text, *(a.name for a in attachments)]), language))
    return Written(text.strip(), html, language, terms, mentioned)


def as_taken(channel: str, text: str, html: str) -> tuple[str, str]:
    """What was written, as the channel takes it: some have no formatting."""
    if html.strip() and not capabilities_of(channel).formatted:
        return kit_html.to_text(kit_html.clean(html).html), ""
    return text, html


def check_fits(channel: str, written: "Written", attachments: Sequence[Attachment]) -> None:
    """Raises `TooLong`, `FileTooLarge` for what the channel would not take."""
    can = capabilities_of(channel)
    if can.longest and not can.splits and units(written.text) > can.longest:
        raise TooLong(can.longest)
    for file in attachments:
        if can.largest_file and file.size > can.largest_file:
            raise FileTooLarge(file.name, can.largest_file)


@dataclass(frozen=True, slots=True)
class Below:
    """What stands below a message: its text, who is cited and how (`citing.mark`), and the pictures in it."""

    text: str = ""
    html: str = ""
    cites: dict[str, Any] = field(default_factory=dict)
    pictures: Sequence[Attachment] = ()


NOTHING = Below()


def cite(original: Message, how: citing.How, *, agent: Agent, language: str = "") -> Below:
    """A message made fit to stand below another one; raises ValueError for a note or a system line."""
    citing.check_citable(original)
    cites = citing.mark(original, how, agent=agent, language=language)
    bodies = citing.bodies(cites, original)
    return Below(bodies.text, bodies.html, cites, citing.pictures(original, bodies.html))


def sent_before(
    agent: Agent, client_id: str, written: Written, attachments: Sequence[Attachment], **given: Any
) -> Message | None:
    """The message that an earlier try with this id made; raises `SentBefore` when it says something else.

    `given` are fields of the message that must be equal too; None is not compared.
    """
    known = Message.objects.filter(agent=agent, client_id=client_id).first() if client_id else None
    if known is None:
        return None
    files = sorted(known.attachments.values_list("name", "size"))
    same = (known.text, known.html, files) == (
        written.text,
        written.html,
        sorted((a.name, a.size) for a in attachments),
    )
    if not same or any(getattr(known, name) != value for name, value in given.items() if value is not None):
        raise SentBefore(known)
    return known


def refuse_stale(conversation: Conversation, last_seen: int | None, agent: Agent, actor: Actor) -> None:
    """Refuse what is written without having seen what a person wrote; an out-of-office note alone refuses nothing.

    At a desk one's own words count as seen; of two programs with one person's rights neither knows of the other's.
    """
    if last_seen is None:
        return
    seen = Message.objects.filter(pk=last_seen, conversation=conversation).values_list("seq", flat=True).first()
    unseen = conversation.messages.filter(seq__gt=seen or 0).exclude(kind=Kind.SYSTEM)
    if actor.kind != "api":
        unseen = unseen.exclude(agent=agent)
    if unseen.filter(is_automatic=False).exists():
        raise StaleReply(list(unseen.prefetch_related("attachments").order_by("seq")))


def receivers_of(
    conversation: Conversation, channel: str, to: list[Address] | None, cc: list[Address] | None
) -> tuple[list[Address], list[Address]]:
    if not capabilities_of(channel).addressed:
        return [], []  # Whoever is at the other end.
    if to is None:
        usual_to, usual_cc = default_recipients(conversation, everyone=cc is None)
        to, cc = usual_to, usual_cc if cc is None else cc
    if not to and not cc:
        raise NoRecipient
    return to, cc or []


def new_message(conversation: Conversation, kind: Kind, agent: Agent | None, actor: Actor, written: Written) -> Message:
    return Message(
        conversation=conversation,
        kind=kind,
        channel=conversation.channel,
        inbox=conversation.inbox,
        author_kind=actor.kind if actor.kind in AuthorKind.values else AuthorKind.AGENT,
        author_name=(agent or actor).name[:160],
        agent=agent,
        text=written.text,
        html=written.html,
        language=written.language,
        created_at=timezone.now(),
    )


def learn_wanted(conversation: Conversation) -> None:
    """Mail that gets an answer isn't spam: the filter learns from the first answer."""
    first = conversation.messages.filter(kind=Kind.IN).order_by("seq").first()
    if first:
        spam_filter.learn(f"{first.subject}\n{first.text}", is_spam=False)


def answer_subject(conversation: Conversation) -> str:
    return reply_subject(conversation.subject)[:998]


def post(
    conversation: Conversation,
    message: Message,
    written: Written,
    attachments: Sequence[Attachment],
    *,
    not_before: datetime | None = None,
    below: Below = NOTHING,
) -> None:
    """Number the message, store it with its files, index entry and, for the customer, its outbox row."""
    message.quoted_text = below.text
    if below.cites:
        message.data = {**message.data, "cites": below.cites}
    conversation.last_seq = Conversation.objects.values_list("last_seq", flat=True).get(pk=conversation.pk) + 1
    conversation.message_count += 1
    conversation.last_activity_at = max(conversation.last_activity_at, message.created_at)
    conversation.preview, conversation.last_kind = preview_of(message.text), message.kind
    message.seq = conversation.last_seq
    message.has_attachments = bool(attachments)
    if message.kind == Kind.OUT:
        message.delivery = DeliveryState.QUEUED
        message.external_id = message.external_key = ids.new_message_id(message.inbox)
    message.save()
    _take_files(message, attachments)
    _copy_pictures(message, below.pictures)
    index_messages([indexing.document(message, " ".join([written.terms, *analyse(message.subject)]))])
    if message.kind == Kind.OUT:
        due = not_before or message.created_at
        Delivery.objects.create(message=message, channel=message.channel, not_before=due)
        wakeup.notify_after_commit(wakeup.OUTGOING)


def _take_files(message: Message, attachments: Sequence[Attachment]) -> None:
    """Each file goes with one message; raises `MissingFile` for one that is gone or was taken."""
    for file in {a.pk: a for a in attachments}.values():
        if not Attachment.objects.filter(pk=file.pk, message=None).update(message=message, draft=None):
            raise MissingFile(file.name)


def _copy_pictures(message: Message, pictures: Sequence[Attachment]) -> None:
    """Files that a cited text shows go along under the Content-ID it names them by."""
    for file in pictures:
        copy_of(file, message=message, is_inline=True, content_id=file.content_id).save()


def tell(
    event: type[MessageSent] | type[NoteAdded], conversation: Conversation, message: Message, actor: Actor
) -> None:
    keys = access.audience(conversation)
    events.record(event(audience=keys, conversation=conversation.pk, message=message.pk, seq=message.seq), actor=actor)
