"""SLA policies: making, changing and removing them. Only admins promise in the company's name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.calendars.models import Calendar
from tamada.conversations.models import Inbox, Priority
from tamada.core import audit, events
from tamada.core.actors import Actor
from tamada.customers.models import Tag

from ..errors import Invalid
from ..events import PolicyChanged
from ..models import Hours, Policy

PERMISSION: Final = "sla.settings"
MOST_MINUTES: Final = 366 * 24 * 60
MOST_POLICIES: Final = 100
LAST_POSITION: Final = 1_000
ADMINS: Final = frozenset({"role:admin"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """A policy as it is to be. Targets are in minutes of working time; None promises nothing."""

    name: str
    position: int = 10
    is_active: bool = True
    inboxes: Sequence[Inbox] = ()
    priorities: Sequence[str] = ()
    tags: Sequence[Tag] = ()
    first_minutes: int | None = None
    next_minutes: int | None = None
    resolution_minutes: int | None = None
    hours: str = Hours.INBOX
    calendar: Calendar | None = None
    pauses: bool = True
    warn_percent: int = 75


@transaction.atomic
def create_policy(*, agent: Agent | None, actor: Actor, terms: Terms) -> Policy:
    """Make a policy; the deadlines of what is open follow soon. Raises `PermissionDenied`, or `Invalid`.

    `agent` None: the system or the command line.
    """
    _require(agent)
    if Policy.objects.count() >= MOST_POLICIES:
        raise Invalid(_("There are %(most)d policies already.") % {"most": MOST_POLICIES}, "name")
    return _write(Policy(), terms, actor, "sla.policy_added")


@transaction.atomic
def update_policy(*, agent: Agent | None, actor: Actor, policy: Policy, terms: Terms) -> Policy:
    """Change a policy whole; the deadlines of what is open follow soon. Raises as `create_policy`."""
    _require(agent)
    return _write(policy, terms, actor, "sla.policy_updated")


@transaction.atomic
def delete_policy(*, agent: Agent | None, actor: Actor, policy: Policy) -> None:
    """Promise this no more. Deadlines that were met or missed keep what they tell. Raises `PermissionDenied`."""
    _require(agent)
    audit.record(actor, "sla.policy_deleted", policy, name=policy.name)
    events.record(PolicyChanged(audience=ADMINS, policy=policy.pk), actor=actor)
    policy.delete()


def _require(agent: Agent | None) -> None:
    if agent is not None:
        require(agent, PERMISSION)


def _write(policy: Policy, terms: Terms, actor: Actor, action: str) -> Policy:
    for name, value in checked(terms).items():
        setattr(policy, name, value)
    policy.save()
    policy.inboxes.set(terms.inboxes)
    policy.tags.set(terms.tags)
    audit.record(actor, action, policy, **_facts(policy))
    events.record(PolicyChanged(audience=ADMINS, policy=policy.pk), actor=actor)
    return policy


def _facts(policy: Policy) -> dict[str, Any]:
    targets = {target.value: minutes for target, minutes in policy.targets.items()}
    return {"name": policy.name, "active": policy.is_active, "minutes": targets, "hours": policy.hours}


def checked(terms: Terms) -> dict[str, Any]:
    """The columns of a policy with these terms. Raises `Invalid`."""
    name = " ".join(terms.name.replace("\0", "").split())
    if not name or len(name) > 80:
        raise Invalid(_("Enter a name of at most 80 characters."), "name")
    if not 0 <= terms.position <= LAST_POSITION:
        raise Invalid(_("The order is a number from 0 to %(last)d.") % {"last": LAST_POSITION}, "position")
    if not 1 <= terms.warn_percent <= 99:
        raise Invalid(_("Warn after 1 to 99 percent of the time."), "warn_percent")
    if terms.hours not in Hours.values:
        raise Invalid(_("Choose by which hours it counts."), "hours")
    if (terms.hours == Hours.CALENDAR) != (terms.calendar is not None):
        raise Invalid(_("Choose opening hours exactly when the policy has its own."), "calendar")
    if not set(terms.priorities) <= set(Priority.values):
        raise Invalid(_("There is no such priority."), "priorities")
    return {
        "name": name,
        "position": terms.position,
        "is_active": terms.is_active,
        "priorities": [p for p in Priority.values if p in terms.priorities],
        "hours": terms.hours,
        "calendar": terms.calendar,
        "pauses": terms.pauses,
        "warn_percent": terms.warn_percent,
        **_targets(terms),
    }


def _targets(terms: Terms) -> dict[str, int | None]:
    fields = ("first_minutes", "next_minutes", "resolution_minutes")
    given: dict[str, int | None] = {name: getattr(terms, name) for name in fields}
    for name, minutes in given.items():
        if minutes is not None and not 1 <= minutes <= MOST_MINUTES:
            raise Invalid(_("A time is at least a minute and at most a year."), name)
    if not any(given.values()):
        raise Invalid(_("Promise at least one of the three times."), "first_minutes")
    return given
