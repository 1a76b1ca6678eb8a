"""How hand-offs of jobs that are done went: taken or returned, how long they waited, and which lateness that explains.

What each figure means stands in docs/decisions/0043.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Final

from django.db.models import QuerySet

from tamada.kit.working_time import Schedule

from .figures import REPEATED, Done, Share
from .models import Handoff, HandoffStatus, Job

_ANSWERED: Final = (HandoffStatus.ACCEPTED, HandoffStatus.RETURNED)


@dataclass(frozen=True, slots=True)
class HandedOver:
    """Of a service: hand-offs that were taken, of those that were answered; how long half of these waited for it at
    most, in working time; and late jobs whose hand-offs waited longer than the job was late."""

    taken: Share
    waited: timedelta | None
    late: Share

    @property
    def is_repeated(self) -> bool:
        """Whether jobs that are late by waiting are more than an accident."""
        return self.late.hits >= REPEATED


NONE: Final = HandedOver(Share(0, 0), None, Share(0, 0))


def handed_over(
    ended: QuerySet[Job], done: Sequence[Done], hours: Mapping[int | None, Schedule]
) -> dict[int, HandedOver]:
    """By service, of these jobs that are `done`, which `ended` asks for."""
    rows = Handoff.objects.filter(job__in=ended, status__in=_ANSWERED)
    statuses: dict[int, list[str]] = defaultdict(list)
    waits: dict[int, list[int]] = defaultdict(list)
    of_job: dict[int, timedelta] = defaultdict(timedelta)
    for job, service, status, minutes in rows.order_by().values_list("job", "job__service", "status", "limbo"):
        statuses[service or 0].append(status)
        waits[service or 0].append(minutes or 0)
        of_job[job or 0] += timedelta(minutes=minutes or 0)
    late: dict[int, list[bool]] = defaultdict(list)
    for one in done:
        if one.is_late and one.service in waits:
            over = hours[one.calendar].elapsed(one.first, one.finished) if one.first else timedelta(0)
            late[one.service].append(of_job[one.pk] > over)
    return {service: _of(statuses[service], waits[service], late[service]) for service in waits}


def _of(statuses: Sequence[str], waits: Sequence[int], late: Sequence[bool]) -> HandedOver:
    taken = Share(statuses.count(HandoffStatus.ACCEPTED), len(statuses))
    return HandedOver(taken, None if taken.is_few else timedelta(minutes=median(waits)), Share(sum(late), len(late)))
