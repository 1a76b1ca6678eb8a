"""The contract's road on the real server: mail in, found, answered once, answered again into the same conversation."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from typing import Any

import httpx
import pytest

from tests.helpers.polling import until
from tests.helpers.smtp import FakeSMTP
from tests.helpers.tamada import RunningTamada, running_tamada

pytestmark = pytest.mark.servers

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
PATHS = ("", "/", "/stream", "/conversations", "/conversations/1", "/nothing/here", "/openapi.json/")


@pytest.fixture(scope="module")
def outgoing() -> Iterator[FakeSMTP]:
    with FakeSMTP() as server:
        yield server


@pytest.fixture(scope="module")
def house(outgoing: FakeSMTP) -> Iterator[RunningTamada]:
    """Tamada with an admin, an observer and an inbox that sends."""
    with running_tamada(environment={"TAMADA_SMTP_URL": outgoing.url}) as tamada:
        tamada.add_user("ani@desk.example")
        tamada.add_user("obs@desk.example", name="Obs", role="observer")
        tamada.add_inbox("Support", "--email", "help@desk.example")
        yield tamada


@pytest.fixture
def api(house: RunningTamada) -> Iterator[httpx.Client]:
    with house.api(house.token("ani@desk.example")) as client:
        yield client


def letter(text: str, **headers: str) -> EmailMessage:
    message = EmailMessage()
    fields = {"From": "Karine <karine@customer.example>", "To": "help@desk.example", "Subject": "Router", **headers}
    for name, value in fields.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def deliver(house: RunningTamada, message: EmailMessage) -> None:
    house.send_mail(message, sender="karine@customer.example", recipients=["help@desk.example"])


def items(api: httpx.Client, path: str, **query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.get(path, params=query).raise_for_status().json()["items"]
    return found


def test_the_road(house: RunningTamada, api: httpx.Client, outgoing: FakeSMTP) -> None:
    sent = letter("Мои роутеры не работают.", Message_ID="<first@customer.example>")
    deliver(house, sent)
    (row,) = until(lambda: items(api, "conversations"), what="the conversation")
    assert (row["subject"], row["status"], row["customer"]["name"]) == ("Router", "open", "Karine")
    path = f"conversations/{row['id']}/messages"
    (message,) = items(api, path)
    assert message["message_id"] == "<first@customer.example>"
    assert [found["id"] for found in items(api, "search", q="роутер")] == [row["id"]]
    assert "first@customer.example" in api.get(f"{path}/{message['id']}/raw").text

    body = {"text": "We are on it.", "last_seen_message": message["id"]}
    headers = {"Idempotency-Key": "one"}
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: api.post(path, json=body, headers=headers), range(6)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.json()["id"] for answer in answers if answer.status_code == 201}) == 1
    (received,) = outgoing.wait_for(1)
    until(lambda: items(api, path)[-1]["delivery"] == "sent", what="the delivery")

    reply = letter(
        "It works again!",
        Message_ID="<second@customer.example>",
        In_Reply_To=received.message["Message-ID"],
        Subject="Re: Router",
    )
    deliver(house, reply)
    until(lambda: items(api, path)[-1]["text"] == "It works again!", what="the reply in the same conversation")
    stale = api.post(path, json={"text": "Bye", "last_seen_message": message["id"]})
    assert stale.status_code == 409
    assert "It works again!" in [unseen["text"] for unseen in stale.json()["unseen"]]
    assert len(outgoing.received) == 1
    assert len(items(api, "conversations")) == 1
    timeline = [entry["text"] for entry in items(api, f"customers/{row['customer']['id']}/timeline")]
    assert timeline == ["It works again!", "We are on it.", "Мои роутеры не работают."]


def test_the_stream_replays_what_was_missed(house: RunningTamada, api: httpx.Client) -> None:
    with api.stream("GET", "stream") as response:
        start = next(line for line in response.iter_lines() if line.startswith("id:")).removeprefix("id:").strip()
    made = api.post("customers", json={"name": "Ani"}).json()
    later = api.post("customers", json={"name": "Bo"}).json()

    def created(**options: Any) -> tuple[str, str]:
        """The event and the customer of the first customer that the stream tells of."""
        with api.stream("GET", "stream", **options) as response:
            assert response.headers["content-type"].startswith("text/event-stream")
            for line in response.iter_lines():
                if line.startswith("data:"):
                    event = json.loads(line.removeprefix("data:"))
                    if event.get("type") == "customer.created":
                        return event["id"], event["data"]["customer"]
        raise AssertionError("The stream ended.")

    first = created(params={"after": start})
    assert first[1] == made["id"]
    assert created(headers={"Last-Event-ID": first[0]})[1] == later["id"]


def test_strangers_get_401_and_observers_only_read(house: RunningTamada) -> None:
    with house.api("tmd_wrong") as stranger, house.api(house.token("obs@desk.example")) as observer:
        for path in PATHS:
            url = f"{house.base_url}/api/v1{path}"
            for method in METHODS:
                answer = stranger.request(method, url)
                assert answer.status_code == 401, (method, path)
                assert answer.headers["content-type"] == "application/problem+json"
                if method != "GET":
                    assert observer.request(method, url).status_code in (403, 404), (method, path)
        assert stranger.get("openapi.json").status_code == 200
        assert observer.get("conversations").status_code == 200
