"""Signing in and out. The session itself is the desk's matter (`django.contrib.auth.login` rotates it)."""

import logging

from django.db import transaction

from tamada.core import audit, events

from .. import throttle
from ..actors import actor_of
from ..errors import LockedOut, SignInRefused
from ..events import access_changed
from ..models import Agent
from ..passwords import matches
from ..queries import agent_by_email

log = logging.getLogger(__name__)


def sign_in(*, email: str, password: str, address: str) -> Agent:
    """The agent whose address and password these are; `address` is the peer's IP address.

    Raises `LockedOut` while the account or the peer has too many failures, else `SignInRefused`: in the same time and
    words for a wrong password, an unknown account and somebody who left.
    """
    try:
        throttle.begin(email, address)
    except LockedOut:
        log.warning("A sign-in was held back after too many failures.")
        raise
    agent = agent_by_email(email)
    right = matches(password, agent)
    if agent is None or not right or not agent.is_active:
        raise SignInRefused
    throttle.succeeded(email)
    audit.record(actor_of(agent), "agent.signed_in", agent)
    return agent


def note_sign_out(*, agent: Agent) -> None:
    """Leave a trace of somebody who signed out. Streams are judged anew: the session must have ended before."""
    actor = actor_of(agent)
    with transaction.atomic():
        audit.record(actor, "agent.signed_out", agent)
        events.record(access_changed(agent.pk), actor=actor)
