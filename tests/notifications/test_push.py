"""Web push, against a push service of our own that checks the signature and a browser that decrypts."""

import json
from collections.abc import Iterator

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from tamada.accounts import actions as accounts
from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.conversations.models import Conversation
from tamada.core import settings_store
from tamada.core.actors import SYSTEM
from tamada.core.models import AuditEntry, QueuedTask, StoredSetting
from tamada.core.tasks import Fail, RetryLater, run_pending
from tamada.notifications import actions, push, tasks
from tamada.notifications.models import Notification, PushSubscription
from tests.cast import SignedIn
from tests.conversations.conftest import Receive, inbox, receive
from tests.helpers.push import Browser, PushService, push_service

__all__ = ["inbox", "receive"]


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[PushService]:
    """A push service on this machine, which an operator would have to allow."""
    monkeypatch.setattr(push, "ALLOWED", frozenset({"127.0.0.1"}))
    with push_service() as running:
        yield running


@pytest.fixture
def browser() -> Browser:
    return Browser()


@pytest.fixture
def conversation(receive: Receive) -> Conversation:
    """A conversation of the default team, whose first message has been dealt with."""
    message = receive()
    run_pending()
    return message.conversation


@pytest.fixture
def subscription(service: PushService, browser: Browser, teammate: Agent) -> PushSubscription:
    return actions.subscribe(
        agent=teammate,
        actor=actor_of(teammate),
        endpoint=service.endpoint(),
        p256dh=browser.p256dh,
        auth=browser.auth,
        user_agent="Chromium",
    )


def tell(agent: Agent, conversation: Conversation, kind: str = "reply") -> Notification:
    [row] = actions.notify(
        agent_ids=[agent.pk], kind=kind, conversation_id=conversation.pk, key=f"{kind}:1", actor=SYSTEM
    )
    return row


def test_a_push_reaches_the_browser_encrypted_signed_and_without_customers_words(
    service: PushService, browser: Browser, subscription: PushSubscription, teammate: Agent, conversation: Conversation
) -> None:
    tell(teammate, conversation)
    run_pending()
    [pushed] = service.received
    assert service.is_signed(pushed)
    assert json.loads(browser.decrypt(pushed.body)) == {
        "title": "New message",
        "body": f"The customer wrote in conversation #{conversation.pk}",
        "lang": "en",
        "url": f"/conversations/{conversation.pk}",
        "tag": f"reply-{conversation.pk}",
        "count": 1,
    }
    assert pushed.headers["content-encoding"] == "aes128gcm"
    assert pushed.headers["ttl"] == "14400"
    assert pushed.headers["topic"] == f"reply-{conversation.pk}"
    assert b"customer" not in pushed.body


def test_a_push_speaks_the_agents_language(
    service: PushService, browser: Browser, subscription: PushSubscription, teammate: Agent, conversation: Conversation
) -> None:
    from django.utils import translation

    teammate.language = "ru"
    teammate.save()
    tell(teammate, conversation)
    run_pending()
    with translation.override("ru"):
        expected = translation.gettext("New message")
    assert json.loads(browser.decrypt(service.received[0].body))["title"] == expected


def test_what_was_seen_meanwhile_is_not_pushed(
    service: PushService, subscription: PushSubscription, teammate: Agent, conversation: Conversation
) -> None:
    tell(teammate, conversation)
    actions.mark_seen(agent=teammate)
    run_pending()
    assert service.received == []


@pytest.mark.parametrize("status", [404, 410])
def test_a_subscription_that_is_gone_is_dropped(
    status: int, service: PushService, subscription: PushSubscription, teammate: Agent, conversation: Conversation
) -> None:
    service.status = status
    tell(teammate, conversation)
    run_pending()
    assert not PushSubscription.objects.exists()
    assert not QueuedTask.objects.exists()


@pytest.mark.parametrize(
    ("status", "retry_after", "seconds"),
    [(429, "120", 120), (503, "", 60), (500, "99999999", 3600), (429, "Wed, 21 Oct 2026", 60)],
)
def test_a_busy_service_is_tried_again_when_it_says(
    status: int,
    retry_after: str,
    seconds: float,
    service: PushService,
    subscription: PushSubscription,
    teammate: Agent,
    conversation: Conversation,
) -> None:
    service.status, service.retry_after = status, retry_after
    with pytest.raises(RetryLater) as later:
        push.send(subscription, tell(teammate, conversation))
    assert later.value.seconds == seconds
    assert PushSubscription.objects.exists()


def test_a_service_that_keeps_refusing_is_given_up(
    service: PushService, subscription: PushSubscription, teammate: Agent, conversation: Conversation
) -> None:
    service.status = 403
    row = tell(teammate, conversation)
    for _ in range(push.MOST_REFUSALS - 1):
        with pytest.raises(Fail):
            push.send(PushSubscription.objects.get(), row)
    push.send(PushSubscription.objects.get(), row)
    assert not PushSubscription.objects.exists()


def test_a_success_forgets_earlier_refusals(
    service: PushService, subscription: PushSubscription, teammate: Agent, conversation: Conversation
) -> None:
    PushSubscription.objects.update(failures=3)
    push.send(PushSubscription.objects.get(), tell(teammate, conversation))
    assert PushSubscription.objects.get().failures == 0


def test_the_server_key_is_made_once_and_kept_encrypted(db: None) -> None:
    first = push.public_key()
    settings_store.forget()
    push._loaded.cache_clear()
    assert push.public_key() == first
    stored = StoredSetting.objects.get(key="push.vapid_key").value
    public, sealed = stored.split(" ")
    assert public == first
    assert sealed.startswith("gAAAA")


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example/x",
        "ftp://push.example/x",
        "https:///x",
        "javascript:1",
        "https://p.example/" + "x" * 700,
        "",
    ],
)
def test_an_endpoint_must_be_https(endpoint: str, browser: Browser, teammate: Agent) -> None:
    with pytest.raises(push.BadSubscription):
        actions.subscribe(
            agent=teammate, actor=actor_of(teammate), endpoint=endpoint, p256dh=browser.p256dh, auth=browser.auth
        )


def test_an_endpoint_inside_is_never_contacted(browser: Browser, teammate: Agent, conversation: Conversation) -> None:
    from tamada.kit.http import RefusedAddress

    subscription = actions.subscribe(
        agent=teammate,
        actor=actor_of(teammate),
        endpoint="https://127.0.0.1:9/x",
        p256dh=browser.p256dh,
        auth=browser.auth,
    )
    with pytest.raises(RefusedAddress):
        push.send(subscription, tell(teammate, conversation))


def test_a_browser_that_changes_hands_follows_who_is_signed_in(
    service: PushService, browser: Browser, subscription: PushSubscription, teammate: Agent, lead: Agent
) -> None:
    actions.subscribe(
        agent=lead, actor=actor_of(lead), endpoint=service.endpoint(), p256dh=browser.p256dh, auth=browser.auth
    )
    assert PushSubscription.objects.get().agent == lead
    trail = AuditEntry.objects.filter(action__startswith="push.").order_by("pk")
    assert [(e.action, e.actor_id) for e in trail] == [
        ("push.subscribed", teammate.pk),
        ("push.subscribed", lead.pk),
    ]
    actions.unsubscribe(agent=teammate, actor=actor_of(teammate), endpoint=service.endpoint())
    assert PushSubscription.objects.exists()


def test_a_push_meant_for_another_agent_is_not_sent(
    service: PushService, subscription: PushSubscription, lead: Agent, conversation: Conversation
) -> None:
    tasks.send_push(subscription_id=subscription.pk, notification_id=tell(lead, conversation).pk)
    assert service.received == []


def test_the_browsers_of_who_left_are_forgotten(
    subscription: PushSubscription, owner: Agent, teammate: Agent, gone: Agent, browser: Browser
) -> None:
    accounts.update_agent(agent=owner, actor=actor_of(owner), target=teammate, is_active=False)
    run_pending()
    assert not PushSubscription.objects.exists()
    with pytest.raises(PermissionDenied):
        actions.subscribe(
            agent=gone, actor=actor_of(gone), endpoint="https://p.example/x", p256dh=browser.p256dh, auth=browser.auth
        )


def test_a_page_subscribes_and_unsubscribes(browser: Browser, teammate: Agent, signed_in: SignedIn) -> None:
    client = signed_in(teammate)
    given = {"endpoint": "https://push.example/abc", "keys": {"p256dh": browser.p256dh, "auth": browser.auth}}
    answer = client.post("/notifications/push", json.dumps(given), content_type="application/json")
    assert answer.status_code == 201
    assert PushSubscription.objects.get().agent == teammate
    gone = client.delete(
        "/notifications/push", json.dumps({"endpoint": given["endpoint"]}), content_type="application/json"
    )
    assert gone.status_code == 204
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{}",
        '{"endpoint": 1, "keys": {}}',
        '{"endpoint": "https://p.example/", "keys": {"p256dh": "x", "auth": "y"}}',
    ],
)
def test_what_is_no_subscription_is_refused(body: str, teammate: Agent, signed_in: SignedIn) -> None:
    answer = signed_in(teammate).post("/notifications/push", body, content_type="application/json")
    assert answer.status_code == 400


def test_strangers_do_not_subscribe(client: Client, db: None) -> None:
    assert client.post("/notifications/push", "{}", content_type="application/json").status_code == 401


def test_the_worker_is_served_from_the_root(client: Client, db: None) -> None:
    answer = client.get("/sw.js")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/javascript")
