"""A message of ours as the mail that leaves."""

from dataclasses import dataclass

from tamada.accounts import company
from tamada.channels.email import reasons
from tamada.channels.email.addresses import Address
from tamada.channels.email.compose import File, Outgoing
from tamada.channels.email.models import MailAccount
from tamada.channels.email.threads import marker_for, reply_address
from tamada.conversations import citing
from tamada.conversations.models import Conversation, DeliveryState, Kind, Message
from tamada.conversations.signatures import signature_of
from tamada.core import storage
from tamada.kit import html as kit_html

# What has left; a message that waits or failed is nothing to refer to.
_LEFT = (DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.READ, DeliveryState.UNCERTAIN)


class NotSendable(Exception):
    """The message can't leave as it is; `reason` is shown with it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class _Thread:
    in_reply_to: str
    references: tuple[str, ...]


def outgoing(message: Message, account: MailAccount) -> Outgoing:
    """Everything the mail says. Raises NotSendable, e.g. when an attachment's file is gone."""
    conversation = message.conversation
    thread = _thread(conversation, message)
    text, html = _bodies(message)
    return Outgoing(
        message_id=message.external_id,
        from_=Address(account.from_name or company.given_name() or message.inbox.name, account.address),
        to=_people(message.to),
        cc=_people(message.cc),
        bcc=_people(message.bcc),
        subject=message.subject,
        text=text,
        html=html,
        date=message.created_at,
        reply_to=_reply_to(account, conversation),
        in_reply_to=thread.in_reply_to,
        references=thread.references,
        attachments=_files(message),
        number=conversation.number,
        marker=marker_for(conversation.pk),
        automatic="auto-replied" if message.is_automatic else "",
    )


def _people(addresses: list[dict[str, str]]) -> list[Address]:
    return [Address(a.get("name", ""), a["email"]) for a in addresses]


def _reply_to(account: MailAccount, conversation: Conversation) -> Address | None:
    if not account.reply_domain:
        return None
    return Address(account.from_name, reply_address(conversation.pk, account.reply_domain))


def _thread(conversation: Conversation, message: Message) -> _Thread:
    """What it answers: the last thing the customer wrote before it, else our own last mail that left.

    References are those of the mail that is answered, and itself (RFC 5322 3.6.4). A forward answers nothing.
    """
    if citing.is_forward(message):
        return _Thread("", ())
    earlier = Message.objects.filter(conversation=conversation, seq__lt=message.seq, channel="email")
    earlier = earlier.exclude(external_id="").order_by("seq")
    theirs = earlier.filter(kind=Kind.IN).only("external_id", "references").last()
    if theirs is not None:
        return _Thread(theirs.external_id, tuple(dict.fromkeys([*theirs.references, theirs.external_id])))
    ours = tuple(earlier.filter(kind=Kind.OUT, delivery__in=_LEFT).values_list("external_id", flat=True))
    return _Thread(ours[-1], ours) if ours else _Thread("", ())


def _bodies(message: Message) -> tuple[str, str]:
    """Text and HTML: what was written, the signature, and what is quoted below."""
    signature = signature_of(message)
    text, html = message.text, message.html
    if signature:
        text = f"{text.rstrip()}\n\n-- \n{signature}"
        html = f"{html}<p>-- <br>{kit_html.from_text(signature)}</p>" if html else ""
    if quote := citing.below(message):
        html = html or kit_html.from_text(text)
        return f"{text.rstrip()}\n\n{quote.text}".lstrip(), f"{html}<br>{quote.html}"
    return text, html


def _files(message: Message) -> list[File]:
    files: list[File] = []
    for attachment in message.attachments.all():
        try:
            data = storage.read(attachment.blob)
        except storage.MissingFile:
            raise NotSendable(reasons.FILE_GONE % {"name": attachment.name}) from None
        files.append(File(attachment.name, attachment.type, data, attachment.content_id))
    return files
