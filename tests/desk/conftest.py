"""A customer who wrote, a desk from which to answer, and a mail server that takes what leaves."""

import threading
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.channels.email.accounts import open_mail_inbox, update_mail_account
from tamada.channels.email.outbox import Sending, claim
from tamada.channels.email.send import Connections
from tamada.conversations.actions import receive_messages
from tamada.conversations.envelopes import Envelope, Party, ThreadKeys
from tamada.conversations.models import Delivery, Inbox, Message
from tamada.core.actors import SYSTEM
from tests.cast import SignedIn
from tests.helpers.smtp import FakeSMTP

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32
JSON = {"Accept": "application/json", "X-Requested-With": "fetch"}
_numbers = count(1)

Ask = Callable[..., Message]
Post = Callable[..., Any]


@pytest.fixture
def wired(team: object, smtp_server: FakeSMTP) -> Inbox:
    """The inbox support@help.example of the default team, with a server to answer through."""
    del team
    account = open_mail_inbox(agent=None, actor=SYSTEM, name="Support", address="support@help.example")
    update_mail_account(agent=None, actor=SYSTEM, account=account, smtp_url=smtp_server.url)
    return account.inbox


@pytest.fixture
def ask(wired: Inbox) -> Ask:
    """`ask(text, …)` is a mail that came in; `answers` names Message-IDs, the rest are fields of an envelope."""

    def come(text: str = "The modem blinks red.", **more: Any) -> Message:
        n = next(_numbers)
        values: dict[str, Any] = {
            "inbox_id": wired.pk,
            "channel": "email",
            "sender": Party(type="email", value="ani@mail.example", name="Ani Petrosyan"),
            "external_id": f"<ask{n}@mail.example>",
            "digest": f"{n:064d}",
            "subject": "Modem",
            "text": text,
            "received_at": timezone.now() - timedelta(minutes=5),
            "to": [{"name": "", "email": wired.address}],
            "thread": ThreadKeys(external_ids=more.pop("answers", ())),
        }
        (result,) = receive_messages(envelopes=[Envelope(**values | more)])
        return Message.objects.select_related("conversation").get(pk=result.message_id or 0)

    return come


@pytest.fixture
def post(signed_in: SignedIn, teammate: Agent) -> Post:
    """`post("send", 5, text="…", by=agent)` is what the composer of that agent (teammate) sends to an address."""

    def run(name: str, *args: Any, by: Agent = teammate, **data: Any) -> Any:
        return signed_in(by).post(reverse(f"desk:{name}", args=args), data, headers=JSON)

    return run


def send_due() -> None:
    """What the outbox's loop does, in this thread; held messages are due at once."""
    Delivery.objects.filter(settled_at=None).update(not_before=timezone.now())
    connections = Connections()
    while claimed := claim("test:1:1", 10):
        for pk in claimed:
            Sending(pk, connections, threading.Event()).run()
    connections.close_idle(all_of_them=True)
