"""Second factors: added, used up, taken away by their owner, reset by an admin."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tamada.core import audit, events, secrets, settings_store
from tamada.core.actors import Actor

from .. import factors, mail, tasks, totp
from ..errors import Invalid
from ..events import access_changed
from ..models import Agent, Passkey, RecoveryCode, Role, TotpKey
from ..passkeys import Fresh
from ..permissions import require
from .sessions import end_everywhere

MOST_PASSKEYS = 20


def add_totp(*, agent: Agent, actor: Actor, secret: str, code: str, now: float) -> list[str]:
    """Take an authenticator app whose first code is right; returns recovery codes if there were none yet.

    An app that was there before is replaced. Raises `Invalid` for a wrong code.
    """
    require(agent, "profile.own")
    step = totp.step_of(secret, "".join(code.split()), now)
    if step is None:
        raise Invalid(_("This code is not right. Wait for the next one, and check the clock of the device."), "code")
    hidden = secrets.encrypt(secret)
    with transaction.atomic():
        # The first code is used up too: whoever read it over a shoulder can't sign in with it.
        TotpKey.objects.update_or_create(
            agent=agent, defaults={"secret": hidden, "last_step": step, "created_at": timezone.now()}
        )
        audit.record(actor, "agent.factor_added", agent, kind="totp")
        codes = _first_codes(agent)
        _tell(agent)
    return codes


def add_passkey(*, agent: Agent, actor: Actor, fresh: Fresh, host: str, name: str) -> list[str]:
    """Keep a passkey; returns recovery codes if there were none yet. Raises `Invalid`."""
    require(agent, "profile.own")
    if agent.passkeys.count() >= MOST_PASSKEYS:
        raise Invalid(_("These are more passkeys than one person needs. Remove an old one first."))
    row = Passkey(agent=agent, host=host, name=_clean(name), credential=fresh.credential)
    row.public_key, row.sign_count = fresh.public_key, fresh.sign_count
    with transaction.atomic():
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            raise Invalid(_("This passkey is here already.")) from None
        audit.record(actor, "agent.factor_added", agent, kind="passkey", name=row.name)
        codes = _first_codes(agent)
        _tell(agent)
    return codes


def _clean(name: str) -> str:
    return " ".join(name.replace("\0", "").split())[:80] or _("Passkey")


def _first_codes(agent: Agent) -> list[str]:
    return [] if agent.recovery_codes.exists() else _write_codes(agent)


def _write_codes(agent: Agent) -> list[str]:
    codes = factors.new_codes()
    RecoveryCode.objects.filter(agent=agent).delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(agent=agent, digest=factors.code_digest(agent, code.replace("-", ""))) for code in codes
    )
    return codes


def renew_recovery_codes(*, agent: Agent, actor: Actor) -> list[str]:
    """Ten new codes, never shown again; the old ones die. Raises `Invalid` where there is nothing to recover from."""
    require(agent, "profile.own")
    if not factors.has_second(agent):
        raise Invalid(_("Add an authenticator app or a passkey first."))
    with transaction.atomic():
        codes = _write_codes(agent)
        audit.record(actor, "agent.recovery_codes_made", agent)
        _tell(agent)
    return codes


def remove_totp(*, agent: Agent, actor: Actor, session: int | None = None) -> None:
    """Take the authenticator app away; every session but `session` ends. Raises `Invalid` for a factor that is owed."""
    require(agent, "profile.own")
    with transaction.atomic():
        if TotpKey.objects.filter(agent=agent).delete()[0]:
            _removed(agent, actor, session, kind="totp")


def remove_passkey(*, agent: Agent, actor: Actor, passkey: Passkey, session: int | None = None) -> None:
    """Take one of one's own passkeys away; every session but `session` ends. Raises as `remove_totp`."""
    require(agent, "profile.own")
    if passkey.agent_id != agent.pk:
        raise PermissionDenied("profile.own")
    with transaction.atomic():
        if Passkey.objects.filter(pk=passkey.pk).delete()[0]:
            _removed(agent, actor, session, kind="passkey", name=passkey.name)


def _removed(agent: Agent, actor: Actor, session: int | None, **which: str) -> None:
    if factors.must_enrol(agent):
        raise Invalid(_("Your role needs a second step. Add another one before you remove this one."))
    if not factors.has_second(agent):
        RecoveryCode.objects.filter(agent=agent).delete()
    end_everywhere(agent, but=session)
    audit.record(actor, "agent.factor_removed", agent, **which)
    events.record(access_changed(agent.pk), actor=actor)
    _tell(agent)


def reset_factors(*, agent: Agent | None, actor: Actor, target: Agent) -> None:
    """Take every factor but the password from somebody who lost theirs; their sessions end, and they are told by mail.

    `agent` is an admin, never about themselves, or None for the command line. Raises `PermissionDenied`.
    """
    if agent is not None:
        require(agent, "agent.settings")
        if agent.pk == target.pk:
            raise PermissionDenied("agent.settings")
    with transaction.atomic():
        passkeys = Passkey.objects.filter(agent=target).delete()[0]
        apps = TotpKey.objects.filter(agent=target).delete()[0]
        RecoveryCode.objects.filter(agent=target).delete()
        end_everywhere(target)
        audit.record(actor, "agent.factors_reset", target, passkeys=passkeys, apps=apps)
        events.record(access_changed(target.pk), actor=actor)
        _tell(target)


def require_second_factor(*, agent: Agent, actor: Actor, roles: Iterable[str]) -> None:
    """Choose the roles that must have a second factor: who has none makes one at their next sign-in."""
    require(agent, "company.settings")
    chosen = set(roles)
    if chosen - set(Role.values):
        raise Invalid(_("The role must be one of: %(roles)s.") % {"roles": ", ".join(Role.values)}, "roles")
    settings_store.set("accounts.second_factor_roles", [role for role in Role.values if role in chosen], actor)


def _tell(target: Agent) -> None:
    """Whoever didn't do this should hear of it."""
    if mail.is_configured():
        tasks.mail_factors_changed.enqueue(agent_id=target.pk)
