"""Who asks, what is known, and a language model on this machine, set up for an inbox."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

import pytest
from django.utils import timezone

from tamada.accounts.models import Agent, Team
from tamada.assistant import brain
from tamada.assistant.brain import Band, Judged, join
from tamada.assistant.llm.models import THE_CIRCUIT, Circuit
from tamada.assistant.models import InboxAssistant, Mode
from tamada.channels.email.accounts import open_mail_inbox
from tamada.conversations.actions import change_conversations, receive_messages, send_reply
from tamada.conversations.envelopes import Envelope, Party
from tamada.conversations.models import Conversation, Inbox, Status
from tamada.core import settings_store
from tamada.core.actors import SYSTEM, Actor
from tamada.core.answers import Answer, Phrasing, answer_sources
from tamada.kit.text import analyse, detect_language
from tests.helpers.language_model import LanguageModel, language_model


def turn_on(settings: Any, url: str, *inboxes: int, **values: Any) -> None:
    """As an admin would; the address stands in the environment, because it is inside."""
    settings.TAMADA = replace(settings.TAMADA, llm_url=url)
    known = {"model": "small", "key": "sk-very-secret", "seconds": 2, "inboxes": list(inboxes)} | values
    for name, value in known.items():
        settings_store.set(f"llm.{name}", value, SYSTEM)
    Circuit.objects.filter(pk=THE_CIRCUIT).delete()


@pytest.fixture
def model() -> Iterator[LanguageModel]:
    """The server, which nobody has been told of yet."""
    with language_model() as one:
        yield one


PUBLIC = "https://help.example/a"


@dataclass
class Shelf:
    """A room that holds answers, and a brain that knows them by their words: what a test puts there."""

    answers_: list[Answer] = field(default_factory=list)
    version_: int = 1
    languages: tuple[str, ...] = ("en", "hy", "ka", "ru")

    def put(
        self, key: str, title: str, text: str, *, language: str = "en", url: str = PUBLIC, snippet: bool = False
    ) -> None:
        address = url and f"{url}/{key}"
        self.answers_.append(Answer(key, language, title, text, address, 1, for_replies=snippet))

    def version(self) -> str:
        return str(len(self.answers_))

    def answers(self) -> Iterator[Answer]:
        return iter(self.answers_)

    def phrasings(self) -> Iterator[Phrasing]:
        return iter(())

    def now(self, key: str, language: str) -> Answer | None:
        return next((one for one in self.answers_ if (one.key, one.language) == (key, language)), None)

    def judge(self, text: str, language: str) -> Judged:
        """The more words of the answer stand in the text, the surer."""
        asked = set(analyse(text, language))
        shares = {
            one.key: len(asked & set(analyse(f"{one.title} {one.text}", language))) / (len(asked) or 1)
            for one in self.answers_
            if one.language == language
        }
        ranked = sorted(
            ((join("shelf", key), share) for key, share in shares.items() if share > 0.2), key=lambda p: -p[1]
        )
        return Judged(Band.UNSURE if ranked else Band.NONE, tuple(ranked))


class ShelfBrain:
    """The shelf as `brain.current` gives it."""

    version = 1

    def __init__(self, shelf: Shelf) -> None:
        self.languages = shelf.languages
        self.judge = shelf.judge


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """Where published answers stand in this test."""
    one = Shelf()
    monkeypatch.setitem(answer_sources._entries, "shelf", one)
    monkeypatch.setattr(brain, "current", lambda: ShelfBrain(one))
    monkeypatch.setattr(brain, "is_possible", lambda: True)
    return one


Come = Callable[..., Conversation]
_numbers = count(1)


@pytest.fixture
def inbox(team: Team) -> Inbox:
    """The mail inbox of the default team, where answers are suggested."""
    found = open_mail_inbox(agent=None, actor=SYSTEM, name="Support", address="support@help.example").inbox
    InboxAssistant.objects.create(inbox=found, mode=Mode.SUGGEST)
    return found


@pytest.fixture
def come(inbox: Inbox) -> Come:
    """`come(text, …)` is a mail that came in, and gives its conversation."""

    def run(
        text: str, *, into: Inbox = inbox, sender: str = "ani@mail.example", name: str = "Ani Petrosyan", **more: Any
    ) -> Any:
        n = next(_numbers)
        envelope = Envelope(
            inbox_id=into.pk,
            channel="email",
            sender=Party(type="email", value=sender, name=name),
            external_id=f"<come{n}@mail.example>",
            digest=f"{n:064d}",
            subject=more.get("subject", "Question"),
            text=text,
            language=detect_language(text),
            lemmas=" ".join(analyse(text)),
            received_at=timezone.now(),
            to=[{"name": "", "email": into.address}],
        )
        (result,) = receive_messages(envelopes=[envelope])
        return Conversation.objects.get(pk=result.conversation_id or 0)

    return run


def solved(conversation: Conversation, agent: Agent, text: str) -> Conversation:
    """It was answered and closed."""
    actor = Actor("agent", agent.pk, agent.name)
    send_reply(agent=agent, actor=actor, conversation=conversation, text=text)
    change_conversations(
        agent=agent, actor=actor, conversations=[conversation], changes=lambda _: {"status": Status.CLOSED}
    )
    return conversation
