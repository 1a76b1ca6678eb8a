"""The settings of webhooks: a secret seen once, a test event, the log, replay."""

import re
import socket
from dataclasses import replace
from typing import Any

import pytest
from django.urls import reverse

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.webhooks import actions
from tamada.webhooks.models import Delivery, Endpoint, OffReason, State
from tests.cast import SignedIn
from tests.helpers.receiver import receiver

URL = "https://shop.example/hooks"


@pytest.fixture
def endpoint(owner: Agent) -> Endpoint:
    return actions.add_endpoint(agent=owner, actor=actor_of(owner), url=URL, description="Shop")[0]


def test_a_secret_is_shown_once(owner: Agent, signed_in: SignedIn) -> None:
    client = signed_in(owner)
    form = {"url": URL, "types": ["note.added"], "is_active": "on"}
    answer = client.post(reverse("desk:new_webhook"), form)
    page = reverse("desk:settings_webhook", args=[Endpoint.objects.get().pk])
    assert answer["Location"] == page  # loaded anew it makes no second one
    assert "whsec_" not in str(list(client.session.items()))
    [secret] = set(re.findall(r"whsec_[A-Za-z0-9+/=]+", client.get(page).text))
    assert secret not in client.get(page).text
    rotated = client.post(reverse("desk:rotate_webhook", args=[Endpoint.objects.get().pk]), follow=True)
    [other] = set(re.findall(r"whsec_[A-Za-z0-9+/=]+", rotated.text))
    assert other != secret
    assert "The old secret signs until" in client.get(page).text


def test_what_can_not_be_is_said_at_its_field(owner: Agent, signed_in: SignedIn, endpoint: Endpoint) -> None:
    client = signed_in(owner)
    for name, args in (("new_webhook", []), ("settings_webhook", [endpoint.pk])):
        answer = client.post(reverse(f"desk:{name}", args=args), {"url": "http://10.0.0.1/"})
        assert answer.status_code == 422
        assert "must begin with https" in answer.text


def test_the_test_button_says_how_it_went(owner: Agent, signed_in: SignedIn, settings: Any) -> None:
    settings.TAMADA = replace(settings.TAMADA, inner_hosts=frozenset({"127.0.0.1"}))
    client = signed_in(owner)
    with receiver() as there:
        row, _secret = actions.add_endpoint(agent=owner, actor=actor_of(owner), url=there.url)
        address = reverse("desk:test_webhook", args=[row.pk])
        assert "The receiver took the test event." in client.post(address, follow=True).text
        there.status, there.answer = 503, b"<b>closed</b> for today"
        html = client.post(address, follow=True).text
        failed = Delivery.objects.get(state=State.FAILED)
        assert f'name="delivery" value="{failed.pk}"' in html
        there.status = 200
        again = client.post(address, {"delivery": failed.pk}, follow=True).text
        failed.refresh_from_db()
        assert (failed.state, failed.attempts.count()) == (State.DELIVERED, 2)
        assert there.received[-1].json == there.received[-2].json
        Delivery.objects.filter(pk=failed.pk).update(type="note.added")
        client.post(address, {"delivery": failed.pk})
        assert len(there.received) == 3  # only a test is sent by this button
    assert "The receiver took the test event." in again
    assert "was not taken: The receiver refused" in html
    assert "&lt;b&gt;closed&lt;/b&gt; for today" in html


def test_the_log_narrows_and_replays(owner: Agent, signed_in: SignedIn, endpoint: Endpoint) -> None:
    client, page = signed_in(owner), reverse("desk:settings_webhook", args=[endpoint.pk])
    by: dict[str, Any] = {"agent": owner, "actor": actor_of(owner)}
    one, two = (actions.send_test(**by, endpoint=endpoint) for _n in range(2))
    Delivery.objects.filter(pk=one.pk).update(state=State.FAILED, type="note.added")
    Delivery.objects.filter(pk=two.pk).update(state=State.DELIVERED, type="message.sent")
    failed, replay = client.get(page, {"state": "failed"}).text, reverse("desk:replay_webhook", args=[endpoint.pk])
    assert "<code>note.added</code>" in failed
    assert "<code>message.sent</code>" not in failed
    assert "1 delivery is on its way again." in client.post(replay, follow=True).text
    assert "1 delivery is on its way again." in client.post(replay, {"delivery": two.pk}, follow=True).text
    assert set(Delivery.objects.values_list("state", flat=True)) == {State.PENDING}
    other = Delivery.objects.filter(pk=two.pk)
    actions.disable(endpoint_id=endpoint.pk, reason=OffReason.FAILING)
    assert other.get().state == State.FAILED
    html = client.post(replay, {"delivery": two.pk}, follow=True).text
    assert "Switch the webhook on first." in html
    assert "It failed for days" in html


def test_a_delivery_of_another_endpoint_is_not_there(owner: Agent, signed_in: SignedIn, endpoint: Endpoint) -> None:
    by: dict[str, Any] = {"agent": owner, "actor": actor_of(owner)}
    other, _secret = actions.add_endpoint(**by, url=URL)
    row = actions.send_test(**by, endpoint=other)
    assert signed_in(owner).get(reverse("desk:webhook_delivery", args=[endpoint.pk, row.pk])).status_code == 404
    assert signed_in(owner).get(reverse("desk:webhook_delivery", args=[other.pk, row.pk])).status_code == 200


def test_a_host_that_is_not_found_is_told(
    owner: Agent, signed_in: SignedIn, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nowhere(*_rest: object, **_options: object) -> None:
        raise socket.gaierror("no such host")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    html = signed_in(owner).post(reverse("desk:test_webhook", args=[endpoint.pk]), follow=True).text
    assert "can&#x27;t be reached" in html
