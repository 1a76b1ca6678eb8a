"""What people send arrives once, in one conversation with them, with its files, edits and albums."""

import hashlib
import json
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.channels.ingest import Ingest
from tamada.channels.journal import Journal
from tamada.channels.models import RawInput
from tamada.channels.telegram.api import NoAnswer, Unreached
from tamada.channels.telegram.models import Bot
from tamada.channels.telegram.polling import Poller
from tamada.conversations.models import Attachment, Conversation, Message
from tamada.core import queue, storage
from tamada.core.actors import Actor
from tamada.core.models import QueuedTask, StoredEvent
from tamada.customers.actions import block_sender, unblock_sender
from tamada.customers.models import Customer, Identity
from tests.channels.telegram.conftest import Answer, Take, run_tasks
from tests.helpers.telegram import ANI, BotApi

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


def texts() -> list[str]:
    return list(Message.objects.exclude(kind="system").order_by("pk").values_list("text", flat=True))


def test_a_stranger_writes_and_is_known_from_then_on(telegram: BotApi, take: Take) -> None:
    telegram.say("Բարև, my router is broken")
    telegram.say("It blinks")
    take()
    telegram.say("Still there?")
    take()
    conversation = Conversation.objects.get()
    assert texts() == ["Բարև, my router is broken", "It blinks", "Still there?"]
    assert (conversation.channel, conversation.subject) == ("telegram", "Բարև, my router is broken")
    identity = Identity.objects.get()
    assert (identity.type, identity.value, identity.display) == ("telegram", str(ANI["id"]), "@ani_p")
    assert identity.customer.name == "Ani Petrosyan"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("/start", "hy"),  # everybody's first word; it is no English
        ("TL-WR840N", "hy"),
        ("👍", "hy"),
        ("Здравствуйте", "ru"),
        ("Hello, is it you?", "en"),
        ("internet chi ashxatum", "hy"),
    ],
)
def test_the_language_is_that_of_words_and_else_of_their_program(
    telegram: BotApi, take: Take, text: str, language: str
) -> None:
    telegram.say(text)
    take()
    assert Message.objects.get(kind="in").language == language
    assert Customer.objects.get(identities__value=str(ANI["id"])).language == language


def test_an_update_is_confirmed_only_once_the_journal_has_it(telegram: BotApi, bot: Bot, journal: Journal) -> None:
    """A death before the offset is stored brings the same updates again: they are known by their bytes."""
    telegram.say("One")
    first = Poller(bot, journal, threading.Event())
    journal.write(b"{}", {"channel": "telegram"})  # somebody else's, before
    first._keep(first._ask())
    assert len(journal.pending()) == 2
    again = Poller(Bot.objects.get(), journal, threading.Event())
    again.bot.offset = 0  # as if it had never been stored
    again.round()
    assert [update["message"]["text"] for update in telegram.updates] == ["One"]
    again.round()
    assert telegram.updates == []
    Ingest(journal).step()
    assert texts() == ["One"]
    assert Bot.objects.get().offset == 0  # after a quiet week Telegram may count anew from anywhere


def test_disk_that_is_short_leaves_updates_at_telegram(telegram: BotApi, bot: Bot, journal: Journal) -> None:
    telegram.say("One")
    journal.reserve = 10**18
    poller = Poller(bot, journal, threading.Event())
    assert poller.round() > 0
    assert len(telegram.updates) == 1
    assert "disk" in Bot.objects.get().last_error


def test_who_writes_days_after_the_end_begins_anew(telegram: BotApi, take: Take) -> None:
    telegram.say("First matter")
    take()
    Conversation.objects.update(status="closed", closed_at=timezone.now() - timedelta(days=1))
    telegram.say("One more thing")
    take()
    first = Conversation.objects.get()
    assert first.status == "open"
    Conversation.objects.update(status="closed", closed_at=timezone.now() - timedelta(days=4))
    telegram.say("Second matter")
    take()
    second = Conversation.objects.exclude(pk=first.pk).get()
    assert (second.linked_to, second.customer) == (first, first.customer)


def test_an_edit_shows_what_it_says_now_and_keeps_what_it_said(telegram: BotApi, take: Take) -> None:
    first = telegram.say("I ordered to")
    take()
    edited = telegram.edit(first, text="I ordered two")
    take()
    message = Message.objects.get()
    assert (message.text, [one["text"] for one in message.data["edits"]]) == ("I ordered two", ["I ordered to"])
    assert Conversation.objects.get().preview == "I ordered two"
    assert StoredEvent.objects.filter(type="message.revised").count() == 1
    # The same once more, with another update's number, and an older one that was late: neither changes anything.
    telegram.tell({"edited_message": edited["edited_message"]})
    older = {**edited["edited_message"], "text": "I ordered tw", "edit_date": edited["edited_message"]["edit_date"] - 2}
    telegram.tell({"edited_message": older})
    take()
    message.refresh_from_db()
    assert (message.text, len(message.data["edits"])) == ("I ordered two", 1)


def test_an_edit_and_its_message_in_one_batch(telegram: BotApi, take: Take) -> None:
    telegram.edit(telegram.say("Helo"), text="Hello")
    take()
    assert texts() == ["Hello"]


def test_an_edit_of_what_never_came_is_taken_in(telegram: BotApi, take: Take) -> None:
    update = telegram.say("Before the bot was connected")
    telegram.updates.clear()
    telegram.edit(update, text="Said after all")
    take()
    assert texts() == ["Said after all"]


def photo(file: str, unique: str | None = None) -> list[dict[str, Any]]:
    return [{"file_id": file, "width": 9, "height": 9, **({"file_unique_id": unique} if unique else {})}]


def test_an_album_is_one_message_however_its_parts_come(telegram: BotApi, take: Take) -> None:
    telegram.files = {name: PNG + name.encode() for name in ("F1", "F2", "F3")}
    first = telegram.say(caption="The flat", media_group_id="77", photo=photo("F1"))
    telegram.say(media_group_id="77", photo=photo("F2"))
    take()
    telegram.say(media_group_id="77", photo=photo("F3"))
    take()
    message = Message.objects.get()
    assert message.text == "The flat"
    assert sorted(a.name[:6] for a in message.attachments.all()) == ["photo-"] * 3
    assert {storage.read(a.blob)[-2:] for a in message.attachments.all()} == {b"F1", b"F2", b"F3"}
    telegram.edit(first, caption="The old flat", media_group_id="77")
    take()
    message.refresh_from_db()
    assert (message.text, message.attachments.count()) == ("The old flat", 3)
    assert [one["text"] for one in message.data["edits"]] == ["The flat"]


@pytest.mark.parametrize("album", [{}, {"media_group_id": "77"}], ids=["alone", "in an album"])
@pytest.mark.parametrize("between", [True, False], ids=["fetched before", "not fetched yet"])
def test_an_edited_caption_brings_its_picture_once_and_another_picture_too(
    telegram: BotApi, take: Take, album: dict[str, Any], between: bool
) -> None:
    """Each time that Telegram tells of a file, it may call it otherwise."""
    telegram.files = {"ID-1": PNG, "ID-2": PNG, "ID-3": PNG + b"other"}
    first = telegram.say(caption="The flat", photo=photo("ID-1", "U"), **album)
    if between:
        take()
    telegram.edit(first, caption="The old flat", photo=photo("ID-2", "U"))
    take()
    message = Message.objects.get()
    assert (message.text, message.attachments.count(), message.data["awaited"]) == ("The old flat", 1, [])
    assert sum(call.method == "getFile" for call in telegram.calls) == 1
    telegram.edit(first, edit_date=first["message"]["date"] + 9, caption="The flat", photo=photo("ID-3", "V"))
    take()
    assert message.attachments.count() == 2


@pytest.mark.parametrize("fetched", [True, False])
def test_a_message_that_an_earlier_version_stored_gets_no_picture_twice(
    telegram: BotApi, take: Take, fetched: bool
) -> None:
    """It knows its files by the one name under which they came."""
    telegram.files = {"ID-1": PNG, "ID-2": PNG}
    if not fetched:
        telegram.cut.add("getFile")
    first = telegram.say(caption="The flat", photo=photo("ID-1", "U"))
    take()
    message = Message.objects.get()
    for file in message.data["awaited"]:
        del file["unique"]
    message.data |= {"fetched": ["ID-1"]} if fetched else {}
    message.save()
    telegram.cut.clear()
    for at, file in ((1, "ID-1"), (2, "ID-2")):
        edited = {"edit_date": first["message"]["date"] + at, "caption": f"The flat {at}"}
        telegram.edit(first, **edited, photo=photo(file, "U"))
        take()
    message.refresh_from_db()
    assert (message.text, message.attachments.count(), message.data["awaited"]) == ("The flat 2", 1, [])


def test_the_same_message_told_again_is_one_whatever_its_file_is_called(telegram: BotApi, take: Take) -> None:
    telegram.files = {"ID-1": PNG, "ID-2": PNG}
    first = telegram.say(caption="The flat", photo=photo("ID-1", "U"))
    take()
    telegram.tell({"message": {**first["message"], "photo": photo("ID-2", "U")}})
    take()
    assert Message.objects.get().attachments.count() == 1
    telegram.tell({"message": {**first["message"], "photo": photo("ID-2", "V")}})
    take()
    assert Message.objects.count() == 2


@pytest.mark.parametrize("unique", ["U", None])
def test_what_an_earlier_version_stored_is_known_when_it_is_told_again(
    telegram: BotApi, take: Take, unique: str | None
) -> None:
    telegram.files = {"ID-1": PNG}
    first = telegram.say(caption="The flat", photo=photo("ID-1", unique))
    take()
    message, said = Message.objects.get(), first["message"]
    parts = [ANI["id"], f"{ANI['id']}:{said['message_id']}", said["message_id"], "The flat", "", ["ID-1"]]
    former = hashlib.sha256(json.dumps(parts).encode()).hexdigest()
    assert (message.data["digest"] == former) == (unique is None)  # what has no lasting name is digested as ever
    message.data["digest"] = former
    message.save()
    telegram.tell({"message": said})
    take()
    assert Message.objects.get() == message
    telegram.tell({"message": {**said, "caption": "Another"}})
    take()
    assert Message.objects.count() == 2


def test_a_file_is_fetched_after_the_message_is_there(telegram: BotApi, take: Take) -> None:
    telegram.files["DOC"] = PNG
    telegram.say(document={"file_id": "DOC", "file_name": "bill.pdf", "mime_type": "application/pdf"})
    take()
    file = Attachment.objects.get()
    # What it is, its content says.
    assert (file.name, file.type, storage.read(file.blob)) == ("bill.pdf", "image/png", PNG)
    assert Conversation.objects.get().preview == "bill.pdf"
    assert Message.objects.get().has_attachments


def test_a_file_that_will_not_come_is_said(telegram: BotApi, take: Take) -> None:
    telegram.say(video={"file_id": "V", "file_size": 25 * 1024 * 1024, "mime_type": "video/mp4"})
    telegram.say(document={"file_id": "D", "file_name": "a.zip"})
    telegram.refuse("getFile", 400, "Bad Request: file is too big")
    telegram.say(document={"file_id": "G", "file_name": "b.zip"})
    take()
    states = [m.data["awaited"][0]["state"] for m in Message.objects.order_by("pk")]
    assert states == ["large", "large", "gone"]
    assert not Attachment.objects.exists()


def try_again() -> None:
    QueuedTask.objects.update(run_after=timezone.now())
    run_tasks()


def awaited() -> list[str]:
    return [file["state"] for file in Message.objects.get().data["awaited"]]


AWAY = [
    ("tamada.channels.telegram.api.Api.download", Unreached("Telegram can't be reached.")),
    ("tamada.channels.telegram.api.Api.download", NoAnswer("Telegram did not answer.")),
    ("tamada.core.storage.put", storage.StoreAway("The store is away.")),
    ("tamada.core.storage.put", RuntimeError("Nobody thought of it.")),
]


@pytest.mark.parametrize(("broken", "error"), AWAY, ids=["unreached", "no answer", "store away", "whatever"])
def test_a_file_is_tried_for_two_days_and_then_said_not_to_have_come(
    telegram: BotApi, take: Take, monkeypatch: pytest.MonkeyPatch, broken: str, error: Exception
) -> None:
    def fail(*_given: object, **_more: object) -> None:
        raise error

    telegram.files["DOC"] = PNG
    telegram.say(document={"file_id": "DOC", "file_name": "bill.pdf"})
    monkeypatch.setattr(broken, fail)
    take()
    row = QueuedTask.objects.get()
    pauses = [min(2.0**tried, queue.LONGEST_PAUSE) for tried in range(1, row.max_attempts)]
    assert timedelta(days=2) <= timedelta(seconds=sum(pauses)) < timedelta(days=2, hours=3)
    QueuedTask.objects.update(attempts=row.max_attempts - 2)
    try_again()
    assert awaited() == [""]  # there is one more try
    try_again()
    assert awaited() == ["gone"]
    assert not QueuedTask.objects.exists()
    assert not Attachment.objects.exists()


def test_a_file_that_comes_at_its_last_try_is_there(telegram: BotApi, take: Take) -> None:
    telegram.files["DOC"] = PNG
    telegram.cut.add("getFile")
    telegram.say(document={"file_id": "DOC", "file_name": "bill.pdf"})
    take()
    assert awaited() == [""]
    telegram.cut.clear()
    QueuedTask.objects.update(attempts=QueuedTask.objects.get().max_attempts - 1)
    telegram.refuse("getFile", 429, "Too Many Requests: retry after 7", retry_after=7)
    try_again()
    assert awaited() == [""]  # being told to wait is no try
    try_again()
    assert awaited() == []
    assert Attachment.objects.get().name == "bill.pdf"


def test_a_reply_shows_what_it_answers_and_finds_its_conversation(telegram: BotApi, take: Take, answer: Answer) -> None:
    first = telegram.say("First matter")
    take()
    conversation = Conversation.objects.get()
    ours = answer(conversation, "Which one?")
    Conversation.objects.update(status="closed", closed_at=timezone.now() - timedelta(days=9))
    number = int(ours.external_id.rpartition(":")[2])
    telegram.say(
        "The blue one",
        reply_to_message={"message_id": number, "chat": first["message"]["chat"], "date": 1, "text": "Which one?"},
    )
    take()
    assert Conversation.objects.get().status == "open"
    message = Message.objects.get(text="The blue one")
    assert (message.conversation_id, message.quoted_text) == (conversation.pk, "Which one?")


def test_groups_are_left_politely_and_nothing_of_them_is_kept(telegram: BotApi, take: Take, journal: Journal) -> None:
    group = {"id": -1001, "type": "supergroup", "title": "Neighbours"}
    member = {"chat": group, "from": ANI, "date": 1, "new_chat_member": {"status": "member", "user": {"id": 1}}}
    telegram.tell({"my_chat_member": member})
    telegram.say("Hello all", chat=group)
    take()
    assert not Message.objects.exists()
    assert not RawInput.objects.exists()
    assert [(call.method, call.given["chat_id"]) for call in telegram.calls[-2:]] == [
        ("sendMessage", -1001),
        ("leaveChat", -1001),
    ]


def test_start_alone_waits_for_nobody(telegram: BotApi, take: Take) -> None:
    telegram.say("/start")
    take()
    conversation = Conversation.objects.get()
    assert (conversation.waiting_since, conversation.subject) == (None, "")
    telegram.say("Do you deliver?")
    take()
    conversation.refresh_from_db()
    assert conversation.waiting_since is not None
    assert conversation.subject == "Do you deliver?"
    assert Customer.objects.count() == 1


def test_hostile_formatting_is_harmless(telegram: BotApi, take: Take) -> None:
    link = {"type": "text_link", "offset": 0, "length": 4, "url": "javascript:alert(1)"}
    telegram.say("here <script>alert(1)</script>", entities=[link, {"type": "bold", "offset": 0, "length": 999}])
    take()
    html = Message.objects.get().html
    assert "javascript" not in html
    assert "<script" not in html


def test_who_is_blocked_by_their_number_is_refused(telegram: BotApi, take: Take, owner: Agent) -> None:
    telegram.say("Buy my pills")
    take()
    actor = Actor("agent", owner.pk, owner.name)
    row = block_sender(agent=owner, actor=actor, value=str(ANI["id"]))
    assert Customer.objects.get().blocked_at is not None
    telegram.say("Buy more")
    take()
    assert texts() == ["Buy my pills"]
    assert RawInput.objects.filter(state="blocked").count() == 1
    unblock_sender(agent=owner, actor=actor, sender=row)
    assert Customer.objects.get().blocked_at is None
