"""An inbox and envelopes for the tests of this room."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from tamada.accounts.models import Team
from tamada.conversations.actions import create_inbox, receive_messages
from tamada.conversations.envelopes import Envelope, Party, ThreadKeys
from tamada.conversations.models import Inbox, Message
from tamada.core.actors import SYSTEM
from tamada.kit.text import analyse

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_numbers = count(1)

MakeEnvelope = Callable[..., Envelope]
Receive = Callable[..., Message]


@pytest.fixture
def inbox(db: None, team: Team) -> Inbox:
    """A mail inbox of the default team."""
    return create_inbox(
        agent=None, actor=SYSTEM, name="Support", channel="email", address="support@help.example", team=team
    )


@pytest.fixture
def other_inbox(db: None, other_team: Team) -> Inbox:
    """A mail inbox of the outsider's team."""
    return create_inbox(
        agent=None, actor=SYSTEM, name="Billing", channel="email", address="billing@help.example", team=other_team
    )


def envelope_to(
    inbox: Inbox, *, text: str = "Where is my order?", sender: str = "ani@mail.am", **more: Any
) -> Envelope:
    """One envelope with a Message-ID of its own; `numbers`, `answers`, `signed`, `markers` are its thread keys."""
    n = next(_numbers)
    keys = ThreadKeys(
        conversation_ids=more.pop("signed", ()),
        external_ids=more.pop("answers", ()),
        marker_ids=more.pop("markers", ()),
        numbers=more.pop("numbers", ()),
    )
    values: dict[str, Any] = {
        "inbox_id": inbox.pk,
        "channel": "email",
        "sender": Party(type="email", value=sender, name=sender.partition("@")[0].title()),
        "external_id": f"<m{n}@mail.am>",
        "digest": f"{n:064d}",
        "subject": "A question",
        "text": text,
        "received_at": START + timedelta(minutes=n),
        "to": [{"name": "", "email": inbox.address}],
        "thread": keys,
    } | more
    terms = analyse(f"{values['subject']} {values['text']}")
    return Envelope(**{"lemmas": " ".join(terms)} | values)


@pytest.fixture
def receive(inbox: Inbox) -> Receive:
    """Receive one envelope into the inbox (or the one given) and return its message."""

    def run(to: Inbox = inbox, **fields: Any) -> Message:
        (result,) = receive_messages(envelopes=[envelope_to(to, **fields)])
        return Message.objects.select_related("conversation").get(pk=result.message_id or 0)

    return run
