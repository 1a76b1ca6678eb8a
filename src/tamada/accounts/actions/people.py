"""Agents: made, changed, deactivated; and what each may change about themselves."""

import zoneinfo
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tamada.core import audit, events
from tamada.core.actors import Actor

from ..errors import Invalid
from ..events import EVERYBODY, AgentAdded, AgentLeft, AgentUpdated, access_changed
from ..models import Agent, ApiToken, Membership, Role, Team, Theme, default_preferences
from ..passwords import check_rules, hash_password
from ..permissions import require
from ..queries import agent_by_email, default_team, team_ids
from .sessions import end_everywhere

DIGESTS = ("never", "daily", "offline")


def clean_email(email: str) -> str:
    """The address in lower case. Raises `Invalid` when it is none."""
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise Invalid(_("Enter an e-mail address, such as ani@example.com."), "email") from None
    return email


def clean_name(name: str) -> str:
    """The name in one line. Raises `Invalid` when nothing is left."""
    name = " ".join(name.replace("\0", "").split())
    if not name:
        raise Invalid(_("Enter a name."), "name")
    if len(name) > 120:
        raise Invalid(_("This name is too long."), "name")
    return name


def clean_role(role: str) -> Role:
    """The role of that code. Raises `Invalid`."""
    try:
        return Role(role)
    except ValueError:
        raise Invalid(_("The role must be one of: %(roles)s.") % {"roles": ", ".join(Role.values)}, "role") from None


def create_agent(
    *,
    agent: Agent | None,
    actor: Actor,
    email: str,
    name: str,
    role: str = Role.AGENT,
    teams: Iterable[Team] | None = None,
    password: str | None = None,
    language: str = "",
) -> Agent:
    """Make somebody an agent, in the default team unless told otherwise. Without a password they can't sign in yet.

    `agent` is who asks (None: the installation's owner at the command line). Raises `PermissionDenied`, or `Invalid`
    for an address that is taken, an unknown role or a weak password.
    """
    if agent is not None:
        require(agent, "agent.settings")
    email, name, role = clean_email(email), clean_name(name), clean_role(role)
    if agent_by_email(email) is not None:
        raise taken(email)
    if password is not None:
        check_rules(password, name=name, email=email)
    made = Agent(email=email, name=name, role=role, language=language, preferences=default_preferences())
    made.password = hash_password(password) if password is not None else ""
    if password is None:
        made.set_unusable_password()
    return insert_agent(made, actor=actor, teams=teams)


def insert_agent(made: Agent, *, actor: Actor, teams: Iterable[Team] | None) -> Agent:
    """Store a prepared agent with teams, audit entry and event; the caller has checked everything but the address."""
    with transaction.atomic():
        try:
            with transaction.atomic():
                made.save(force_insert=True)
        except IntegrityError:
            raise taken(made.email) from None
        places = list(teams) if teams is not None else [default_team()]
        Membership.objects.bulk_create(Membership(agent=made, team=team) for team in places)
        audit.record(actor, "agent.added", made, role=made.role, teams=[team.pk for team in places])
        events.record(AgentAdded(audience=EVERYBODY, agent_id=made.pk), actor=actor)
    return made


def taken(email: str) -> Invalid:
    """The refusal of an address that somebody has."""
    return Invalid(_("%(email)s belongs to somebody who works here already.") % {"email": email}, "email")


def update_agent(
    *,
    agent: Agent | None,
    actor: Actor,
    target: Agent,
    name: str | None = None,
    role: str | None = None,
    is_active: bool | None = None,
    teams: Iterable[Team] | None = None,
) -> Agent:
    """Change what an admin may change about somebody; None leaves a field alone.

    Deactivating ends their sessions and revokes their tokens at once. Raises `PermissionDenied`, and `Invalid` for
    what would leave nobody to administer.
    """
    if agent is not None:
        require(agent, "agent.settings")
    with transaction.atomic():
        row = Agent.objects.select_for_update().get(pk=target.pk)
        changes: dict[str, Any] = {}
        if name is not None and (cleaned := clean_name(name)) != row.name:
            changes["name"] = cleaned
        if role is not None and clean_role(role) != row.role:
            changes["role"] = clean_role(role).value
        if is_active is not None and is_active != row.is_active:
            changes["is_active"] = is_active
        if row.is_admin and row.is_active and ("role" in changes or changes.get("is_active") is False):
            _keep_an_admin(row)
        moved = teams is not None and _set_teams(row, list(teams), actor)
        _apply(row, changes, actor, moved=moved)
    target.refresh_from_db()
    return target


def _keep_an_admin(leaving: Agent) -> None:
    admins = Agent.objects.select_for_update().filter(role=Role.ADMIN, is_active=True).exclude(pk=leaving.pk)
    if not list(admins[:1]):
        raise Invalid(_("%(name)s is the only admin. Make somebody else an admin first.") % {"name": leaving.name})


def _apply(row: Agent, changes: Mapping[str, Any], actor: Actor, *, moved: bool) -> None:
    if changes:
        audit.record(actor, "agent.updated", row, **{key: [getattr(row, key), new] for key, new in changes.items()})
        for key, new in changes.items():
            setattr(row, key, new)
        if changes.get("is_active") is False:
            end_everywhere(row)
            ApiToken.objects.filter(agent=row, revoked_at=None).update(revoked_at=timezone.now())
            events.record(AgentLeft(audience=EVERYBODY, agent_id=row.pk), actor=actor)
        row.save(update_fields=list(changes))
    if changes or moved:
        events.record(AgentUpdated(audience=EVERYBODY, agent_id=row.pk), actor=actor)
    if moved or changes.keys() & {"role", "is_active"}:
        events.record(access_changed(row.pk), actor=actor)


def _set_teams(row: Agent, teams: list[Team], actor: Actor) -> bool:
    """Make these the agent's teams; True if that changed anything."""
    before, after = team_ids(row), frozenset(team.pk for team in teams)
    if before == after:
        return False
    Membership.objects.filter(agent=row, team__in=before - after).delete()
    Membership.objects.bulk_create(Membership(agent=row, team_id=pk) for pk in sorted(after - before))
    audit.record(actor, "agent.teams_changed", row, teams=[sorted(before), sorted(after)])
    return True


def update_profile(*, agent: Agent, actor: Actor, **fields: Any) -> Agent:
    """Change what people choose for themselves: name, language, theme, time_zone, signature, preferences.

    Raises `Invalid` naming the field, TypeError for a field that is not one's own to change.
    """
    require(agent, "profile.own")
    if unknown := fields.keys() - _PROFILE.keys():
        raise TypeError(f"Not part of a profile: {', '.join(sorted(unknown))}.")
    cleaned = {key: _PROFILE[key](value) for key, value in fields.items()}
    if "preferences" in cleaned:
        cleaned["preferences"] = {**default_preferences(), **agent.preferences, **cleaned["preferences"]}
    changed = [key for key, value in cleaned.items() if getattr(agent, key) != value]
    if not changed:
        return agent
    for key in changed:
        setattr(agent, key, cleaned[key])
    with transaction.atomic():
        agent.save(update_fields=changed)
        audit.record(actor, "agent.profile_changed", agent, fields=changed)
        events.record(AgentUpdated(audience=EVERYBODY, agent_id=agent.pk), actor=actor)
    return agent


def _language(value: str) -> str:
    if value and value not in dict(settings.LANGUAGES):
        raise Invalid(_("This language is not one of ours."), "language")
    return value


def _time_zone(value: str) -> str:
    if value and value not in zoneinfo.available_timezones():
        raise Invalid(_("This time zone is not known."), "time_zone")
    return value


def _theme(value: str) -> str:
    if value not in Theme.values:
        raise Invalid(_("Choose one of the themes."), "theme")
    return value


def _signature(value: str) -> str:
    value = value.replace("\0", "").replace("\r\n", "\n").strip()
    if len(value) > 2000:
        raise Invalid(_("A signature may have at most 2,000 characters."), "signature")
    return value


def _preferences(value: Mapping[str, Any]) -> dict[str, Any]:
    known = default_preferences()
    for key, given in value.items():
        if key not in known or type(given) is not type(known[key]):
            raise Invalid(_("This preference is not known."), key)
        if key == "digest" and given not in DIGESTS:
            raise Invalid(_("Choose when to be told by e-mail."), key)
    return dict(value)


_PROFILE: dict[str, Callable[[Any], Any]] = {
    "name": clean_name,
    "language": _language,
    "time_zone": _time_zone,
    "theme": _theme,
    "signature": _signature,
    "preferences": _preferences,
}
