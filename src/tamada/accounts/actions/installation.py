"""What an admin looks after in the installation itself: what it is called, and work that was given up."""

from collections.abc import Iterator

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tamada.core import audit, queue, settings_store
from tamada.core.actors import Actor
from tamada.core.models import AuditEntry

from .. import company
from ..errors import Invalid
from ..models import Agent
from ..permissions import require
from ..zones import known_zones

MOST = 80


def clean_company_name(name: str, field: str = "name") -> str:
    """The company's name in one line. Raises `Invalid`."""
    name = " ".join(name.replace("\0", "").split())
    if not name or len(name) > MOST:
        raise Invalid(_("Enter your company's name in at most 80 characters."), field)
    return name


def update_company(
    *, agent: Agent, actor: Actor, name: str, language: str, time_zone: str = "", **details: str
) -> None:
    """Name the company, choose language and time zone of people who chose none, and say how it is reached.

    `details` are some of `company.DETAILS`; what is not named stays. Raises `Invalid`, PermissionDenied.
    """
    require(agent, "company.settings")
    name = clean_company_name(name)
    if language not in dict(settings.LANGUAGES):
        raise Invalid(_("This language is not one of ours."), "language")
    if time_zone and time_zone not in known_zones():
        raise Invalid(_("This time zone does not exist."), "time_zone")
    if unknown := details.keys() - set(company.DETAILS):
        raise TypeError(f"no such detail: {', '.join(sorted(unknown))}")
    with transaction.atomic():
        for detail, value in details.items():
            if value.strip() != settings_store.get(f"company.{detail}"):
                settings_store.set(f"company.{detail}", value.strip(), actor)
        settings_store.set("company.name", name, actor)
        settings_store.set("company.language", language, actor)
        settings_store.set("company.time_zone", time_zone, actor)


def dismiss_first_steps(*, agent: Agent, actor: Actor) -> None:
    """Put away the list of what a new installation needs, for everybody. Raises PermissionDenied."""
    require(agent, "company.settings")
    settings_store.set("company.first_steps_over", True, actor)


def replay_task(*, agent: Agent, actor: Actor, task_id: int) -> bool:
    """Run given-up work again, with all its attempts; False when there is none of that number."""
    require(agent, "task.replay")
    with transaction.atomic():
        if not queue.replay(task_id):
            return False
        audit.record(actor, "task.replayed", None, task=task_id)
    return True


def export_audit(*, agent: Agent, actor: Actor, asked: audit.Search) -> Iterator[list[AuditEntry]]:
    """What was found in the trail, in batches, oldest first. That it was taken away is written down as well."""
    require(agent, "audit.read")
    given = ((name, getattr(asked, name)) for name in asked.__slots__)
    text = ", ".join(f"{name} {value}" for name, value in given if value not in (None, ""))
    audit.record(actor, "audit.exported", None, asked=text)
    return audit.batches(asked)


def keep_audit(*, agent: Agent, actor: Actor, years: int) -> None:
    """How long entries of the trail are kept; 0 is for ever. Raises `Invalid`."""
    require(agent, "company.settings")
    if years not in company.AUDIT_YEARS:
        raise Invalid(_("Choose how long entries are kept."), "years")
    settings_store.set("audit.keep_years", years, actor)
