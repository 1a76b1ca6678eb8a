"""Two machines on one PostgreSQL, one Redis and one shared folder: each sees what the other did, and one may vanish."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.helpers.polling import until
from tests.helpers.proof import full_only, report
from tests.helpers.servers import Mailbox
from tests.helpers.tamada import RunningTamada, running_tamada

MAILS = 90  # twice as many and two more are one page of the API

pytestmark = [
    pytest.mark.proof,
    pytest.mark.timeout(900),
    full_only,
]


@pytest.fixture
def machines(outgrown: dict[str, str], tmp_path: Path) -> Iterator[tuple[RunningTamada, RunningTamada]]:
    """Both with a data folder, ports and an address of their own. The second starts beside the first."""
    shared = tmp_path / "shared"
    shared.mkdir()
    environment = {
        **outgrown,
        "TAMADA_SHARED_DIR": str(shared),
        "TAMADA_SECRET_KEY": "the same on every machine, or nothing fits together",
        "TAMADA_BASE_URL": "http://desk.example",
        "TAMADA_ALLOWED_HOSTS": "127.0.0.1",
    }
    with ExitStack() as stack:
        first, second = (
            stack.enter_context(running_tamada(environment=environment, start=False, faults=True)) for _ in range(2)
        )
        # Both at once on an empty database: one migrates, the other waits for it. They live as long as these threads.
        starting = stack.enter_context(ThreadPoolExecutor(2))
        for started in [starting.submit(machine.start) for machine in (first, second)]:
            started.result(120)
        yield first, second


def send(machine: RunningTamada, number: int) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "ani@mail.am", "info@company.example", f"Question {number}"
    message.set_content("The plan is attached.")
    message.add_attachment(b"plan %d" % number, maintype="text", subtype="plain", filename="plan.txt")
    machine.send_mail(message, sender="ani@mail.am", recipients=["info@company.example"])


def subjects(api: httpx.Client) -> list[str]:
    return sorted(row["subject"] for row in api.get("conversations", params={"limit": 200}).json()["items"])


def test_two_machines_are_one_and_either_may_vanish(
    machines: tuple[RunningTamada, RunningTamada], dovecot: Mailbox
) -> None:
    first, second = machines
    first.add_user("ani@desk.example", password="a long password of hers")
    first.add_inbox("Support", "--email", "info@company.example", "--imap", dovecot.url)
    token = second.token("ani@desk.example")
    with first.api(token) as here, second.api(token) as there:
        _each_hears_of_the_other(second, token, here)
        for number in range(MAILS):
            send((first, second)[number % 2], number)
        until(lambda: len(subjects(here)) == MAILS, seconds=120, what="mail through both")
        assert subjects(here) == subjects(there) == sorted(f"Question {number}" for number in range(MAILS))
        _files_are_on_both(here, there)
        _counts_together(here, there)

        # The mailbox is read by one of them, whichever it is.
        dovecot.deliver(b"From: a@b.am\r\nTo: info@company.example\r\nSubject: Fetched\r\n\r\nHi", name="1")
        until(lambda: "Fetched" in subjects(there), seconds=60, what="the mailbox")
        assert subjects(there).count("Fetched") == 1

        # The first machine loses power in the middle of a burst.
        for number in range(MAILS, 2 * MAILS):
            send(first, number)
        first.kill()
        killed = time.monotonic()
        dovecot.deliver(b"From: a@b.am\r\nTo: info@company.example\r\nSubject: After\r\n\r\nHi", name="2")
        until(lambda: len(subjects(there)) == 2 * MAILS + 2, seconds=120, what="what the first had acknowledged")
        took = time.monotonic() - killed
        assert len(set(subjects(there))) == 2 * MAILS + 2
    report(
        "Two machines, one of which loses its power", mails=2 * MAILS + 2, lost=0, twice=0,
        all_there_after=f"{took:.1f} s",
    )  # fmt: skip


def _each_hears_of_the_other(machine: RunningTamada, token: str, elsewhere: httpx.Client) -> None:
    """A stream of the one machine is told of what was written through the other."""
    url, headers = f"{machine.base_url}/api/v1/stream", {"Authorization": f"Bearer {token}"}
    with httpx.stream("GET", url, headers=headers, timeout=30, trust_env=False) as stream:
        lines = stream.iter_lines()
        next(line for line in lines if line.startswith("id: "))
        began = time.monotonic()
        assert elsewhere.post("customers", json={"name": "Nare", "identities": []}).status_code == 201
        next(line for line in lines if line == "event: customer.created")
        assert time.monotonic() - began < 5


def _files_are_on_both(here: httpx.Client, there: httpx.Client) -> None:
    conversation = here.get("conversations").json()["items"][0]["id"]
    found = [
        api.get(f"conversations/{conversation}/messages").json()["items"][0]["attachments"] for api in (here, there)
    ]
    assert found[0] == found[1]
    contents: list[Any] = [api.get(f"attachments/{found[0][0]['id']}").content for api in (here, there)]
    assert contents[0] == contents[1]
    assert contents[0].startswith(b"plan ")


def _counts_together(here: httpx.Client, there: httpx.Client) -> None:
    """Limits are one for both: what is left goes down with requests to either."""

    def left(api: httpx.Client) -> int:
        return int(api.get("customers").headers["RateLimit"].partition("r=")[2].partition(";")[0])

    assert left(here) > left(there) > left(here)
