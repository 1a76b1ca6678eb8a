"""What we answer leaves once, as Telegram takes it, or is said not to have left and why."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.channels.outbox import release_abandoned
from tamada.channels.telegram import reasons
from tamada.channels.telegram.models import Bot
from tamada.channels.telegram.pace import Pace
from tamada.channels.telegram.sending import Sending, calls_for
from tamada.conversations.actions import send_again
from tamada.conversations.errors import FileTooLarge
from tamada.conversations.models import Attachment, Conversation, Delivery, Message
from tamada.core import storage
from tamada.core.actors import SYSTEM
from tamada.core.models import StoredEvent
from tamada.customers.models import Identity
from tests.channels.telegram.conftest import Answer, Take, send_due
from tests.helpers.telegram import ANI, BOT, BotApi

pytestmark = pytest.mark.django_db


@pytest.fixture
def conversation(telegram: BotApi, take: Take) -> Conversation:
    telegram.say("Hello")
    take()
    return Conversation.objects.get()


def state(message: Message) -> tuple[str, str]:
    message.refresh_from_db()
    return message.delivery, Delivery.objects.get(message=message).last_error


def due_now() -> None:
    Delivery.objects.filter(settled_at=None).update(not_before=timezone.now() - timedelta(seconds=1))


def test_an_answer_leaves_with_its_formatting_and_what_it_quotes(
    telegram: BotApi, conversation: Conversation, answer: Answer
) -> None:
    question = conversation.messages.get()
    message = answer(conversation, html="<div><strong>Good</strong> day</div>", quote=question)
    (sent,) = telegram.sent
    assert state(message)[0] == "sent"
    assert (sent.given["chat_id"], sent.given["text"]) == (ANI["id"], "Good day")
    assert sent.given["entities"] == [{"type": "bold", "offset": 0, "length": 4}]
    number = int(question.external_id.rpartition(":")[2])
    assert sent.given["reply_parameters"] == {"message_id": number, "allow_sending_without_reply": True}


def test_files_follow_the_words(telegram: BotApi, conversation: Conversation, answer: Answer) -> None:
    png = b"\x89PNG\r\n\x1a\n12345"
    files = [
        Attachment.objects.create(name="plan.png", type="image/png", size=len(png), blob=storage.put(png)),
        Attachment.objects.create(name="счёт.pdf", type="application/pdf", size=4, blob=storage.put(b"%PDF")),
    ]
    message = answer(conversation, "Here", attachments=files)
    assert state(message)[0] == "sent"
    assert [call.method for call in telegram.sent] == ["sendMessage", "sendPhoto", "sendDocument"]
    assert [call.file for call in telegram.sent] == [b"", png, b"%PDF"]
    assert len(message.data["sent_parts"]) == 3


@pytest.mark.parametrize("elsewhere", ["another account", "another bot", "a mail"])
def test_what_is_quoted_from_elsewhere_points_to_nothing_here(
    telegram: BotApi, conversation: Conversation, answer: Answer, take: Take, elsewhere: str
) -> None:
    """Numbers count in each chat of each bot anew: here the same one is another message, or none."""
    gor = {"id": 777, "is_bot": False, "first_name": "Gor"}
    telegram.say("From my other account", by=gor if elsewhere == "another account" else ANI)
    take()
    quoted = Message.objects.get(text="From my other account")
    if elsewhere != "another account":
        before = f"telegram:{BOT['id']}"
        now = "telegram:987654321" if elsewhere == "another bot" else "<mail"
        Message.objects.filter(pk=quoted.pk).update(external_id=quoted.external_id.replace(before, now))
    Message.objects.filter(pk=quoted.pk).update(conversation=conversation, seq=0)
    answer(conversation, "Yes", quote=Message.objects.get(pk=quoted.pk))
    (sent,) = telegram.sent
    assert sent.given["text"] == "Yes"
    assert "reply_parameters" not in sent.given


PNG = b"\x89PNG\r\n\x1a\n12345"


def picture(name: str) -> Attachment:
    return Attachment.objects.create(name=name, type="image/png", size=len(PNG), blob=storage.put(PNG))


@pytest.mark.parametrize(
    ("code", "words"), [(400, "Bad Request: PHOTO_INVALID_DIMENSIONS"), (413, "Request Entity Too Large")]
)
def test_a_picture_that_is_no_photo_to_telegram_leaves_as_a_file(
    telegram: BotApi, conversation: Conversation, answer: Answer, code: int, words: str
) -> None:
    telegram.refuse("sendPhoto", code, words)
    message = answer(
        conversation, attachments=[picture("long.png"), picture("b.png")], quote=conversation.messages.get()
    )
    assert state(message)[0] == "sent"
    assert [call.method for call in telegram.sent] == ["sendPhoto", "sendDocument", "sendPhoto"]
    refused, as_file, other = telegram.sent
    assert (as_file.file, as_file.file_name) == (PNG, "long.png")
    assert as_file.given == refused.given  # the chat, and what it quotes
    assert "reply_parameters" in as_file.given
    assert (other.file_name, len(message.data["sent_parts"])) == ("b.png", 2)


def test_a_picture_that_is_refused_as_a_file_too_says_why_and_what_left_leaves_once(
    telegram: BotApi, conversation: Conversation, answer: Answer, teammate: Agent
) -> None:
    telegram.refuse("sendPhoto", 400, "Bad Request: PHOTO_INVALID_DIMENSIONS", times=2)
    telegram.refuse("sendDocument", 400, "Bad Request: nonsense")
    message = answer(conversation, "See", attachments=[picture("long.png")])
    assert state(message) == ("failed", reasons.REFUSED % {"words": "Bad Request: nonsense"})
    send_again(agent=teammate, actor=SYSTEM, message=message)
    send_due()
    assert state(message)[0] == "sent"
    again = ["sendPhoto", "sendDocument"]
    assert [call.method for call in telegram.sent] == ["sendMessage", *again, *again]


@pytest.mark.parametrize("code", [403, 500])
def test_a_picture_that_was_refused_for_another_reason_is_not_tried_as_a_file(
    telegram: BotApi, conversation: Conversation, answer: Answer, code: int
) -> None:
    telegram.refuse("sendPhoto", code, "No")
    answer(conversation, attachments=[picture("plan.png")])
    assert [call.method for call in telegram.sent] == ["sendPhoto"]


def test_a_file_that_is_too_large_is_refused_before(conversation: Conversation, answer: Answer) -> None:
    large = Attachment.objects.create(name="film.mp4", type="video/mp4", size=51 * 1024 * 1024, blob="x")
    with pytest.raises(FileTooLarge):
        answer(conversation, "Look", attachments=[large])
    assert not Message.objects.filter(kind="out").exists()


def test_a_long_text_leaves_in_several_messages(conversation: Conversation, answer: Answer, telegram: BotApi) -> None:
    message = answer(conversation, "word " * 1500)
    calls = calls_for(message, Bot.objects.get().bot_id, str(ANI["id"]))
    assert [len(call.given["text"]) <= 4096 for call in calls] == [True, True]
    assert [call.given["text"] for call in telegram.sent] == [call.given["text"] for call in calls]


@pytest.mark.parametrize(
    ("code", "words", "detail"),
    [
        (403, "Forbidden: bot was blocked by the user", reasons.BLOCKED),
        (403, "Forbidden: user is deactivated", reasons.DEACTIVATED),
        (403, "Forbidden: bot can't initiate conversation with a user", reasons.NO_CHAT),
        (400, "Bad Request: chat not found", reasons.NO_CHAT),
        (400, "Bad Request: message is too old", reasons.TOO_OLD % {"words": "Bad Request: message is too old"}),
        (400, "Bad Request: nonsense", reasons.REFUSED % {"words": "Bad Request: nonsense"}),
        (400, "Bad Request: non\0sense", reasons.REFUSED % {"words": "Bad Request: nonsense"}),
        (401, "Unauthorized", reasons.TOKEN_REFUSED),
    ],
)
def test_a_refusal_is_told_with_its_reason(
    telegram: BotApi, conversation: Conversation, answer: Answer, code: int, words: str, detail: str
) -> None:
    telegram.refuse("sendMessage", code, words)
    assert state(answer(conversation, "Hi")) == ("failed", detail)
    assert (Identity.objects.get().paused_at is not None) == (code == 403)
    assert (Bot.objects.get().sending_error == detail) == (code == 401)
    assert StoredEvent.objects.filter(type="channel.troubled").exists() == (code == 401)


def test_who_unblocks_the_bot_is_written_to_again(
    telegram: BotApi, conversation: Conversation, answer: Answer, teammate: Agent, take: Take
) -> None:
    telegram.refuse("sendMessage", 403, "Forbidden: bot was blocked by the user")
    message = answer(conversation, "Hi")
    telegram.say("I am back")
    take()
    assert Identity.objects.get().paused_at is None
    send_again(agent=teammate, actor=SYSTEM, message=message)
    send_due()
    assert state(message)[0] == "sent"


def test_too_many_requests_wait_as_told_and_count_as_no_try(
    telegram: BotApi, conversation: Conversation, answer: Answer
) -> None:
    telegram.refuse("sendMessage", 429, "Too Many Requests: retry after 7", retry_after=7)
    message = answer(conversation, "Hi")
    delivery = Delivery.objects.get(message=message)
    assert (state(message)[0], delivery.attempts, delivery.claimed_at) == ("queued", 0, None)
    assert 5 < (delivery.not_before - timezone.now()).total_seconds() <= 7
    due_now()
    send_due()  # too early all the same: the bot keeps still for as long as it was told
    assert len(telegram.sent) == 1


def test_a_server_that_is_away_is_tried_again(
    telegram: BotApi, conversation: Conversation, answer: Answer, settings: Any
) -> None:
    from dataclasses import replace

    from tests.helpers.ports import free_port

    here = settings.TAMADA
    settings.TAMADA = replace(here, telegram_url=f"http://127.0.0.1:{free_port()}")
    message = answer(conversation, "Hi")
    assert (state(message)[0], Delivery.objects.get(message=message).attempts) == ("queued", 1)
    settings.TAMADA = here
    due_now()
    send_due()
    assert state(message)[0] == "sent"


def test_a_line_that_breaks_before_the_answer_is_uncertain_and_never_sent_again_by_itself(
    telegram: BotApi, conversation: Conversation, answer: Answer
) -> None:
    telegram.cut.add("sendMessage")
    message = answer(conversation, "Hi")
    assert state(message) == ("uncertain", reasons.NO_ANSWER)
    telegram.cut.clear()
    due_now()
    assert send_due() == []
    assert len(telegram.sent) == 1


def test_sent_again_it_goes_on_behind_what_had_left(
    telegram: BotApi, conversation: Conversation, answer: Answer, teammate: Agent
) -> None:
    pdf = Attachment.objects.create(name="a.pdf", type="application/pdf", size=4, blob=storage.put(b"%PDF"))
    telegram.refuse("sendDocument", 400, "Bad Request: nonsense")
    message = answer(conversation, "Words", attachments=[pdf])
    assert state(message)[0] == "failed"
    send_again(agent=teammate, actor=SYSTEM, message=message)
    send_due()
    assert state(message)[0] == "sent"
    assert [call.method for call in telegram.sent] == ["sendMessage", "sendDocument", "sendDocument"]


def test_a_sender_that_dies_in_the_middle_leaves_it_uncertain(
    telegram: BotApi, conversation: Conversation, teammate: Agent
) -> None:
    from tamada.channels.outbox import claim
    from tamada.conversations.actions import send_reply

    message = send_reply(agent=teammate, actor=SYSTEM, conversation=conversation, text="Hi")
    (pk,) = claim("telegram", "a-worker:1:1", 5)
    Sending(pk, threading.Event()).mark_data()
    release_abandoned("telegram", "a-worker:1:1")
    assert state(message)[0] == "uncertain"
    assert telegram.sent == []


def test_nobody_to_write_to_is_said(telegram: BotApi, conversation: Conversation, answer: Answer) -> None:
    conversation.messages.update(sender="")
    Identity.objects.all().delete()
    assert state(answer(conversation, "Hi")) == ("failed", reasons.NOBODY)


@pytest.mark.sqlite
def test_a_chat_hears_one_message_a_second_and_a_bot_says_thirty(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])

    class Stop(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            clock[0] += timeout or 0
            return False

    pace, stop = Pace(), Stop()
    for chat in map(str, range(31)):
        assert pace.wait(1, chat, stop) == 0
    assert clock[0] == pytest.approx(101.0)
    pace.wait(1, "30", stop)
    assert clock[0] == pytest.approx(102.0)
    pace.pause(1, 60)
    assert pace.wait(1, "new", stop) == pytest.approx(60)


def test_what_may_be_tapped_is_offered_below_the_last_piece(conversation: Conversation, answer: Answer) -> None:
    message = answer(conversation, "word " * 1500)
    message.data["choices"] = ["That helped", "Talk to a person"]
    first, last = calls_for(message, Bot.objects.get().bot_id, str(ANI["id"]))
    assert "reply_markup" not in first.given
    keyboard = last.given["reply_markup"]["keyboard"]
    assert keyboard == [[{"text": "That helped"}], [{"text": "Talk to a person"}]]
