"""The stream endpoints: who may listen, what is replayed, what is told after access changed."""

import asyncio
import math
import threading
import time
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import login
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.http import HttpRequest
from django.test import Client as Browser
from django.utils import timezone

from tamada.accounts import actions
from tamada.accounts.actions.tokens import create_token
from tamada.accounts.models import Agent, ApiToken, OpenSession, TotpKey
from tamada.config.stream import MISSED, Streams, begin, by_session, by_token, cursor_of
from tamada.core import events, hub
from tamada.core.actors import SYSTEM
from tamada.core.hub import Hub, Principal, Reader
from tamada.core.models import StoredEvent
from tests.core.jobs import Silent
from tests.helpers.polling import until

pytestmark = pytest.mark.django_db(transaction=True)

KEYS = frozenset({"team:1"})


class Listener:
    """One client of the endpoint, as an ASGI server would run it."""

    def __init__(self, streams: Streams, query: str = "", path: str = "/stream", **headers: str) -> None:
        self.sent: list[dict[str, Any]] = []
        self._leave = asyncio.Event()
        scope = {
            "method": "GET",
            "path": path,
            "query_string": query.encode(),
            "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
        }
        self.task = asyncio.create_task(streams(scope, self._receive, self._send))

    async def _receive(self) -> dict[str, Any]:
        await self._leave.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"]) if self.sent else 0

    @property
    def text(self) -> str:
        return b"".join(message.get("body", b"") for message in list(self.sent)).decode()

    async def has(self, text: str) -> None:
        await asyncio.to_thread(until, lambda: text in self.text, what=f"{text} in the stream")

    async def leave(self) -> None:
        self._leave.set()
        await self.task


def in_thread(function: Callable[[], Any]) -> Coroutine[Any, Any, Any]:
    def run() -> Any:
        try:
            return function()
        finally:
            connection.close()

    return asyncio.to_thread(run)


def ring(*bells: int, audience: frozenset[str] = KEYS, before: frozenset[str] = frozenset()) -> list[int]:
    with transaction.atomic():
        events.record(*(Silent(audience=audience, before=before, bell_id=bell) for bell in bells), actor=SYSTEM)
    return list(StoredEvent.objects.order_by("pk").values_list("pk", flat=True))


def position() -> int:
    """The newest event's number, once no other worker's transaction on PostgreSQL holds it back."""
    newest = StoredEvent.objects.order_by("xid", "pk").values_list("pk", flat=True).last() or 0
    until(lambda: events.latest() == newest, what="every event")
    return newest


def listening(
    scenario: Callable[[Streams], Coroutine[Any, Any, None]],
    authenticate: Callable[[dict[str, Any]], Principal | None] = lambda _scope: Principal(KEYS),
) -> None:
    """Run the scenario against an endpoint that everybody may listen to with KEYS, or whom `authenticate` lets in."""

    async def run() -> None:
        the_hub = Hub(await in_thread(position))
        reader = Reader(the_hub, asyncio.get_running_loop())
        streams = Streams(the_hub, {"/stream": authenticate, MISSED: authenticate})
        try:
            await scenario(streams)
        finally:
            streams.close()
            await asyncio.to_thread(reader.close)

    asyncio.run(run())


def test_an_event_reaches_an_open_stream_with_its_id() -> None:
    async def scenario(streams: Streams) -> None:
        listener = Listener(streams)
        await listener.has("retry: 2000\nid: 0\n\n")
        (pk,) = await in_thread(lambda: ring(7))
        await listener.has(f"id: {pk}\nevent: test.silent\ndata: ")
        await in_thread(lambda: ring(8, audience=frozenset({"team:2"})))
        await in_thread(lambda: ring(9))
        await listener.has('"bell_id":"9"')
        assert '"bell_id":"8"' not in listener.text
        headers = dict(listener.sent[0]["headers"])
        assert headers[b"content-type"].startswith(b"text/event-stream")
        assert headers[b"x-accel-buffering"] == b"no"
        await listener.leave()
        assert not streams.hub.clients

    listening(scenario)


@pytest.mark.parametrize("from_memory", [True, False])
def test_what_was_missed_is_replayed_once_and_in_order(from_memory: bool) -> None:
    first, *_ = ring(1, 2, 3)

    async def scenario(streams: Streams) -> None:
        if from_memory:
            await in_thread(lambda: ring(4, 5))
            await asyncio.to_thread(until, lambda: len(streams.hub._recent) == 2)
            after = streams.hub._recent[0].id
            missed = ["5"]
        else:
            after, missed = first, ["2", "3"]
        for how in ({"query": f"after={after}"}, {"last_event_id": str(after)}):
            listener = Listener(streams, **how)
            await listener.has(f'"bell_id":"{missed[-1]}"')
            assert [part[0] for part in listener.text.split('"bell_id":"')[1:]] == missed
            await listener.leave()

    listening(scenario)


@pytest.mark.parametrize("cursor", ["999999", "nonsense", "-5", "1" * 30])
def test_an_unknown_cursor_is_told_to_refetch_and_goes_on_live(cursor: str) -> None:
    (pk,) = ring(1)

    async def scenario(streams: Streams) -> None:
        listener = Listener(streams, f"after={cursor}")
        await listener.has(f"id: {pk}\nevent: resync\n")
        assert '"bell_id":"1"' not in listener.text
        await in_thread(lambda: ring(2))
        await listener.has('"bell_id":"2"')
        await listener.leave()

    listening(scenario)


def test_someone_who_was_away_too_long_is_told_to_refetch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "REPLAY", 0)
    first, *_ = ring(1, 2, 3)

    async def scenario(streams: Streams) -> None:
        listener = Listener(streams, f"after={first}")
        await listener.has("event: resync\n")
        await listener.leave()

    listening(scenario)


@pytest.mark.parametrize("from_memory", [True, False])
def test_who_asks_once_gets_what_followed_and_where_the_log_stands(from_memory: bool) -> None:
    first, *_ = ring(1, 2)
    ring(3, audience=frozenset({"team:2"}), before=KEYS)
    last = ring(4, audience=frozenset({"team:2"}))[-1]

    async def scenario(streams: Streams) -> None:
        after, newest = first, last
        if from_memory:
            after = (await in_thread(lambda: ring(5)))[-1]
            await asyncio.to_thread(until, lambda: streams.hub.position == after)
            await in_thread(lambda: ring(6, audience=frozenset({"team:2"}), before=KEYS))
            newest = (await in_thread(lambda: ring(7, audience=frozenset({"team:2"}))))[-1]
            await asyncio.to_thread(until, lambda: streams.hub.position == newest)
        listener = Listener(streams, f"once=1&after={after}")
        await listener.task
        headers = dict(listener.sent[0]["headers"])
        assert headers[b"content-type"] == b"text/plain; charset=utf-8"
        assert int(headers[b"content-length"]) == len(listener.text)
        assert ("event: test.silent\n" in listener.text) is not from_memory
        assert listener.text.count("event: gone\n") == 1
        assert listener.text.endswith(f"\n\nid: {newest}\n\n")
        assert not any(f'"bell_id":"{bell}"' in listener.text for bell in (1, 4, 5, 7))
        again = Listener(streams, f"after={newest}", MISSED)
        await again.task
        assert again.text == f"id: {newest}\n\n"
        assert not streams.hub.clients

    listening(scenario)


def test_who_asks_once_with_an_unknown_cursor_is_told_to_refetch() -> None:
    (pk,) = ring(1)

    async def scenario(streams: Streams) -> None:
        listener = Listener(streams, "once=1&after=999999")
        await listener.task
        assert listener.text.startswith(f"id: {pk}\nevent: resync\n")
        assert "test.silent" not in listener.text

    listening(scenario)


def test_plain_streams_have_no_event_lines() -> None:
    async def scenario(streams: Streams) -> None:
        listener = Listener(streams, "plain=1")
        await listener.has("retry")
        await in_thread(lambda: ring(7))
        await listener.has('"type":"test.silent"')
        assert "event:" not in listener.text
        await listener.leave()

    listening(scenario)


def test_who_lost_access_is_told_gone_also_on_replay() -> None:
    first, _ = ring(1, 2, audience=frozenset({"team:2"}), before=KEYS)

    async def scenario(streams: Streams) -> None:
        listener = Listener(streams, f"after={first}")
        await listener.has("event: gone\n")
        await listener.leave()

    listening(scenario)


def test_a_stopping_server_ends_its_streams() -> None:
    async def scenario(streams: Streams) -> None:
        listener = Listener(streams)
        await listener.has("retry")
        streams.close()
        await asyncio.wait_for(listener.task, 10)
        assert listener.sent[-1] == {"type": "http.response.body", "body": b""}

    listening(scenario)


def test_a_stopping_server_opens_no_stream_any_more() -> None:
    asked, closed = threading.Event(), threading.Event()

    def authenticate(_scope: dict[str, Any]) -> Principal:
        asked.set()
        closed.wait(10)
        return Principal(KEYS)

    async def scenario(streams: Streams) -> None:
        early = Listener(streams)
        await asyncio.to_thread(asked.wait, 10)
        streams.close()
        closed.set()
        late = Listener(streams)
        await asyncio.wait_for(asyncio.gather(early.task, late.task), 10)
        assert (early.status, late.status) == (503, 503)
        assert not streams.hub.clients

    listening(scenario, authenticate)


def test_a_send_that_waits_is_finished_by_whoever_awaits_the_rest() -> None:
    async def run() -> None:
        gate = asyncio.get_running_loop().create_future()
        done: list[str] = []

        async def at_once() -> None:
            done.append("at once")

        async def waits() -> None:
            await gate
            await asyncio.sleep(0)
            done.append("waited")

        assert begin(at_once()) is None
        rest = begin(waits())
        assert rest is not None
        waiting = asyncio.ensure_future(_await(rest))
        await asyncio.sleep(0)
        gate.set_result(None)
        await waiting
        assert done == ["at once", "waited"]

    async def _await(rest: Any) -> None:
        await rest

    asyncio.run(run())


@pytest.mark.parametrize(("query", "path"), [("", "/stream"), ("once=1", "/stream"), ("", MISSED)])
def test_only_get_is_answered_and_strangers_are_refused(query: str, path: str) -> None:
    async def run() -> None:
        streams = Streams(Hub(0), {path: lambda _scope: None})
        stranger = Listener(streams, query, path)
        await stranger.task
        assert stranger.status == 401
        assert dict(stranger.sent[0]["headers"])[b"content-type"] == b"application/problem+json"
        streams.close()

    asyncio.run(run())


def test_a_cursor_is_digits_or_nothing() -> None:
    def cursor(value: str, header: str = "") -> int | None:
        scope = {"headers": [(b"last-event-id", header.encode())] if header else []}
        return cursor_of(scope, {"after": [value]} if value else {})

    assert cursor("") is None
    assert cursor("12") == 12
    assert cursor("12", "15") == 15
    assert cursor("١٢") == -1


# who may listen


def scope_with(**headers: str) -> dict[str, Any]:
    return {"headers": [(name.encode(), value.encode()) for name, value in headers.items()]}


def session_of(agent: Agent) -> str:
    request = HttpRequest()
    request.session = SessionStore()
    request.META["REMOTE_ADDR"] = "127.0.0.1"
    login(request, agent, "django.contrib.auth.backends.ModelBackend")
    request.session.save()
    return f"{settings.SESSION_COOKIE_NAME}={request.session.session_key}"


@pytest.fixture
def agent() -> Agent:
    row = Agent(email="ani@desk.example", name="Ani", role="agent", is_active=True)
    row.set_password("correct horse battery staple")
    row.save()
    return row


def test_a_signed_in_agent_listens_with_their_keys_until_they_leave(agent: Agent) -> None:
    scope = scope_with(cookie=f"other=1; {session_of(agent)}")
    principal = by_session(scope)
    assert principal is not None
    assert principal.agent_id == agent.pk
    assert {"all", f"agent:{agent.pk}"} <= principal.keys
    assert principal.renew is not None
    again = principal.renew()
    assert again is not None
    assert again.keys == principal.keys
    Agent.objects.update(is_active=False)
    assert by_session(scope) is None
    assert principal.renew() is None


def test_a_changed_password_ends_the_session_of_a_stream(agent: Agent) -> None:
    scope = scope_with(cookie=session_of(agent))
    agent.set_password("another horse battery staple")
    agent.save()
    assert by_session(scope) is None


@pytest.mark.parametrize("cookie", ["", "tamada_session=", "tamada_session=nonsense", "tamada_session", "\x00;;="])
def test_no_session_hears_nothing(cookie: str) -> None:
    assert by_session(scope_with(cookie=cookie)) is None


@pytest.mark.parametrize("value", ["", "Bearer", "Bearer ", "Bearer tmd_nonsense", "Basic YTpi"])
def test_no_token_hears_nothing(value: str) -> None:
    assert by_token(scope_with(authorization=value)) is None


def test_a_stream_ends_when_its_token_runs_out(agent: Agent) -> None:
    token, raw = create_token(agent=None, actor=SYSTEM, owner=agent)
    ApiToken.objects.filter(pk=token.pk).update(expires_at=timezone.now() + timedelta(seconds=1.5))

    async def scenario(streams: Streams) -> None:
        listener = Listener(streams, authorization=f"Bearer {raw}")
        await listener.has("retry")
        await asyncio.wait_for(listener.task, 20)
        again = Listener(streams, authorization=f"Bearer {raw}")
        await again.task
        assert again.status == 401

    listening(scenario, by_token)


def test_a_stream_goes_on_when_its_end_was_put_off(agent: Agent) -> None:
    ends = [time.time() + 1, math.inf]

    def authenticate(scope: dict[str, Any]) -> Principal:
        return Principal(KEYS, agent.pk, lambda: authenticate(scope), ends.pop(0))

    async def scenario(streams: Streams) -> None:
        listener = Listener(streams)
        await asyncio.to_thread(until, lambda: not ends, what="a second look")
        await in_thread(lambda: ring(7))
        await listener.has('"bell_id":"7"')
        await listener.leave()

    listening(scenario, authenticate)


def test_a_stream_ends_with_the_session_that_opened_it(agent: Agent, client: Browser) -> None:
    """Signing out ends it at once, also while other sessions of the same person go on."""
    client.force_login(agent)
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    elsewhere = session_of(agent)

    async def scenario(streams: Streams) -> None:
        here, there = Listener(streams, cookie=cookie), Listener(streams, cookie=elsewhere)
        await here.has("retry")
        await there.has("retry")
        answer = await in_thread(lambda: client.post("/logout"))
        assert answer.status_code == 302
        await asyncio.wait_for(here.task, 20)
        assert not there.task.done()
        await there.leave()

    listening(scenario, by_session)


def end_one(agent: Agent) -> None:
    session = OpenSession.objects.filter(agent=agent).order_by("pk")[0]
    actions.end_session(agent=agent, actor=SYSTEM, session=session)


def remove_a_factor(agent: Agent) -> None:
    TotpKey.objects.create(agent=agent, secret="x")
    actions.remove_totp(agent=agent, actor=SYSTEM, session=OpenSession.objects.order_by("pk")[1].pk)


def reset_factors(agent: Agent) -> None:
    actions.reset_factors(agent=None, actor=SYSTEM, target=agent)


def deactivate(agent: Agent) -> None:
    actions.update_agent(agent=None, actor=SYSTEM, target=agent, is_active=False)


@pytest.mark.parametrize("end", [end_one, remove_a_factor, reset_factors, deactivate])
def test_streams_end_with_sessions_that_somebody_ends(end: Callable[[Agent], None], agent: Agent) -> None:
    first, second = session_of(agent), session_of(agent)

    async def scenario(streams: Streams) -> None:
        here, there = Listener(streams, cookie=first), Listener(streams, cookie=second)
        await here.has("retry")
        await there.has("retry")
        await in_thread(lambda: end(agent))
        await asyncio.wait_for(here.task, 20)
        if end is end_one:
            assert not there.task.done()
            await there.leave()
        else:
            await asyncio.wait_for(there.task, 20)

    listening(scenario, by_session)


def test_a_session_that_runs_out_is_judged_anew_then(agent: Agent) -> None:
    cookie = session_of(agent)
    row = Session.objects.get()
    principal = by_session(scope_with(cookie=cookie))
    assert principal is not None
    assert principal.ends_at == row.expire_date.timestamp()
    Session.objects.update(expire_date=timezone.now())
    assert principal.renew is not None
    assert principal.renew() is None


def test_a_token_that_may_not_read_hears_nothing(agent: Agent) -> None:
    _token, raw = create_token(agent=None, actor=SYSTEM, owner=agent, scopes=["write"])

    async def scenario(streams: Streams) -> None:
        listener = Listener(streams, authorization=f"Bearer {raw}")
        await listener.task
        assert listener.status == 403

    listening(scenario, by_token)
