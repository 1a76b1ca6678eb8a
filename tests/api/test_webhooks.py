"""Webhooks over the API: made, changed, read, replayed; by admins alone; and the example of the page verifies them."""

import re
import time
from pathlib import Path
from typing import Any

import pytest

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.api.models import StoredResponse
from tamada.webhooks import actions, signing
from tamada.webhooks.models import Delivery, Endpoint, State
from tamada.webhooks.offered import TYPES
from tests.api.conftest import Api, As

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
URL = "https://shop.example/hooks/tamada"


def made(api: Api, **fields: Any) -> dict[str, Any]:
    response = api.post("/webhooks", {"url": URL, **fields})
    assert response.status_code == 201
    found: dict[str, Any] = response.json()
    assert response["Location"] == f"/api/v1/webhooks/{found['id']}"
    return found


def delivery(owner: Agent) -> Delivery:
    """One that failed."""
    row = actions.send_test(agent=owner, actor=actor_of(owner), endpoint=Endpoint.objects.get())
    Delivery.objects.filter(pk=row.pk).update(state=State.FAILED, type="note.added")
    return row


def test_made_read_changed_and_removed(as_: As, owner: Agent) -> None:
    api = as_(owner)
    one = made(api, types=["note.added", "message.received"], description="Shop")
    assert one["secret"].startswith("whsec_")
    assert one["types"] == ["message.received", "note.added"]
    shown = api.get(f"/webhooks/{one['id']}").json()
    assert shown == {name: value for name, value in one.items() if name != "secret"}
    assert api.all("/webhooks", limit=1) == [shown]
    changed = api.patch(f"/webhooks/{one['id']}", {"active": False, "types": []}).json()
    assert (changed["active"], changed["off"], changed["types"]) == (False, "hand", [])
    assert changed["url"] == URL
    assert api.delete(f"/webhooks/{one['id']}").status_code == 204
    assert api.get(f"/webhooks/{one['id']}").status_code == 404
    assert api.all("/webhooks") == []


def test_what_can_not_be_is_refused_by_field(as_: As, owner: Agent) -> None:
    api = as_(owner)
    for body, field in (({"url": "http://127.0.0.1/"}, "url"), ({"url": URL, "types": ["draft.changed"]}, "types")):
        response = api.post("/webhooks", body)
        assert response.status_code == 422
        assert response.json()["errors"][0]["loc"] == ["body", field]


def test_a_secret_is_not_kept_for_a_repeated_request(as_: As, owner: Agent) -> None:
    api = as_(owner)
    first = api.post("/webhooks", {"url": URL}, key="one").json()
    again = api.post("/webhooks", {"url": URL}, key="one").json()
    assert again == {**first, "secret": None}
    assert first["secret"] not in repr(list(StoredResponse.objects.values()))
    assert Endpoint.objects.count() == 1
    renewed = api.post(f"/webhooks/{first['id']}/secret", key="two").json()
    assert renewed["secret"] not in (None, first["secret"])
    assert api.post(f"/webhooks/{first['id']}/secret", key="two").json()["secret"] is None


def test_deliveries_are_listed_and_replayed(as_: As, owner: Agent) -> None:
    api = as_(owner)
    pk = made(api)["id"]
    rows = [delivery(owner) for _n in range(3)]
    assert [item["id"] for item in api.all(f"/webhooks/{pk}/deliveries", limit=2)] == [str(r.pk) for r in rows[::-1]]
    one = api.get(f"/webhooks/{pk}/deliveries/{rows[0].pk}").json()
    assert (one["state"], one["webhook_id"], one["attempts"]) == ("failed", rows[0].name, [])
    again = api.post(f"/webhooks/{pk}/deliveries/{rows[0].pk}/replay").json()
    assert (again["state"], again["webhook_id"]) == ("pending", rows[0].name)
    assert len(api.all(f"/webhooks/{pk}/deliveries", state="failed")) == 2
    assert api.post(f"/webhooks/{pk}/replay").json() == {"count": 2}
    api.patch(f"/webhooks/{pk}", {"active": False})
    assert api.post(f"/webhooks/{pk}/replay").status_code == 422
    assert api.get(f"/webhooks/{int(pk) + 1}/deliveries/{rows[0].pk}").status_code == 404


@pytest.mark.parametrize("who", ["lead", "teammate", "outsider", "observer"])
def test_nobody_but_an_admin_has_to_do_with_them(
    who: str, request: pytest.FixtureRequest, as_: As, owner: Agent
) -> None:
    pk = made(as_(owner))["id"]
    row = delivery(owner)
    api = as_(request.getfixturevalue(who))
    answers = [
        api.get("/webhooks"),
        api.post("/webhooks", {"url": URL}),
        api.get(f"/webhooks/{pk}"),
        api.patch(f"/webhooks/{pk}", {"active": False}),
        api.delete(f"/webhooks/{pk}"),
        api.post(f"/webhooks/{pk}/secret"),
        api.post(f"/webhooks/{pk}/replay"),
        api.get(f"/webhooks/{pk}/deliveries"),
        api.get(f"/webhooks/{pk}/deliveries/{row.pk}"),
        api.post(f"/webhooks/{pk}/deliveries/{row.pk}/replay"),
    ]
    assert {answer.status_code for answer in answers} <= {403, 404}
    assert Endpoint.objects.get().is_active
    assert Delivery.objects.get().state == State.FAILED


def test_the_example_of_the_page_verifies_what_we_sign() -> None:
    [code] = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    scope: dict[str, Any] = {}
    exec(compile(code, "api.md", "exec"), scope)  # noqa: S102  the page's own example
    old, new, body = signing.new_secret(), signing.new_secret(), '{"type": "նամակ"}'.encode()
    headers = dict(signing.headers([new, old], "msg_1", int(time.time()), body))
    for secret in (old, new):
        assert scope["verified"](secret, headers, body)
        assert not scope["verified"](secret, headers, body + b" ")
        assert not scope["verified"](secret, {**headers, "webhook-id": "msg_2"}, body)
    assert not scope["verified"](signing.new_secret(), headers, body)
    late = dict(signing.headers([new], "msg_1", int(time.time()) - 900, body))
    assert not scope["verified"](new, late, body)


def test_a_known_example_is_signed_as_others_sign_it() -> None:
    """From the reference implementation's own documentation."""
    secret, name, at = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330
    assert signing.signature(secret, name, at, b'{"test": 2432232314}') == (
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


def test_the_page_names_every_type() -> None:
    for name in TYPES:
        assert f"`{name}`" in PAGE
