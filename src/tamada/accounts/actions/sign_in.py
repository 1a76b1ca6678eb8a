"""Signing in and out. The session itself is the desk's matter (`django.contrib.auth.login` rotates it)."""

import logging

from django.db import transaction
from django.utils import timezone

from tamada.core import audit, events, settings_store

from .. import company, factors, mail, sso, tasks, throttle
from ..actors import actor_of
from ..errors import LockedOut, SecondFactorNeeded, SignInRefused
from ..events import access_changed
from ..models import Agent, Passkey, SignInAttempt
from ..passwords import matches
from ..permissions import require
from ..queries import agent_by_email
from ..zones import known_zones
from .people import update_profile

log = logging.getLogger(__name__)


def sign_in(*, email: str, password: str, address: str) -> Agent:
    """The agent whose address and password these are; `address` is the peer's IP address.

    Raises `SecondFactorNeeded` when they have one: `sign_in_by_code` and `sign_in_by_passkey` go on from there.
    Raises `LockedOut` while the account or the peer has too many failures, else `SignInRefused`: in the same time and
    words for a wrong password, an unknown account and somebody who left.
    """
    attempt = _begin(email, address)
    agent = agent_by_email(email)
    right = matches(password, agent)
    if agent is None or not right or not agent.is_active or not sso.may_use_password(agent):
        raise SignInRefused
    if factors.has_second(agent):
        throttle.take_back(attempt)
        raise SecondFactorNeeded(agent)
    return _signed_in(agent, by="password")


def sign_in_by_code(*, agent: Agent, code: str, address: str) -> Agent:
    """The second step of somebody whose password was right, by a code of their app or a recovery code.

    Raises `LockedOut` and `SignInRefused`: codes and passwords are counted together.
    """
    _begin(agent.email, address)
    kind = factors.use_code(agent, code) if agent.is_active else None
    if kind is None:
        raise SignInRefused
    if kind == "recovery" and mail.is_configured():
        tasks.mail_recovery_used.enqueue(agent_id=agent.pk)
    return _signed_in(agent, by=kind)


def sign_in_by_passkey(*, passkey: Passkey, sign_count: int, expected: Agent | None = None) -> Agent:
    """Whose passkey signed (`passkeys.read_used`), with or without a password before (`expected` gave theirs).

    Raises `SignInRefused` for somebody who left, and for another person's passkey.
    """
    agent = passkey.agent
    if not agent.is_active or (expected is not None and expected.pk != agent.pk):
        raise SignInRefused
    if not sso.may_use_password(agent):
        raise SignInRefused
    _used(passkey, sign_count)
    return _signed_in(agent, by="passkey")


def confirm(*, agent: Agent, address: str, password: str = "", code: str = "") -> None:
    """Prove once more, before something dangerous, who one is. Raises `LockedOut` and `SignInRefused`."""
    require(agent, "profile.own")
    _begin(agent.email, address)
    right = factors.use_code(agent, code) is not None if code else matches(password, agent)
    if not right:
        raise SignInRefused
    _confirmed(agent, by="code" if code else "password")


def confirm_by_passkey(*, agent: Agent, passkey: Passkey, sign_count: int) -> None:
    """As `confirm`, by one's own passkey. Raises `SignInRefused`."""
    require(agent, "profile.own")
    if passkey.agent_id != agent.pk:
        raise SignInRefused
    _used(passkey, sign_count)
    _confirmed(agent, by="passkey")


def _begin(email: str, address: str) -> SignInAttempt:
    try:
        return throttle.begin(email, address)
    except LockedOut:
        log.warning("A sign-in was held back after too many failures.")
        raise


def _signed_in(agent: Agent, *, by: str) -> Agent:
    with transaction.atomic():
        throttle.succeeded(agent.email)
        audit.record(actor_of(agent), "agent.signed_in", agent, by=by)
    return agent


def _confirmed(agent: Agent, *, by: str) -> None:
    with transaction.atomic():
        throttle.succeeded(agent.email)
        audit.record(actor_of(agent), "agent.confirmed", agent, by=by)


def _used(passkey: Passkey, sign_count: int) -> None:
    """The counter only grows: of two answers with the same count the second is refused. Zero means it has none."""
    rows = Passkey.objects.filter(pk=passkey.pk, sign_count=passkey.sign_count)
    if not rows.update(sign_count=sign_count, last_used_at=timezone.now()):
        raise SignInRefused


def note_time_zone(*, agent: Agent, time_zone: str) -> None:
    """At somebody's first sign-in, take their browser's zone for theirs; they may choose another one afterwards.

    The first admin's becomes the company's too. A zone that is not known is no news.
    """
    if agent.last_login is not None or time_zone not in known_zones():
        return
    if not agent.time_zone:
        update_profile(agent=agent, actor=actor_of(agent), time_zone=time_zone)
    if agent.is_admin and not company.time_zone():
        settings_store.set("company.time_zone", time_zone, actor_of(agent))


def note_sign_out(*, agent: Agent) -> None:
    """Leave a trace of somebody who signed out. Streams are judged anew: the session must have ended before."""
    actor = actor_of(agent)
    with transaction.atomic():
        audit.record(actor, "agent.signed_out", agent)
        events.record(access_changed(agent.pk), actor=actor)
