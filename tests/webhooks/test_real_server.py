"""Webhooks of a running Tamada: mail comes in, a program hears of it; what it refused comes again, after a kill too."""

from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from tests.helpers.polling import until
from tests.helpers.receiver import Receiver, receiver
from tests.helpers.tamada import RunningTamada, running_tamada

pytestmark = [pytest.mark.servers, pytest.mark.timeout(240)]


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receiver() as one:
        yield one


@pytest.fixture
def house() -> Iterator[RunningTamada]:
    with running_tamada(environment={"TAMADA_INNER_HOSTS": "127.0.0.1"}) as tamada:
        tamada.add_user("ani@desk.example")
        tamada.add_inbox("Support", "--email", "help@desk.example")
        yield tamada


def write(house: RunningTamada, text: str) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "karine@customer.example", "help@desk.example", "Router"
    message.set_content(text)
    house.send_mail(message, sender="karine@customer.example", recipients=["help@desk.example"])


def test_a_program_hears_of_mail_and_of_what_it_refused_after_a_kill(house: RunningTamada, there: Receiver) -> None:
    token = house.token("ani@desk.example")
    with house.api(token) as api:
        made = api.post("/webhooks", json={"url": there.url, "types": ["message.received"]}).raise_for_status().json()
        write(house, "It blinks red.")
        until(lambda: there.received, seconds=60, what="the first webhook")
        assert there.received[0].is_signed_with(made["secret"])
        there.status = 503
        write(house, "It is dark now.")
        until(lambda: len(there.received) > 1, seconds=60, what="the one that is refused")
        # One that was not settled yet is taken up only after its lease, of two minutes.
        until(lambda: house.count("webhooks_attempt") > 1, seconds=60, what="the refusal written down")
        house.kill()
        there.status = 200
        house.restart()
        refused = there.received[1].id
        until(lambda: [hook.id for hook in there.received].count(refused) > 1, seconds=90, what="it again")

    def all_delivered() -> bool:
        with house.api(token) as api:
            rows = api.get(f"/webhooks/{made['id']}/deliveries").raise_for_status().json()["items"]
            return [row["state"] for row in rows] == ["delivered", "delivered"]

    until(all_delivered, seconds=30, what="the end of both")
    assert len({hook.id for hook in there.received}) == 2
