"""What leaves over Telegram: a message as the calls that it takes, each of which is known to have left, or not."""

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from django.db import DatabaseError, InterfaceError

from tamada.channels import outbox as shared
from tamada.channels import reasons as common
from tamada.channels.events import ChannelTroubled
from tamada.channels.outbox import ClaimLost
from tamada.channels.telegram import reasons
from tamada.channels.telegram.actions.bots import token_of
from tamada.channels.telegram.api import LARGEST_PHOTO, LARGEST_UPLOAD, Api, ApiError, NoAnswer, Unreached, Upload
from tamada.channels.telegram.markup import from_html, split
from tamada.channels.telegram.models import Bot
from tamada.channels.telegram.pace import Pace
from tamada.channels.telegram.receive import external_id
from tamada.conversations.actions import set_delivery
from tamada.conversations.models import Attachment, Channel, DeliveryState, Kind, Message
from tamada.core import events, storage
from tamada.core.actors import SYSTEM
from tamada.core.db import durable_atomic
from tamada.customers.actions import heard_from, pause_identity
from tamada.customers.models import Identity, IdentityType

log = logging.getLogger(__name__)

PACE: Final = Pace()
_PHOTOS: Final = ("image/jpeg", "image/png")
_NOT_THIS: Final = (400, 413)


@dataclass(frozen=True, slots=True)
class Result:
    """How a try ended.

    `hold`: Telegram wants to be left alone so long, which counts as no try. `is_bots`: no message of this bot would
    leave. `blocked`: this person takes none.
    """

    outcome: str
    detail: str = ""
    hold: float = 0.0
    is_bots: bool = False
    blocked: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the Bot API; a file's bytes are read when its turn comes."""

    method: str
    given: Mapping[str, Any] = field(default_factory=dict)
    file: Attachment | None = None
    file_field: str = ""


def calls_for(message: Message, bot: int, chat: str) -> list[Call]:
    """A message as Telegram takes it: its words in pieces, then its files. The first answers what is quoted."""
    text, entities = from_html(message.html) if message.html else (message.text, [])
    answered = _answered(message, external_id(bot, f"{chat}:"))
    calls: list[Call] = []
    for piece, marks in split(text, entities):
        given: dict[str, Any] = {"chat_id": int(chat), "text": piece}
        if marks:
            given["entities"] = marks
        calls.append(Call("sendMessage", given))
    if calls and (choices := message.data.get("choices")):
        keys = {"keyboard": [[{"text": text}] for text in choices], "one_time_keyboard": True, "resize_keyboard": True}
        calls[-1] = Call("sendMessage", {**calls[-1].given, "reply_markup": keys})
    for file in message.attachments.all():
        is_photo = file.type in _PHOTOS and file.size <= LARGEST_PHOTO
        method, name = ("sendPhoto", "photo") if is_photo else ("sendDocument", "document")
        calls.append(Call(method, {"chat_id": int(chat)}, file, name))
    if answered and calls:
        first = calls[0]
        reply = {"message_id": answered, "allow_sending_without_reply": True}
        calls[0] = Call(first.method, {**first.given, "reply_parameters": reply}, first.file, first.file_field)
    return calls


def _answered(message: Message, place: str) -> int:
    """The number of the message that this one quotes; 0 for none, or if that is not of this `place`, a bot's chat."""
    cites = message.data.get("cites") or {}
    quoted = Message.objects.filter(pk=cites.get("message") or 0, external_id__startswith=place).first()
    number = quoted.external_id.removeprefix(place) if quoted else ""
    return int(number) if number.isdigit() else 0


def chat_of(message: Message) -> str:
    """Whom it goes to: who wrote last over this bot in the conversation, or the customer's account; "" for nobody."""
    theirs = Message.objects.filter(conversation=message.conversation, inbox=message.inbox_id, kind=Kind.IN)
    last = theirs.filter(channel=Channel.TELEGRAM).order_by("-seq").values_list("sender", flat=True).first()
    if last and last.isdigit():
        return last
    known = Identity.objects.filter(customer=message.conversation.customer_id, type=IdentityType.TELEGRAM)
    return next((value for value in known.order_by("-pk").values_list("value", flat=True) if value.isdigit()), "")


class Outbox(shared.Outbox):
    """One worker's senders."""

    channel = "telegram"

    def send(self, delivery_id: int) -> None:
        Sending(delivery_id, self.stop).run()


def run_outbox(stop: threading.Event) -> None:
    """The worker's loop: until `stop`, send what is due."""
    Outbox(stop).run()


class Sending(shared.Sending):
    """One claimed delivery, from reading its message to settling it."""

    def run(self) -> None:
        """Send and settle. Outcomes that could not be written are tried again until they are."""
        self.chat = ""
        bot = Bot.objects.filter(inbox=self.message.inbox_id).first()
        if bot is None or not token_of(bot):
            self.settle(Result("failed", reasons.NO_BOT if bot is None else reasons.OTHER_KEY, is_bots=bot is not None))
            return
        try:
            result = self._send(bot)
        except ClaimLost:
            log.warning("A message was released while it was about to leave.", extra={"job": self.delivery.pk})
            return
        if result.hold:
            self.until_written(lambda: self.hold(result.detail, result.hold))
        else:
            self.settle(result)

    def _send(self, bot: Bot) -> Result:
        """One try, which goes on where an earlier one ended. Raises ClaimLost."""
        self.chat = chat_of(self.message)
        if not self.chat:
            return Result("failed", reasons.NOBODY)
        sent = [int(number) for number in self.message.data.get("sent_parts", ())]
        try:
            with Api(token_of(bot), timeout=60.0) as api:
                for call in calls_for(self.message, bot.bot_id, self.chat)[len(sent) :]:
                    if refusal := self._one(api, bot, call):
                        return refusal
        except (DatabaseError, InterfaceError):
            outcome = "uncertain" if self.may_have_left else "retry"
            return Result(outcome, common.DATABASE_AWAY if outcome == "retry" else reasons.NO_ANSWER)
        return Result("sent")

    def _one(self, api: Api, bot: Bot, call: Call) -> Result | None:
        """Make one call; what keeps the rest from leaving, or None."""
        if wait := PACE.wait(bot.bot_id, self.chat, self.stop):
            return Result("retry", reasons.TOO_MANY % {"count": round(wait)}, hold=wait)
        upload = self._upload(call)
        if isinstance(upload, Result):
            return upload
        if not self.may_have_left:
            self.mark_data()
        try:
            made = api.call(call.method, call.given, upload)
        except ApiError as error:
            if error.code in _NOT_THIS and call.method == "sendPhoto":
                # Too long, too narrow, damaged or no picture at all: as a file it may leave all the same.
                return self._one(api, bot, replace(call, method="sendDocument", file_field="document"))
            return self._refused(bot, error)
        except Unreached as error:
            return Result("retry", str(error))
        except NoAnswer:
            return Result("uncertain", reasons.NO_ANSWER)
        self._note_sent(bot, int(made["message_id"]))
        return None

    def _upload(self, call: Call) -> Upload | Result | None:
        """The call's file, None where it has none; or why it can't leave."""
        if call.file is None:
            return None
        if call.file.size > LARGEST_UPLOAD:
            told = {"name": call.file.name, "count": LARGEST_UPLOAD // 1024 // 1024}
            return Result("failed", reasons.FILE_TOO_LARGE % told)
        try:
            return Upload(call.file_field, call.file.name, call.file.type, storage.read(call.file.blob))
        except storage.MissingFile:
            return Result("failed", common.FILE_GONE % {"name": call.file.name})
        except storage.StoreAway as error:
            return Result("retry", common.UNREADABLE % {"kind": type(error).__name__})

    def _note_sent(self, bot: Bot, number: int) -> None:
        """On disk before the next part leaves: a second try goes on behind it."""
        with durable_atomic():
            self.message.refresh_from_db(fields=["data"])
            parts = [*self.message.data.get("sent_parts", ()), number]
            self.keep_data(sent_parts=parts)
            if len(parts) == 1:
                # By this an answer to it is known, and a quote of it finds its place.
                key = external_id(bot.bot_id, f"{self.chat}:{number}")
                Message.objects.filter(pk=self.message.pk).update(external_id=key, external_key=key)

    def _refused(self, bot: Bot, error: ApiError) -> Result:
        words, lower = error.words, error.words.lower()
        if error.retry_after or error.code == 429:
            seconds = max(1.0, error.retry_after)
            PACE.pause(bot.bot_id, seconds)
            return Result("retry", reasons.TOO_MANY % {"count": round(seconds)}, hold=seconds)
        if error.code in (401, 404):
            return Result("failed", reasons.TOKEN_REFUSED, is_bots=True)
        if error.code >= 500:
            return Result("retry", reasons.REFUSED % {"words": words})
        if error.code == 403:
            gone = "deactivated" in lower
            never = "can't initiate" in lower
            detail = reasons.DEACTIVATED if gone else reasons.NO_CHAT if never else reasons.BLOCKED
            return Result("failed", detail, blocked=True)
        if "chat not found" in lower:
            return Result("failed", reasons.NO_CHAT)
        if "too old" in lower or "can't be edited" in lower or "business_peer_usage_missing" in lower:
            return Result("failed", reasons.TOO_OLD % {"words": words})
        return Result("failed", reasons.REFUSED % {"words": words})

    def write_outcome(self, result: shared.Result) -> None:
        assert isinstance(result, Result)
        if result.outcome == "sent":
            set_delivery(message=self.message, state=DeliveryState.SENT)
            heard_from(type=IdentityType.TELEGRAM, values=[self.chat])
        elif result.outcome == "uncertain":
            set_delivery(message=self.message, state=DeliveryState.UNCERTAIN, detail=result.detail)
        elif result.outcome == "retry" and not self.is_given_up():
            self.again(result.detail, [self.message.inbox.name])
        else:
            set_delivery(message=self.message, state=DeliveryState.FAILED, detail=result.detail)
        if result.blocked:
            pause_identity(type=IdentityType.TELEGRAM, value=self.chat)
        _heard_from_telegram(self.message.inbox_id, result)


def _heard_from_telegram(inbox_id: int, result: Result) -> None:
    """Keep when Telegram last took something, or why it takes nothing; the inbox's settings show it."""
    bots = Bot.objects.filter(inbox=inbox_id)
    if result.is_bots:
        if bots.exclude(sending_error=result.detail[:500]).update(sending_error=result.detail[:500]):
            keys = frozenset({"role:admin", f"inbox:{inbox_id}"})
            events.record(ChannelTroubled(audience=keys, inbox=inbox_id, reason="sending"), actor=SYSTEM)
    elif result.outcome == "sent":
        bots.exclude(sending_error="").update(sending_error="")
