"""Work of this room that is done later, or again and again."""

from typing import Any

from tamada.calendars.models import Calendar
from tamada.core.actors import Actor
from tamada.core.tasks import LOW, every, task

from . import actions
from .models import Service


@every(minutes=1)
def tell_due() -> None:
    """Tell of promises that are due soon or late."""
    actions.tell_due()


@every(hours=1)
def forget_unanswered() -> None:
    """Ask nobody for ever whether something was a promise."""
    actions.forget_unanswered()


@every(minutes=1)
def look_after_jobs() -> None:
    """Begin what was planned, and look again at what changes with nothing happening."""
    actions.begin_planned()
    actions.recheck_jobs()


@every(days=1)
def forget_links() -> None:
    """Keep no links that opened their last request long ago."""
    actions.forget_links()


@every(minutes=1)
def tell_customers() -> None:
    """Tell customers what their services say they hear, and of delays that nobody has told them."""
    actions.note_delays()
    actions.send_notices()


@every(minutes=1)
def look_after_handoffs() -> None:
    """Bring back what nobody can take any more, and remind of what nobody has taken."""
    actions.bring_back()
    actions.remind_waiting()


@task(priority=LOW)
def replan_all(calendar_id: int, version: int, after: int) -> None:
    """Plan the jobs of a calendar anew. A newer version of it has a chain of its own, so this one ends."""
    if not Calendar.objects.filter(pk=calendar_id, version=version).exists():
        return
    last = actions.replan_jobs(after=after, calendar=calendar_id)
    if last is not None:
        link = replan_all.using(unique=f"jobs:calendar:{calendar_id}:{version}")
        link.enqueue(calendar_id=calendar_id, version=version, after=last)


@task(priority=LOW)
def move_jobs(service_id: int, number: int, after: int, by: dict[str, Any]) -> None:
    """Let jobs go on by the newest version of their service. A newer one has a chain of its own, so this one ends."""
    service = Service.objects.filter(pk=service_id, version=number).first()
    if service is None:
        return
    last = actions.move_jobs(service=service, after=after, actor=Actor.from_json(by))
    if last is not None:
        link = move_jobs.using(unique=f"jobs:version:{service_id}:{number}")
        link.enqueue(service_id=service_id, number=number, after=last, by=by)
