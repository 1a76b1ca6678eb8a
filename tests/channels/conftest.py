"""A mail inbox, its journal, and the ways in which mail comes and goes in tests."""

import threading
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from tamada.accounts.models import Team
from tamada.channels.email.accounts import open_mail_inbox
from tamada.channels.email.models import MailAccount
from tamada.channels.email.outbox import Sending, claim
from tamada.channels.email.send import Connections
from tamada.channels.ingest import Ingest
from tamada.channels.journal import Journal
from tamada.core.actors import SYSTEM

ADDRESS = "support@company.example"
ME = "test:1:1"


def mail(
    text: str = "Hello, my router is broken.",
    *,
    sender: str = "Karine <karine@customer.example>",
    to: str = ADDRESS,
    subject: str = "Router",
    message_id: str | None = "<m1@customer.example>",
    **headers: str,
) -> bytes:
    """A small mail; `headers` are named with underscores, e.g. `in_reply_to="<…>"`."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"] = "Mon, 05 Jan 2026 10:00:00 +0400"
    if message_id:
        message["Message-ID"] = message_id
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes(policy=SMTP)


@pytest.fixture
def journal(tmp_path: Path, settings: Any) -> Journal:
    """A journal of its own, which is also the installation's."""
    from tamada.channels import journal as module

    own = Journal(tmp_path / "data", reserve=1024)
    module._journal_at.cache_clear()
    settings.TAMADA = _with(settings.TAMADA, data_dir=tmp_path / "data")
    return own


def _with(config: Any, **changes: Any) -> Any:
    from dataclasses import replace

    return replace(config, **changes)


@pytest.fixture
def account(db: None) -> MailAccount:
    """The inbox support@company.example."""
    # Tests that commit for real leave the database empty behind them, without what migrations put there.
    Team.objects.get_or_create(is_default=True, defaults={"name": "Team"})
    return open_mail_inbox(agent=None, actor=SYSTEM, name="Support", address=ADDRESS)


Deliver = Callable[..., Ingest]


@pytest.fixture
def deliver(journal: Journal, account: MailAccount) -> Deliver:
    """`deliver(raw, raw, …)` puts mails into the journal as SMTP does and takes them in; returns the ingest."""

    def run(*raws: bytes, inboxes: list[int] | None = None, **meta: Any) -> Ingest:
        for raw in raws:
            given = {
                "channel": "email",
                "source": "smtp",
                "inboxes": inboxes or [account.inbox_id],
                "from": "x@y.example",
            }
            journal.write(raw, {**given, "to": [ADDRESS], "received_at": timezone.now().isoformat(), **meta})
        ingest = Ingest(journal)
        ingest.recover()
        ingest.step()
        return ingest

    return run


def send_due(limit: int = 10) -> list[int]:
    """What the loop does, in this thread."""
    connections = Connections()
    claimed = claim(ME, limit)
    for pk in claimed:
        Sending(pk, connections, threading.Event()).run()
    connections.close_idle(all_of_them=True)
    return claimed


@pytest.fixture
def stop() -> threading.Event:
    return threading.Event()
