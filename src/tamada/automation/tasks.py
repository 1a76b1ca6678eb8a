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
