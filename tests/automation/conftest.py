"""A policy, and conversations with deadlines, for the tests of this room."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from tamada.automation.actions import create_policy
from tamada.automation.actions.sla import Terms
from tamada.automation.models import Deadline, Policy
from tamada.conversations.models import Conversation
from tamada.core.actors import SYSTEM
from tamada.core.tasks import run_pending
from tests.conversations.conftest import Receive, inbox, other_inbox, receive

__all__ = ["inbox", "other_inbox", "receive"]

Promise = Callable[..., Policy]
Ask = Callable[..., Conversation]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def promise(db: None) -> Promise:
    """Make a policy of one hour to the first answer, two to the next and eight to the solution, or what is given."""

    def run(**terms: Any) -> Policy:
        usual: dict[str, Any] = {"name": "Usual", "first_minutes": 60, "next_minutes": 120, "resolution_minutes": 480}
        policy = create_policy(agent=None, actor=SYSTEM, terms=Terms(**(usual | terms)))
        run_pending()
        return policy

    return run


@pytest.fixture
def ask(receive: Receive) -> Ask:
    """A customer writes, so many minutes ago (now), and everything that follows is done."""

    def run(*, ago: float = 0, **fields: Any) -> Conversation:
        found = receive(received_at=timezone.now() - ago * MINUTE, **fields).conversation
        run_pending()
        return found

    return run


def deadlines(conversation: Conversation) -> dict[str, Deadline]:
    """The deadlines of a conversation by what they promise, after everything pending has run."""
    run_pending()
    return {row.target: row for row in Deadline.objects.filter(conversation=conversation)}


def seconds_apart(one: datetime | None, other: datetime) -> float:
    assert one is not None
    return abs((one - other).total_seconds())
