"""What a customer writes from their requests is a message like any other: it comes in where the job is talked about."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from django.db.models import Case, F, Q, QuerySet, When
from django.utils import timezone

from tamada.channels.chat.actions import show_said_elsewhere
from tamada.conversations.actions import receive_messages
from tamada.conversations.envelopes import Address, Envelope, IncomingAttachment, Party, ThreadKeys
from tamada.conversations.models import Channel, Conversation, Inbox, Kind
from tamada.customers.models import Customer, Identity
from tamada.kit.services.template import in_language
from tamada.kit.text import analyse, detect_language

from .errors import NoWay
from .models import Job

_CHANNELS: Final = (Channel.EMAIL, Channel.TELEGRAM, Channel.CHAT)
_SUBJECT: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What they wrote about a job. `key` names this filling of the form, so the same one twice is one message."""

    key: str
    text: str
    step: str = ""
    files: Sequence[IncomingAttachment] = field(default=())


def tell_us(job: Job, said: Said) -> bool:
    """Take it in; whether it was taken: a sender whom we refuse is not told so. Call in a transaction, the job held.

    The job's conversation goes on. Where there is none any more, one begins in a suitable inbox, and is the job's from
    then on. Who chats sees it in their chat as well. Raises `NoWay`.
    """
    talk = _talk_of(job)
    inbox = talk.inbox if talk else inbox_for(job.customer, job.team_id)
    identity = _identity(job.customer, inbox, talk) if inbox else None
    if inbox is None or identity is None:
        raise NoWay
    [received] = receive_messages(envelopes=[_envelope(job, said, inbox, identity, talk)])
    if received.conversation_id is None:
        return False
    if received.message is not None and inbox.channel == Channel.CHAT:
        show_said_elsewhere(received.message)
    if received.conversation_id != job.conversation_id:
        job.conversation = Conversation.objects.get(pk=received.conversation_id)
        Job.objects.filter(pk=job.pk).update(conversation=job.conversation)
    return True


def way_of(job: Job) -> str:
    """Over which channel an answer will come; "" where there is no way."""
    talk = _talk_of(job)
    return _way(job.customer, talk.inbox if talk else inbox_for(job.customer, job.team_id), talk)


def way_to(customer: Customer, team_id: int | None) -> str:
    """The same for something new, which a team delivers."""
    return _way(customer, *place_for(customer, team_id))


def _way(customer: Customer, inbox: Inbox | None, talk: Conversation | None) -> str:
    return inbox.channel if inbox is not None and _identity(customer, inbox, talk) else ""


def _talk_of(job: Job) -> Conversation | None:
    """Its conversation, while it is there and theirs; a merged one is the one that it is part of."""
    talk = Conversation.everything.select_related("inbox").filter(pk=job.conversation_id or 0).first()
    while talk is not None and talk.merged_into_id:
        talk = Conversation.everything.select_related("inbox").get(pk=talk.merged_into_id)
    gone = talk is None or talk.deleted_at is not None or talk.customer_id != job.customer_id
    return None if gone else talk


def place_for(customer: Customer, team_id: int | None) -> tuple[Inbox | None, Conversation | None]:
    """Where something new is talked about: in a conversation of its own; in a chat, which has one for everything, in
    the one that they were in last."""
    inbox = inbox_for(customer, team_id)
    is_chat = inbox is not None and inbox.channel == Channel.CHAT
    return inbox, _last_of(customer) if is_chat else None


def _last_of(customer: Customer) -> Conversation | None:
    rows = Conversation.objects.select_related("inbox").filter(customer=customer)
    return rows.order_by("-last_activity_at").first()


def inbox_for(customer: Customer, team_id: int | None) -> Inbox | None:
    """Where a new conversation with this customer begins: on a channel by which they can be answered, mail first; the
    inbox in which they wrote last, else the team's, else the oldest."""
    ways = set(Identity.objects.filter(customer=customer).values_list("type", flat=True)) & set(_CHANNELS)
    last = _last_of(customer)
    order = Case(*(When(channel=way, then=place) for place, way in enumerate(_CHANNELS)), default=9)
    near = Case(When(pk=last.inbox_id if last else 0, then=0), When(team=team_id or 0, then=1), default=2)
    rows: QuerySet[Inbox] = Inbox.objects.filter(is_active=True).annotate(order=order, near=near)
    # Nobody can be reached in a chat where they never were.
    usable = Q(channel__in=ways - {Channel.CHAT}) | Q(channel=Channel.CHAT, pk=last.inbox_id if last else 0)
    return rows.filter(usable).order_by(F("order"), F("near"), "pk").first()


def _identity(customer: Customer, inbox: Inbox, talk: Conversation | None) -> Identity | None:
    """The address they are answered at: the one they wrote from here last, else their first of this kind."""
    mine = customer.identities.all()
    if talk is not None:
        sent = talk.messages.filter(kind=Kind.IN, customer=customer).order_by("-seq").values_list("sender", flat=True)
        if (last := sent.first()) and (found := mine.filter(value__iexact=last).first()):
            return found
    return mine.filter(type=inbox.channel).first() or (mine.first() if talk is not None else None)


def _envelope(job: Job, said: Said, inbox: Inbox, identity: Identity, talk: Conversation | None) -> Envelope:
    language = detect_language(said.text) or job.language
    service = in_language(job.template.name, job.language)
    told = "\0".join([said.text, *(file.blob for file in said.files)])
    names = " ".join(file.name for file in said.files)
    return Envelope(
        inbox_id=inbox.pk,
        channel=inbox.channel,
        sender=Party(type=identity.type, value=identity.value, name=job.customer.name),
        external_id=f"<requests-{job.pk}-{said.key}@tamada.invalid>",
        digest=hashlib.sha256(told.encode("utf-8", "replace")).hexdigest(),
        subject="" if talk else f"{service} #{job.number}"[:_SUBJECT],
        text=said.text,
        language=language,
        received_at=timezone.now(),
        to=[Address(name="", email=inbox.address)] if inbox.channel == Channel.EMAIL and inbox.address else [],
        thread=ThreadKeys(conversation_ids=(talk.pk,) if talk else ()),
        attachments=said.files,
        lemmas=" ".join(analyse(f"{said.text}\n{names}", language)),
        data={"job": job.pk, "step": said.step},
    )
