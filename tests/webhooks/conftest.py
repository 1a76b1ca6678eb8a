"""Receivers on this machine, endpoints that send to them, and the sender's loop run by hand."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.utils import timezone

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.core.tasks import run_pending
from tamada.webhooks import actions
from tamada.webhooks.models import Delivery, Endpoint
from tamada.webhooks.queries import abandoned_tests
from tamada.webhooks.sender import Sender
from tests.conversations.conftest import Receive, inbox, receive
from tests.helpers.polling import until
from tests.helpers.receiver import Receiver, receiver

__all__ = ["Receive", "inbox", "receive"]

MakeReceiver = Callable[..., Receiver]
Add = Callable[..., tuple[Endpoint, str]]


@dataclass(slots=True)
class Loop:
    """What the worker's loop does, in this thread."""

    sender: Sender

    def run(self) -> None:
        """Handlers first, then sending, until nothing is due and nothing on its way."""
        run_pending()
        until(self._is_quiet, seconds=30, what="the sending")

    def _is_quiet(self) -> bool:
        self.sender.step()
        now = timezone.now()
        due = Delivery.objects.filter(
            state="pending", not_before__lte=now, endpoint__is_active=True, endpoint__not_before=None
        )
        return not +self.sender.busy and not due.exclude(pk__in=abandoned_tests(now)).exists()

    def later(self) -> None:
        """Whatever waits for its next try is due at once."""
        Endpoint.objects.update(not_before=None)
        Delivery.objects.filter(state="pending").update(not_before=timezone.now())
        self.run()


@pytest.fixture
def make_receiver(settings: Any) -> Iterator[MakeReceiver]:
    """Receivers on this machine, which an operator would have to allow."""
    settings.TAMADA = replace(settings.TAMADA, inner_hosts=frozenset({"127.0.0.1"}))
    with ExitStack() as stack:
        yield lambda *path: stack.enter_context(receiver(*path))


@pytest.fixture
def there(make_receiver: MakeReceiver) -> Receiver:
    """A receiver."""
    return make_receiver()


@pytest.fixture
def add(owner: Agent) -> Add:
    """`add(url, types=…)` makes an endpoint; returns it and its secret."""

    def make(url: str, **fields: Any) -> tuple[Endpoint, str]:
        return actions.add_endpoint(agent=owner, actor=actor_of(owner), url=url, **fields)

    return make


@pytest.fixture
def loop(db: None) -> Iterator[Loop]:
    """The sender's loop."""
    stop = threading.Event()
    sender = Sender(stop)
    yield Loop(sender)
    stop.set()
    sender.pool.shutdown(wait=True)
    sender.waiter.close()
