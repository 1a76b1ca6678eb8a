"""Webhooks, against receivers of our own that check signatures, hang, redirect, answer inward or are gone."""

import json
import socket
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.utils import timezone

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.conversations.actions import add_note, mark_read, update_conversation
from tamada.core import events, realtime
from tamada.core.actors import SYSTEM
from tamada.core.models import AuditEntry, QueuedTask, StoredEvent
from tamada.core.tasks import run_pending
from tamada.customers.actions import create_customer
from tamada.notifications.queries import feed
from tamada.webhooks import actions, handlers, sender, tasks
from tamada.webhooks.actions.deliveries import FAILS_FOR, PAUSES, RETRIED_FOR, SPREAD, Result
from tamada.webhooks.errors import Invalid
from tamada.webhooks.models import Attempt, Delivery, Endpoint, OffReason, Outcome, State
from tamada.webhooks.offered import TYPES
from tests.helpers.polling import until
from tests.helpers.receiver import Receiver
from tests.webhooks.conftest import Add, Loop, MakeReceiver, Receive


def only() -> Delivery:
    """The one delivery there is."""
    return Delivery.objects.get()


def settled(result: Result) -> Delivery:
    """The one delivery after another try."""
    row = actions.settle(delivery_id=only().pk, result=result)
    assert row is not None
    return row


def pass_a_day() -> None:
    """Whatever was to happen within a day is due."""
    Delivery.objects.update(not_before=F("not_before") - RETRIED_FOR, give_up_at=F("give_up_at") - RETRIED_FOR)


# --- what is sent -----------------------------------------------------------------------------------------------------


def test_an_event_reaches_the_receiver_signed_and_without_customers_words(
    there: Receiver, add: Add, receive: Receive, loop: Loop
) -> None:
    _endpoint, secret = add(there.url, types=["message.received"])
    message = receive()
    loop.run()
    [hook] = there.received
    assert hook.is_signed_with(secret)
    assert not hook.is_signed_with("whsec_" + "A" * 43 + "=")
    assert hook.headers["content-type"] == "application/json"
    assert abs(int(hook.headers["webhook-timestamp"]) - timezone.now().timestamp()) < 60
    stored = StoredEvent.objects.get(type="message.received")
    shown = json.loads(realtime.notice(stored).frame.split(b"data: ")[1])
    assert hook.json == {**shown, "timestamp": shown["at"]}
    assert hook.json["data"]["message"] == str(message.pk)
    assert message.text.encode() not in hook.body
    assert only().state == State.DELIVERED
    attempt = Attempt.objects.get()
    assert (attempt.outcome, attempt.status, attempt.answer) == (Outcome.OK, 200, "thanks")


def test_an_endpoint_hears_only_the_types_it_chose_and_none_means_all(
    make_receiver: MakeReceiver, add: Add, receive: Receive, loop: Loop, teammate: Agent
) -> None:
    notes, everything = make_receiver(), make_receiver()
    add(notes.url, types=["note.added"])
    add(everything.url)
    conversation = receive().conversation
    add_note(agent=teammate, actor=actor_of(teammate), conversation=conversation, text="Call back")
    update_conversation(agent=teammate, actor=actor_of(teammate), conversation=conversation, priority="high")
    mark_read(agent=teammate, actor=actor_of(teammate), conversation=conversation, seq=1)
    loop.run()
    assert [hook.json["type"] for hook in notes.received] == ["note.added"]
    heard = {hook.json["type"] for hook in everything.received}
    assert {"conversation.started", "message.received", "customer.created", "note.added"} <= heard
    assert "conversation.read" not in heard
    assert heard <= set(TYPES)


def test_what_concerns_a_persons_own_screens_is_not_offered() -> None:
    personal = {"conversation.read", "conversation.followed", "draft.changed", "notification.created"}
    assert personal <= set(events.types)
    assert not personal & set(TYPES)


def test_nothing_is_queued_where_nobody_listens(owner: Agent, add: Add, there: Receiver) -> None:
    def queued() -> set[str]:
        """Of what only webhooks tell."""
        create_customer(agent=owner, actor=actor_of(owner), name="Sona")
        return {"customer.created"} & set(QueuedTask.objects.values_list("kwargs__type", flat=True))

    assert not queued()
    add(there.url, is_active=False)
    assert not queued()
    add(there.url)
    assert queued()


def test_a_handler_that_runs_twice_queues_once(there: Receiver, add: Add, receive: Receive) -> None:
    add(there.url, types=["message.received"])
    receive()
    row = StoredEvent.objects.get(type="message.received")
    event = events.rebuild(row.type, row.data, row.audience_keys, row.before_keys)
    for _time in range(2):
        handlers.tell_endpoints(event, events.EventMeta(row.pk, row.at, SYSTEM))
    assert Delivery.objects.count() == 1


# --- retries ----------------------------------------------------------------------------------------------------------


def test_a_refusal_is_tried_again_with_the_same_id_and_bytes(
    there: Receiver, add: Add, receive: Receive, loop: Loop
) -> None:
    add(there.url, types=["message.received"])
    there.status, there.answer = 500, b"\0oops\x1b" + b"x" * 5000
    receive()
    loop.run()
    waiting = only()
    assert (waiting.state, waiting.round) == (State.PENDING, 1)
    assert Endpoint.objects.get().failing_since is not None
    assert Attempt.objects.get().answer.startswith("oops")
    assert len(Attempt.objects.get().answer) <= 300
    there.status = 204
    there.answer = b""
    loop.later()
    first, second = there.received
    assert (first.id, first.body) == (second.id, second.body)
    assert only().state == State.DELIVERED
    assert Endpoint.objects.get().failing_since is None
    assert [a.status for a in Attempt.objects.all()] == [500, 204]


def test_pauses_grow_and_are_spread_and_the_last_try_comes_after_a_day(
    there: Receiver, add: Add, receive: Receive, loop: Loop
) -> None:
    add(there.url, types=["message.received"])
    receive()
    run_pending()
    bad = Result(outcome=Outcome.STATUS, status=503)
    row = only()
    for pause in (*PAUSES, PAUSES[-1]):
        before = timezone.now()
        row = settled(bad)
        waited = (row.not_before - before).total_seconds()
        assert pause * (1 - SPREAD) - 1 <= waited <= pause * (1 + SPREAD) + 1
    assert row.give_up_at - row.created_at == RETRIED_FOR
    Delivery.objects.update(give_up_at=timezone.now() + timedelta(seconds=60))
    row = settled(bad)
    assert row.not_before == row.give_up_at
    Delivery.objects.update(give_up_at=timezone.now())
    row = settled(bad)
    assert row.state == State.FAILED
    assert row.settled_at is not None
    loop.later()
    assert there.received == []


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_a_receiver_that_asks_for_a_rest_gets_it(
    form: str, there: Receiver, add: Add, receive: Receive, loop: Loop
) -> None:
    add(there.url, types=["message.received"])
    there.status = 429
    later = timezone.now() + timedelta(hours=2)
    there.headers = {"Retry-After": "7200" if form == "seconds" else format_datetime(later, usegmt=True)}
    receive()
    loop.run()
    rest = (Endpoint.objects.get().not_before or timezone.now()) - timezone.now()
    assert timedelta(minutes=119) < rest <= timedelta(hours=2)
    assert only().not_before > timezone.now() + timedelta(minutes=119)
    receive()  # Others of the same endpoint wait as well.
    run_pending()
    assert sender.claim(list(Endpoint.objects.all()), loop.sender.busy) == []
    there.status, there.headers = 200, {}
    loop.later()
    assert {row.state for row in Delivery.objects.all()} == {State.DELIVERED}


@pytest.mark.parametrize(
    ("text", "seconds"), [("", 0), ("soon", 0), ("-5", 0), ("9" * 400, 86400), ("٣", 0), ("Wed, 99 Foo", 0)]
)
def test_nonsense_in_retry_after_is_no_reason_to_wait(text: str, seconds: int) -> None:
    assert sender.retry_after(text) == seconds


def test_what_a_dead_process_had_taken_is_sent_after_its_lease(
    there: Receiver, add: Add, receive: Receive, loop: Loop
) -> None:
    add(there.url, types=["message.received"])
    receive()
    run_pending()
    [job] = sender.claim(list(Endpoint.objects.all()), loop.sender.busy)  # …and then it died.
    assert sender.claim(list(Endpoint.objects.all()), loop.sender.busy) == []
    Delivery.objects.update(not_before=timezone.now())  # The lease is over.
    loop.run()
    [hook] = there.received
    assert hook.id == job.name


# --- receivers that misbehave -----------------------------------------------------------------------------------------


def test_one_that_hangs_holds_up_no_other(
    make_receiver: MakeReceiver, add: Add, receive: Receive, loop: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, quick = make_receiver(), make_receiver()
    slow.gate.clear()
    add(slow.url, types=["message.received"])
    add(quick.url, types=["message.received"])
    for _n in range(10):
        receive()
    run_pending()

    def quick_has_all() -> bool:
        loop.sender.step()
        return len(quick.received) == 10

    until(quick_has_all, what="the quick receiver's ten")
    assert len(slow.received) == sender.AT_ONCE
    assert Attempt.objects.filter(delivery__endpoint__url=slow.url).count() == 0
    slow.gate.set()
    loop.run()
    assert len({hook.id for hook in slow.received}) == 10


def test_one_that_hangs_is_given_up_in_time_and_tried_again(
    there: Receiver, add: Add, receive: Receive, loop: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "TIMEOUT", 0.3)
    add(there.url, types=["message.received"])
    there.gate.clear()
    receive()
    loop.run()
    assert Attempt.objects.get().outcome == Outcome.SLOW
    assert only().state == State.PENDING
    there.gate.set()
    loop.later()
    assert only().state == State.DELIVERED


def test_a_redirect_is_never_followed(make_receiver: MakeReceiver, add: Add, receive: Receive, loop: Loop) -> None:
    first, second = make_receiver(), make_receiver()
    first.status, first.headers = 307, {"Location": second.url}
    add(first.url, types=["message.received"])
    receive()
    loop.run()
    attempt = Attempt.objects.get()
    assert (attempt.outcome, attempt.status) == (Outcome.REDIRECT, 307)
    assert only().state == State.PENDING
    assert second.received == []


def test_a_name_that_leads_inside_by_the_time_of_sending_is_not_contacted(
    there: Receiver, add: Add, receive: Receive, loop: Loop, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: the name was harmless when it was entered; the address that is looked up is the one used."""
    settings.TAMADA = replace(settings.TAMADA, inner_hosts=frozenset())
    port = int(there.url.rpartition(":")[2].partition("/")[0])
    add(f"https://rebinds.example:{port}/hooks", types=["message.received"])
    asked: list[str] = []

    def resolve(host: str, *_rest: Any, **_options: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    receive()
    loop.run()
    assert asked == ["rebinds.example"]
    assert Attempt.objects.get().outcome == Outcome.INSIDE
    assert there.received == []


def test_one_that_is_not_there_is_tried_again(add: Add, receive: Receive, loop: Loop, there: Receiver) -> None:
    add("http://127.0.0.1:1/hooks", types=["message.received"])
    receive()
    loop.run()
    assert Attempt.objects.get().outcome == Outcome.UNREACHABLE
    assert only().state == State.PENDING


def test_one_that_answers_at_length_has_taken_it(there: Receiver, add: Add, receive: Receive, loop: Loop) -> None:
    add(there.url, types=["message.received"])
    there.answer = b"a" * 3_000_000
    receive()
    loop.run()
    assert only().state == State.DELIVERED
    assert len(Attempt.objects.get().answer) == 300


def test_one_that_says_it_is_gone_is_switched_off_and_its_owner_told(
    there: Receiver,
    add: Add,
    receive: Receive,
    loop: Loop,
    owner: Agent,
    settings: Any,
    mailoutbox: list[Any],
) -> None:
    settings.TAMADA = replace(settings.TAMADA, smtp_url="smtp://127.0.0.1:1")
    add(there.url, types=["message.received"], description="Shop")
    there.status = 410
    receive()
    receive()
    loop.run()
    row = Endpoint.objects.get()
    assert (row.is_active, row.off_reason) == (False, OffReason.GONE)
    assert {d.state for d in Delivery.objects.all()} == {State.FAILED}
    assert AuditEntry.objects.filter(action="webhook.disabled").count() == 1
    run_pending()
    [letter] = mailoutbox
    assert letter.to == [owner.email]
    assert "“Shop”" in letter.subject
    [told] = feed(owner)
    assert (told.kind, told.path) == ("webhook", f"/settings/webhooks/{row.pk}")
    came = len(there.received)
    receive()
    loop.run()
    assert len(there.received) == came


def test_one_that_failed_for_days_is_switched_off_and_nothing_is_lost(
    there: Receiver, add: Add, receive: Receive, loop: Loop, owner: Agent
) -> None:
    endpoint, _secret = add(there.url, types=["message.received"])
    there.status = 500
    receive()
    loop.run()
    Endpoint.objects.update(failing_since=timezone.now() - FAILS_FOR + timedelta(minutes=5))
    loop.later()
    assert Endpoint.objects.get().is_active
    Endpoint.objects.update(failing_since=timezone.now() - FAILS_FOR)
    loop.later()
    endpoint.refresh_from_db()
    assert (endpoint.is_active, endpoint.off_reason) == (False, OffReason.FAILING)
    assert only().state == State.FAILED
    by: dict[str, Any] = {"agent": owner, "actor": actor_of(owner)}
    with pytest.raises(Invalid):
        actions.replay_failed(**by, endpoint=endpoint)
    endpoint = actions.update_endpoint(**by, endpoint=endpoint, is_active=True)
    assert (endpoint.off_reason, endpoint.failing_since) == ("", None)
    there.status = 200
    assert actions.replay_failed(**by, endpoint=endpoint) == 1
    loop.run()
    assert only().state == State.DELIVERED
    assert len({hook.id for hook in there.received}) == 1


# --- secrets ----------------------------------------------------------------------------------------------------------


def test_a_new_secret_and_the_old_one_sign_for_a_day(
    there: Receiver, add: Add, receive: Receive, loop: Loop, owner: Agent
) -> None:
    endpoint, old = add(there.url, types=["message.received"])
    new = actions.rotate_secret(agent=owner, actor=actor_of(owner), endpoint=endpoint)
    receive()
    loop.run()
    assert there.received[0].is_signed_with(old)
    assert there.received[0].is_signed_with(new)
    Endpoint.objects.update(old_secret_until=timezone.now())
    receive()
    loop.run()
    assert not there.received[1].is_signed_with(old)
    assert there.received[1].is_signed_with(new)
    actions.forget_old()
    assert Endpoint.objects.get().old_secret == ""


def test_secrets_are_stored_encrypted_and_stand_in_no_trail(add: Add, there: Receiver, owner: Agent) -> None:
    endpoint, secret = add(there.url)
    new = actions.rotate_secret(agent=owner, actor=actor_of(owner), endpoint=endpoint)
    stored = repr([list(Endpoint.objects.values()), list(AuditEntry.objects.values())])
    assert secret not in stored
    assert new not in stored
    assert there.url not in repr(list(AuditEntry.objects.values()))  # Paths of addresses are often secrets.


def test_a_secret_of_another_installation_key_is_told_and_nothing_is_sent_unsigned(
    there: Receiver, add: Add, receive: Receive, loop: Loop, owner: Agent
) -> None:
    endpoint, _old = add(there.url, types=["message.received"])
    Endpoint.objects.update(secret="gAAAAABnonsense")
    receive()
    loop.run()
    assert Attempt.objects.get().outcome == Outcome.SECRET
    assert there.received == []
    new = actions.rotate_secret(agent=owner, actor=actor_of(owner), endpoint=endpoint)
    receive()
    loop.run()
    assert there.received[0].is_signed_with(new)


# --- who may, and what can be -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "ftp://example.com/x",
        "http://example.com/x",
        "https://",
        "https://user:password@example.com/",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://169.254.169.254/latest",
        "https://10.0.0.8/x",
        "https://localhost/x",
        "https://a.localhost./x",
        "https://example.com:99999/x",
        "https://example.com/a b",
        "https://example.com/" + "a" * 2000,
    ],
)
def test_addresses_that_can_not_be_are_refused(url: str, add: Add) -> None:
    with pytest.raises(Invalid) as refused:
        add(url)
    assert refused.value.field == "url"
    assert not Endpoint.objects.exists()


def test_inside_is_allowed_by_the_operator_alone(add: Add, settings: Any, owner: Agent) -> None:
    settings.TAMADA = replace(settings.TAMADA, inner_hosts=frozenset({"10.1.0.0/16", "erp.lan"}))
    for url in ("http://10.1.2.3/x", "http://erp.lan/x", "https://erp.lan:8443/x"):
        add(url)
    with pytest.raises(Invalid):
        add("http://10.2.0.1/x")
    # At the command line the operator speaks; an admin who changes that address is under the guard again.
    row, _secret = actions.add_endpoint(agent=None, actor=SYSTEM, url="http://10.2.0.1/x")
    with pytest.raises(Invalid):
        actions.update_endpoint(agent=owner, actor=actor_of(owner), endpoint=row, url="http://10.2.0.2/x")


def test_the_command_lines_address_stands_outside_the_guard(
    there: Receiver, receive: Receive, loop: Loop, settings: Any
) -> None:
    settings.TAMADA = replace(settings.TAMADA, inner_hosts=frozenset())
    actions.add_endpoint(agent=None, actor=SYSTEM, url=there.url, types=["message.received"])
    receive()
    loop.run()
    assert len(there.received) == 1


def test_unknown_types_and_too_many_endpoints_are_refused(add: Add) -> None:
    with pytest.raises(Invalid):
        add("https://example.com/", types=["conversation.read"])
    for n in range(20):
        add(f"https://example.com/{n}")
    with pytest.raises(Invalid):
        add("https://example.com/one-too-many")


def test_only_admins_do_any_of_it(add: Add, there: Receiver, receive: Receive, lead: Agent) -> None:
    endpoint, _secret = add(there.url, types=["message.received"])
    receive()
    run_pending()
    by: dict[str, Any] = {"agent": lead, "actor": actor_of(lead)}
    for act in (
        lambda: actions.add_endpoint(**by, url="https://example.com/"),
        lambda: actions.update_endpoint(**by, endpoint=endpoint, is_active=False),
        lambda: actions.rotate_secret(**by, endpoint=endpoint),
        lambda: actions.remove_endpoint(**by, endpoint=endpoint),
        lambda: actions.replay(**by, delivery=only()),
        lambda: actions.replay_failed(**by, endpoint=endpoint),
        lambda: actions.send_test(**by, endpoint=endpoint),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert Endpoint.objects.get().is_active
    assert Delivery.objects.count() == 1


def test_switching_off_fails_what_waits_and_replay_sends_one(
    there: Receiver, add: Add, receive: Receive, loop: Loop, owner: Agent
) -> None:
    endpoint, _secret = add(there.url, types=["message.received"])
    receive()
    run_pending()
    by: dict[str, Any] = {"agent": owner, "actor": actor_of(owner)}
    actions.update_endpoint(**by, endpoint=endpoint, is_active=False)
    assert only().state == State.FAILED
    endpoint = actions.update_endpoint(**by, endpoint=endpoint, is_active=True)
    loop.run()
    assert there.received == []
    actions.replay(**by, delivery=Delivery.objects.select_related("endpoint").get())
    loop.run()
    actions.replay(**by, delivery=Delivery.objects.select_related("endpoint").get())  # Delivered ones as well.
    loop.run()
    assert len(there.received) == 2
    assert len({hook.id for hook in there.received}) == 1


def test_what_waits_is_tried_at_once_when_a_person_says_so(
    there: Receiver, add: Add, receive: Receive, loop: Loop, owner: Agent
) -> None:
    add(there.url, types=["message.received"])
    there.status, there.headers = 503, {"Retry-After": "3600"}
    receive()
    run_pending()
    loop.run()
    there.status = 200
    loop.run()
    given_up = only().give_up_at
    assert (only().state, len(there.received)) == (State.PENDING, 1)
    actions.replay(agent=owner, actor=actor_of(owner), delivery=Delivery.objects.select_related("endpoint").get())
    loop.run()
    assert (only().state, only().give_up_at, len(there.received)) == (State.DELIVERED, given_up, 2)


def test_a_test_event_is_sent_at_once_and_tried_once(there: Receiver, add: Add, owner: Agent, loop: Loop) -> None:
    endpoint, secret = add(there.url, types=["note.added"])
    by: dict[str, Any] = {"agent": owner, "actor": actor_of(owner)}
    row = sender.deliver_now(actions.send_test(**by, endpoint=endpoint), endpoint)
    assert row.state == State.DELIVERED
    assert there.received[0].is_signed_with(secret)
    assert there.received[0].json["type"] == "webhook.test"
    there.status = 500
    row = sender.deliver_now(actions.send_test(**by, endpoint=endpoint), endpoint)
    assert row.state == State.FAILED
    assert actions.replay_failed(**by, endpoint=endpoint) == 0
    assert Endpoint.objects.get().failing_since is None


@pytest.mark.parametrize("is_on", [True, False])
def test_a_test_whose_process_died_fails_by_itself_and_is_not_sent(
    there: Receiver, add: Add, owner: Agent, loop: Loop, is_on: bool
) -> None:
    endpoint, _secret = add(there.url)
    by: dict[str, Any] = {"agent": owner, "actor": actor_of(owner)}
    endpoint = actions.update_endpoint(**by, endpoint=endpoint, is_active=is_on)
    row = actions.send_test(**by, endpoint=endpoint)
    assert actions.fail_abandoned_tests() == 0  # It is on its way, for all we know.
    with pytest.raises(Invalid):
        actions.replay_test(**by, delivery=row)

    pass_a_day()
    loop.run()
    tasks.fail_abandoned_tests()
    assert (only().state, there.received) == (State.FAILED, [])

    row = actions.replay_test(**by, delivery=only())  # Nor is one that was sent again and left.
    pass_a_day()
    loop.run()
    assert there.received == []
    row = actions.replay_test(**by, delivery=row)
    assert sender.deliver_now(row, endpoint).state == State.DELIVERED


def test_old_deliveries_and_removed_endpoints_are_forgotten(
    there: Receiver, add: Add, receive: Receive, loop: Loop, owner: Agent
) -> None:
    kept, _secret = add(there.url, types=["message.received"])
    gone, _secret = add(there.url, types=["message.received"])
    receive()
    loop.run()
    actions.remove_endpoint(agent=owner, actor=actor_of(owner), endpoint=gone)
    assert actions.forget_old() == 1
    assert not Endpoint.objects.filter(pk=gone.pk).exists()
    assert only().endpoint == kept
    Delivery.objects.update(settled_at=timezone.now() - timedelta(days=29))
    assert actions.forget_old() == 0
    Delivery.objects.update(settled_at=timezone.now() - timedelta(days=31))
    assert actions.forget_old() == 1
    assert not Attempt.objects.exists()
    assert Endpoint.objects.filter(pk=kept.pk).exists()
