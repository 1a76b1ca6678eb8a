"""Customers are written to through the same door: one whose conversations an agent does not see is not theirs."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.conversations.models import Inbox
from tamada.customers import actions
from tamada.customers.models import Customer
from tests.conversations.conftest import Receive

Act = Callable[[Agent, Customer], Any]


def _by(agent: Agent) -> dict[str, Any]:
    return {"agent": agent, "actor": actor_of(agent)}


ACTS: dict[str, Act] = {
    "update_customer": lambda a, c: actions.update_customer(**_by(a), customer=c, name="Somebody else"),
    "add_identity": lambda a, c: actions.add_identity(**_by(a), customer=c, type="phone", value="+37491123456"),
    "verify_identity": lambda a, c: actions.verify_identity(**_by(a), identity=c.identities.get()),
    "remove_identity": lambda a, c: actions.remove_identity(**_by(a), identity=c.identities.get()),
}


@pytest.fixture
def customer(inbox: Inbox, receive: Receive) -> Customer:
    """Who wrote to the default team."""
    return receive(inbox).conversation.customer


@pytest.mark.parametrize("name", ACTS)
def test_who_sees_them_may(name: str, teammate: Agent, customer: Customer) -> None:
    ACTS[name](teammate, customer)


@pytest.mark.parametrize("name", ACTS)
def test_who_does_not_see_them_may_not(name: str, outsider: Agent, customer: Customer) -> None:
    with pytest.raises(Customer.DoesNotExist):
        ACTS[name](outsider, customer)


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize("who", ["observer", "gone"])
def test_who_only_reads_or_left_may_not(
    name: str, who: str, request: pytest.FixtureRequest, customer: Customer
) -> None:
    with pytest.raises(PermissionDenied):
        ACTS[name](request.getfixturevalue(who), customer)
