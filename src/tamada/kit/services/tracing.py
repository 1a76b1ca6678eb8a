"""Where a job that is over lost its time: what it spent on each step of the way that decided its end."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from ..working_time import Schedule
from .template import Service


def overruns(service: Service, ended: Mapping[str, datetime], start: datetime, hours: Schedule) -> dict[str, timedelta]:
    """By step, how much working time more than planned it took (less: below 0), for the steps that decided the end.

    Read from the end: the step that ended last, then the one it waited for that ended last, and so back to the start.
    Of such a chain each step has the time from the end of the one before it to its own, so that together they are the
    whole duration: waiting to be begun, for a date, and being done twice count to the step that it happened to, and a
    step beside the chain, however slow, counts nothing. `ended` are the moments of their ends, by id.

    """
    found: dict[str, timedelta] = {}
    at = max(ended, key=lambda key: ended[key], default=None)
    while at is not None:
        step = service.steps[at]
        before = max((key for key in step.after if key in ended), key=lambda key: ended[key], default=None)
        found[at] = hours.elapsed(start if before is None else ended[before], ended[at]) - step.takes
        at = before
    return found
