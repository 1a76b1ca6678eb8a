"""The visitor's stream: their own events, no colleague's, and nothing for a token or a site that may not."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import datetime, timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.channels.chat.actions import (
    mark_seen_by_visitor,
    receive_from_visitor,
    start_visitor,
    tell_we_type,
)
from tamada.channels.chat.models import Line, Visitor
from tamada.channels.chat.outbox import deliver_due
from tamada.channels.chat.queries import is_here
from tamada.config import stream
from tamada.config.stream import WIDGET, Streams, opened_by_visitor
from tamada.conversations.actions import add_note, send_reply
from tamada.conversations.models import Inbox
from tamada.core import events
from tamada.core.actors import Actor
from tamada.core.hub import Hub, Reader
from tamada.widget import floods
from tests.cast import make_agent
from tests.config.test_stream import Listener, in_thread
from tests.helpers.polling import until

pytestmark = pytest.mark.django_db(transaction=True)

Scenario = Callable[[Streams], Coroutine[Any, Any, None]]


def listening(scenario: Scenario) -> None:
    """Run a scenario beside the visitor's endpoint and a reader of the log."""
    latest = events.latest()
    connection.close()

    async def run() -> None:
        hub = Hub(latest)
        streams = Streams(hub, {WIDGET: opened_by_visitor})
        reader = Reader(hub, asyncio.get_running_loop())
        try:
            await scenario(streams)
        finally:
            streams.close()
            await asyncio.to_thread(reader.close)

    asyncio.run(run())


def begun(inbox: Inbox, text: str) -> tuple[Visitor, str, Line]:
    visitor, token = start_visitor(inbox=inbox)
    return visitor, token, receive_from_visitor(visitor=visitor, thread=None, client_id="a", text=text).line


def answer(agent: Agent, line: Line, text: str) -> None:
    actor = Actor("agent", agent.pk, agent.name)
    conversation = line.message.conversation
    add_note(agent=agent, actor=actor, conversation=conversation, text="Between us")
    send_reply(agent=agent, actor=actor, conversation=conversation, text=text)
    deliver_due()


def test_an_answer_is_heard_by_its_visitor_alone(chat: Inbox) -> None:
    agent = make_agent("Tamar")
    _visitor, token, line = begun(chat, "Hello")
    _other, other_token, _ = begun(chat, "Somebody else")

    async def scenario(streams: Streams) -> None:
        mine = Listener(streams, path=WIDGET, authorization=f"Bearer {token}", origin="https://shop.example")
        other = Listener(streams, path=WIDGET, authorization=f"Bearer {other_token}")
        await mine.has("retry")
        await other.has("retry")
        assert (b"access-control-allow-origin", b"*") in mine.sent[0]["headers"]
        await in_thread(lambda: answer(agent, line, "Good morning"))
        await mine.has('"seq":2')
        await in_thread(lambda: mark_seen_by_visitor(thread=line.thread, seq=2, read=True))
        await mine.has("event: chat.marks")
        await in_thread(lambda: tell_we_type(conversation=line.message.conversation, name="Tamar", typing=True))
        await mine.has("event: chat.typing")
        names = {part.splitlines()[0] for part in mine.text.split("event: ")[1:]}
        assert names == {"chat.message", "chat.marks", "chat.typing"}
        assert str(line.thread_id) in mine.text
        assert "Good morning" not in mine.text
        assert f'"conversation":"{line.thread_id}"' in mine.text
        assert f'"conversation":"{line.thread_id}"' not in other.text
        await mine.leave()
        await other.leave()

    listening(scenario)


def test_what_was_missed_is_replayed(chat: Inbox) -> None:
    agent = make_agent("Tamar")
    _visitor, token, line = begun(chat, "Hello")
    before = events.latest()
    answer(agent, line, "Good morning")

    async def scenario(streams: Streams) -> None:
        back = Listener(streams, path=WIDGET, authorization=f"Bearer {token}", last_event_id=str(before))
        await back.has('"seq":2')
        assert "note." not in back.text
        await back.leave()

    listening(scenario)


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer nonsense"}, {"cookie": "sessionid=1"}])
def test_without_a_token_nobody_listens(chat: Inbox, headers: dict[str, str]) -> None:
    async def scenario(streams: Streams) -> None:
        stranger = Listener(streams, path=WIDGET, **headers)
        await stranger.task
        assert stranger.status == 401
        assert (b"access-control-allow-origin", b"*") in stranger.sent[0]["headers"]

    listening(scenario)


def test_a_visitor_has_so_many_streams_and_nobody_else_suffers(chat: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "VISITOR_STREAMS", 2)
    (_, token, _), (_, other_token, _) = begun(chat, "Hello"), begun(chat, "Somebody else")

    async def scenario(streams: Streams) -> None:
        def opened(token: str) -> Listener:
            return Listener(streams, path=WIDGET, authorization=f"Bearer {token}")

        held = [opened(token), opened(token), opened(other_token)]
        for one in held:
            await one.has("retry")
        refused = opened(token)
        await refused.task
        assert refused.status == 429
        assert {b"retry-after", b"access-control-allow-origin"} <= {name for name, _ in refused.sent[0]["headers"]}
        await held.pop(0).leave()
        held.append(opened(token))
        await held[-1].has("retry")
        for one in held:
            await one.leave()

    listening(scenario)


def test_openings_are_counted_by_token_and_address_before_anything_is_looked_up(
    chat: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert floods.STREAM.address >= 10_000  # as many chats as may stand behind one address, all at once
    monkeypatch.setattr(floods, "STREAM", floods.Window("stream", 2, 4, 60, workable=False))
    monkeypatch.setattr(settings, "TAMADA", replace(settings.TAMADA, trusted_proxies=(ip_network("192.0.2.0/24"),)))
    _visitor, token, _line = begun(chat, "Hello")

    def status(token: str, *forwarded: str, peer: str = "192.0.2.1") -> int:
        named = [(b"x-forwarded-for", one.encode()) for one in forwarded]
        headers = [(b"authorization", f"Bearer {token}".encode()), *named]
        try:
            scope = {"path": WIDGET, "headers": headers, "client": (peer, 1)}
            return 200 if opened_by_visitor(scope) else 401
        except stream.Busy:
            return 429

    assert [status(token, f"203.0.113.{n}") for n in range(3)] == [200, 200, 429]
    assert [status(f"made-up-{n}", "198.51.100.7") for n in range(4)] == [401] * 4
    with CaptureQueriesContext(connection) as asked:
        assert status("made-up", "198.51.100.9", "198.51.100.7") == 429
        # Whom nobody trusts is known by their own address, whatever they say of it.
        assert [status(f"x{n}", f"198.51.100.{n}", peer="198.51.100.7") for n in range(20, 22)] == [429, 429]
    assert not asked.captured_queries
    assert status("made-up", "198.51.100.8") == 401
    assert [status("", "203.0.113.9") for _ in range(9)] == [401] * 9


def test_another_site_does_not_listen(chat: Inbox) -> None:
    _visitor, token, _line = begun(chat, "Hello")
    Inbox.objects.update(settings={"chat": {"origins": ["https://shop.example"]}})

    async def scenario(streams: Streams) -> None:
        theirs = Listener(streams, path=WIDGET, authorization=f"Bearer {token}", origin="https://evil.example")
        await theirs.task
        assert theirs.status == 403

    listening(scenario)


def test_a_stream_ends_with_the_inbox(chat: Inbox) -> None:
    _visitor, token, _line = begun(chat, "Hello")

    async def scenario(streams: Streams) -> None:
        mine = Listener(streams, path=WIDGET, authorization=f"Bearer {token}")
        await mine.has("retry")
        (client,) = streams.hub.clients
        await in_thread(lambda: Inbox.objects.update(is_active=False))
        assert client.principal.renew is not None
        assert await in_thread(client.principal.renew) is None
        await mine.leave()

    listening(scenario)


def test_who_listens_is_there_though_they_ask_for_nothing(chat: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor, token, _line = begun(chat, "Hello")
    other, _other_token, _ = begun(chat, "Somebody who left")
    monkeypatch.setattr(stream, "HEARTBEAT", 1.0)
    long_ago = timezone.now() - timedelta(hours=1)

    def seen(one: Visitor) -> datetime:
        return Visitor.objects.get(pk=one.pk).seen_at

    async def scenario(streams: Streams) -> None:
        mine = Listener(streams, path=WIDGET, authorization=f"Bearer {token}")
        await mine.has("retry")
        await in_thread(lambda: Visitor.objects.update(seen_at=long_ago))
        await in_thread(lambda: until(lambda: seen(visitor) > long_ago, what="the next round"))
        assert await in_thread(lambda: is_here(Visitor.objects.get(pk=visitor.pk)))
        assert await in_thread(lambda: seen(other)) == long_ago
        await mine.leave()
        await in_thread(lambda: Visitor.objects.update(seen_at=long_ago))
        await asyncio.wait_for(streams._note_visitors(), 30)
        assert await in_thread(lambda: seen(visitor)) == long_ago

    listening(scenario)
