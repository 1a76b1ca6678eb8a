"""Work of this room for later. What is long goes on as a chain: each link takes some rows, and a death repeats one."""

from tamada.calendars.models import Calendar
from tamada.core.tasks import LOW, every, task

from . import actions


@every(seconds=20)
def tell_deadlines() -> None:
    """Tell of deadlines that came near or passed."""
    actions.tell_deadlines()


@task(priority=LOW)
def recount_all(calendar_id: int, version: int, after: int) -> None:
    """Work out what counts by a calendar. A newer version of it has a chain of its own, so this one ends."""
    calendar = Calendar.objects.filter(pk=calendar_id, version=version).first()
    last = actions.recount_deadlines(calendar=calendar, after=after) if calendar is not None else None
    if last is not None:
        link = recount_all.using(unique=f"sla:calendar:{calendar_id}:{version}")
        link.enqueue(calendar_id=calendar_id, version=version, after=last)
    elif calendar is not None:
        actions.tell_replanned()


@task(priority=LOW)
def refresh_all(chain: str, after: int, inbox: int | None = None) -> None:
    """Work out the deadlines of everything that is open, of one inbox or of all."""
    last = actions.refresh_many(after=after, inbox=inbox)
    if last is not None:
        refresh_all.using(unique=f"sla:{chain}").enqueue(chain=chain, after=last, inbox=inbox)
    else:
        actions.tell_replanned()


@every(minutes=1)
def run_waits() -> None:
    """Ask the rules that wait for time to pass."""
    actions.run_waits()


@every(hours=1)
def check_rules() -> None:
    """Switch off rules that name something gone."""
    actions.check_rules()


@every(hours=6)
def forget_traces() -> None:
    """Drop old reasons."""
    actions.forget_traces()


@task(priority=LOW)
def go_on_with_dry_run(dry_run_id: int) -> None:
    """One batch of a trial run, then the next."""
    if actions.go_on(dry_run_id=dry_run_id):
        go_on_with_dry_run.using(unique=f"dry_run:{dry_run_id}").enqueue(dry_run_id=dry_run_id)


@every(minutes=1)
def follow_absences() -> None:
    """Begin and end what is planned."""
    actions.follow_absences()


@task
def hand_on(absence_id: int) -> None:
    """What somebody has open goes its road."""
    actions.hand_on_all(absence_id=absence_id)


@every(minutes=1)
def route_waiting() -> None:
    """Give what waits unowned to who is here, and tell of what waits too long."""
    actions.route_waiting()
    actions.tell_unowned()
