"""The assistant speaks, or a person does; never the assistant after a person, however close they are."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.assistant import actions
from tamada.assistant.actions import responding
from tamada.assistant.deciding import Step, Turn, decide
from tamada.assistant.models import Dialogue
from tamada.channels.chat.actions import receive_from_visitor, start_visitor
from tamada.conversations.actions import create_inbox, send_reply, update_conversation
from tamada.conversations.models import Conversation, Kind
from tamada.core.actors import SYSTEM
from tests.assistant.shop import Shelf, switch_on, teach
from tests.cast import first_team, make_agent

pytestmark = pytest.mark.django_db(transaction=True)

HOURS = "When are you open on Saturday?"


@pytest.fixture
def asked(shelf: Shelf, learned: bytes) -> Conversation:
    """Somebody asked, and nothing has happened yet."""
    teach(learned)
    first_team()
    inbox = create_inbox(agent=None, actor=SYSTEM, name="Site", channel="chat")
    switch_on(inbox)
    visitor, _token = start_visitor(inbox=inbox, language="en")
    line = receive_from_visitor(visitor=visitor, thread=None, client_id="a", text=HOURS).line
    return Conversation.objects.get(pk=line.message.conversation_id)


def reply(agent: Agent, conversation: Conversation) -> None:
    send_reply(agent=agent, actor=actor_of(agent), conversation=conversation, text="I am here.")


def take(agent: Agent, conversation: Conversation) -> None:
    update_conversation(agent=agent, actor=actor_of(agent), conversation=conversation, assignee=agent)


def close(agent: Agent, conversation: Conversation) -> None:
    update_conversation(agent=agent, actor=actor_of(agent), conversation=conversation, status="closed")


def spoken(conversation: Conversation) -> list[str]:
    return list(conversation.messages.filter(kind=Kind.OUT).order_by("seq").values_list("author_kind", flat=True))


def in_thread(work: Callable[[], object]) -> threading.Thread:
    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.parametrize("act", [reply, take, close])
def test_what_a_person_does_between_its_thinking_and_its_speaking_silences_it(
    asked: Conversation, act: Callable[[Agent, Conversation], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = make_agent("Tamar")

    def slowly(turn: Turn) -> Step:
        step = decide(turn)
        assert step.text  # it knows what to say
        in_thread(lambda: act(agent, asked)).join()
        return step

    monkeypatch.setattr(responding, "decide", slowly)
    actions.respond(conversation_id=asked.pk)
    assert "assistant" not in spoken(asked)
    assert Dialogue.objects.get().stand == "handed"


def test_a_customer_who_writes_on_meanwhile_is_answered_once_for_all(
    asked: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:

    def slowly(turn: Turn) -> Step:
        step = decide(turn)
        visitor = asked.chat_threads.get().visitor
        thread = asked.chat_threads.get()
        receive_from_visitor(visitor=visitor, thread=thread, client_id="b", text="and tell me please")
        return step

    monkeypatch.setattr(responding, "decide", slowly)
    assert not actions.respond(conversation_id=asked.pk)
    assert not spoken(asked)
    monkeypatch.setattr(responding, "decide", decide)
    actions.respond(conversation_id=asked.pk)
    assert spoken(asked) == ["assistant"]


@pytest.mark.parametrize("round_", range(6))
def test_at_the_same_moment_the_assistant_is_first_or_silent(asked: Conversation, round_: int) -> None:
    agent = make_agent("Tamar")
    begin = threading.Barrier(3)

    def together(work: Callable[[], object]) -> Callable[[], None]:
        def run() -> None:
            begin.wait(10)
            work()

        return run

    threads = [
        in_thread(together(lambda: actions.respond(conversation_id=asked.pk))),
        in_thread(together(lambda: actions.respond(conversation_id=asked.pk))),
        in_thread(together(lambda: reply(agent, asked))),
    ]
    for thread in threads:
        thread.join()
    said = spoken(asked)
    assert said.count("agent") == 1
    assert said in (["agent"], ["assistant", "agent"])
