"""Two at once: what may happen once happens once."""

from collections.abc import Callable
from unittest.mock import Mock

import pytest

from tamada.accounts import actions, links
from tamada.accounts.actions import invitations, setup
from tamada.accounts.actions import passwords as password_actions
from tamada.accounts.actors import actor_of
from tamada.accounts.errors import LinkGone
from tamada.accounts.models import Agent
from tests.cast import PASSWORD

NEW = "another horse battery"


def while_hashing(monkeypatch: pytest.MonkeyPatch, module: object, other: Callable[[], object]) -> None:
    """Let the other tab finish first, just while this one hashes its password."""
    hash_password = module.hash_password  # type: ignore[attr-defined]

    def slow(password: str) -> str:
        monkeypatch.setattr(module, "hash_password", hash_password)
        other()
        return str(hash_password(password))

    monkeypatch.setattr(module, "hash_password", Mock(side_effect=slow))


def test_an_invitation_makes_one_agent(owner: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    invitation = actions.invite(agent=owner, actor=actor_of(owner), email="ani@desk.example")
    token = links.invitation_token(invitation)

    def accept(name: str) -> Agent:
        return actions.accept_invitation(token=token, name=name, password=PASSWORD)

    while_hashing(monkeypatch, invitations, lambda: accept("First"))
    with pytest.raises(LinkGone):
        accept("Second")
    assert [agent.name for agent in Agent.objects.filter(email="ani@desk.example")] == ["First"]


def test_a_reset_link_sets_one_password(teammate: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    token = links.reset_token(teammate)
    while_hashing(monkeypatch, password_actions, lambda: actions.reset_password(token=token, password=NEW))
    with pytest.raises(LinkGone):
        actions.reset_password(token=token, password="a third horse battery")
    teammate.refresh_from_db()
    assert teammate.check_password(NEW)


def test_a_set_up_link_makes_one_admin(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    token = actions.fresh_setup_token()
    assert token

    def complete(name: str) -> Agent:
        return actions.complete_setup(
            token=token,
            company_name="Ararat Net",
            language="hy",
            name=name,
            email=f"{name.lower()}@desk.example",
            password=PASSWORD,
        )

    while_hashing(monkeypatch, setup, lambda: complete("First"))
    with pytest.raises(LinkGone):
        complete("Second")
    assert [agent.name for agent in Agent.objects.all()] == ["First"]
