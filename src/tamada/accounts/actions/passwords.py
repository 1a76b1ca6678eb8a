"""Passwords: changed by their owner, set by the command line, reset by a link in a mail."""

from django.db import transaction
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from tamada.core import audit, events, limits
from tamada.core.actors import Actor

from .. import mail, sessions, tasks, throttle
from ..actors import actor_of
from ..errors import Invalid, LinkGone
from ..events import access_changed
from ..links import agent_of_reset, fingerprint, reset_url
from ..models import Agent
from ..passwords import check_rules, hash_password, matches
from ..permissions import require

RESETS_PER_ACCOUNT = 3
RESETS_PER_ADDRESS = 20


def set_password(*, agent: Agent | None, actor: Actor, target: Agent, password: str) -> None:
    """Give somebody a password, ending their sessions. `agent` is an admin, or None for the command line."""
    if agent is not None:
        require(agent, "agent.settings")
    check_rules(password, name=target.name, email=target.email)
    _store(target, password, actor)


def change_password(*, agent: Agent, actor: Actor, current: str, password: str, session: int | None = None) -> None:
    """Change one's own password; every session but `session` (the id of its row) ends.

    Raises `Invalid`, after too many wrong guesses as well.
    """
    require(agent, "profile.own")
    if not limits.hit(f"accounts:change:{agent.pk}", throttle.PER_ACCOUNT, 900):
        raise Invalid(_("Too many tries. Wait a quarter of an hour."), "current")
    if not matches(current, agent):
        raise Invalid(_("This is not your current password."), "current")
    check_rules(password, name=agent.name, email=agent.email)
    _store(agent, password, actor, session=session)
    limits.reset(f"accounts:change:{agent.pk}")
    _tell(agent)


def request_reset(*, email: str, address: str) -> None:
    """Have a reset link mailed. Does and takes the same whether or not somebody has the address; a task looks that up.

    Without an outgoing mail server nothing happens, and the page says so.
    """
    if not mail.is_configured():
        return
    account = throttle.account_key(email)
    calm = limits.hit(f"accounts:reset:{throttle.address_key(address)}", RESETS_PER_ADDRESS, 3600)
    if limits.hit(f"accounts:reset:{account}", RESETS_PER_ACCOUNT, 3600) and calm:
        tasks.mail_reset.enqueue(email=account)


def reset_password(*, token: str, password: str) -> Agent:
    """Set the password by a mailed link; every session ends, and a lock-out is over. Raises `LinkGone` or `Invalid`."""
    agent = agent_of_reset(token)
    check_rules(password, name=agent.name, email=agent.email)
    hashed = hash_password(password)
    with transaction.atomic():
        # The link's own condition once more, under the row's lock: two tabs can't both use it.
        locked = Agent.objects.select_for_update().get(pk=agent.pk)
        if not locked.is_active or not constant_time_compare(fingerprint(locked), fingerprint(agent)):
            raise LinkGone
        _write(agent, hashed, actor_of(agent))
    _tell(agent)
    return agent


def _tell(agent: Agent) -> None:
    """Whoever didn't do this should hear of it."""
    if mail.is_configured():
        tasks.mail_password_changed.enqueue(agent_id=agent.pk)


def _store(target: Agent, password: str, actor: Actor, *, session: int | None = None) -> None:
    hashed = hash_password(password)
    with transaction.atomic():
        _write(target, hashed, actor, session=session)


def _write(target: Agent, hashed: str, actor: Actor, *, session: int | None = None) -> None:
    target.password = hashed
    target.save(update_fields=["password"])
    sessions.end_all(target, but=session)
    throttle.succeeded(target.email)
    audit.record(actor, "agent.password_set", target)
    events.record(access_changed(target.pk), actor=actor)


def help_with_reset(*, agent: Agent, actor: Actor, target: Agent) -> str:
    """An admin helps somebody who forgot: the link is mailed, and "" returned; without mail the link, to hand over."""
    require(agent, "agent.settings")
    audit.record(actor, "agent.reset_offered", target)
    if mail.is_configured():
        tasks.mail_reset.enqueue(email=target.email)
        return ""
    return reset_url(target)
