"""Whether lateness was seen coming: of jobs that are done, who was late, for what, and who was warned by then."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from tamada.kit.services.forecast import Part
from tamada.kit.working_time import Schedule

WORKING_DAY: Final = timedelta(hours=8)
_HALF_AN_HOUR: Final = timedelta(minutes=30)
_NOTHING: Final = timedelta(0)


@dataclass(frozen=True, slots=True)
class Work:
    """A step as it was done, and what it lost on the way: since when that could be known, and how much working time.

    `part.known` is what was known of it when it opened.
    """

    part: Part
    lost: list[tuple[datetime, timedelta]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A job that is done. `alarmed` says whether it ever was at risk before its promise passed, `at_risk_by_then` and
    `cause` how it stood a working day before that."""

    promised_at: datetime
    done_at: datetime
    works: dict[str, Work]
    alarmed: bool
    at_risk_by_then: bool
    cause: str | None

    @property
    def is_late(self) -> bool:
        """Whether it was done past its promise."""
        return self.done_at > self.promised_at


class Figures(NamedTuple):
    """What came of some jobs."""

    jobs: int
    late: int
    visible: int
    warned: int
    """Of the visible, those at risk a working day before the promise passed."""
    alarmed: int
    false: int
    late_warned: int
    """Of all that were late, whatever could be seen."""
    blamed: int
    """Of the visible and warned, those where one of the steps that were still to be done had lost time by then."""
    blamed_rightly: int
    """Of these, those whose cause was the step that had lost most."""

    @property
    def recall(self) -> float:
        """The share of the visible that were at risk in time."""
        return self.warned / self.visible if self.visible else 1.0

    @property
    def false_alarms(self) -> float:
        """The share of alarms that came to nothing."""
        return self.false / self.alarmed if self.alarmed else 0.0


def a_working_day_before(promised_at: datetime, office: Schedule) -> datetime:
    """The last half hour at which a warning comes a working day before a promise passes."""
    day = promised_at.astimezone(office.tz)
    while True:
        day -= _HALF_AN_HOUR
        if office.elapsed(day, promised_at) >= WORKING_DAY:
            return day


def figures(outcomes: Iterable[Outcome], office: Schedule) -> Figures:
    """Count them, by the hours of the company."""
    jobs = list(outcomes)
    late = [job for job in jobs if job.is_late]
    visible = [job for job in late if is_visible(job, office)]
    alarmed = [job for job in jobs if job.alarmed]
    blame = [(job.cause, _loser(job, office)) for job in visible if job.at_risk_by_then]
    return Figures(
        len(jobs),
        len(late),
        len(visible),
        sum(job.at_risk_by_then for job in visible),
        len(alarmed),
        sum(not job.is_late for job in alarmed),
        sum(job.at_risk_by_then for job in late),
        sum(name is not None for _, name in blame),
        sum(cause == name for cause, name in blame if name),
    )


def is_visible(job: Outcome, office: Schedule) -> bool:
    """Whether a working day before the promise passed that was known which made it late.

    Of the steps that decided its end: without what they had lost by then it would have been in time, and what they
    lost later would not have made it late alone.
    """
    until, late = a_working_day_before(job.promised_at, office), office.elapsed(job.promised_at, job.done_at)
    known_then = sum((_lost(work, until) for work in _deciding(job)), _NOTHING)
    later = sum((_surprise(work, until) for work in _deciding(job)), _NOTHING)
    return later < late <= known_then


def _loser(job: Outcome, office: Schedule) -> str | None:
    """Which of the steps not done a working day before the promise passed had lost most by then."""
    until = a_working_day_before(job.promised_at, office)
    lost = {
        work.part.id: _lost(work, until) for work in _deciding(job) if work.part.done_at and work.part.done_at > until
    }
    name = max(lost, key=lost.__getitem__, default=None)
    return name if name and lost[name] else None


def _lost(work: Work, until: datetime) -> timedelta:
    """By illness, holidays and suppliers; else by having lasted longer than nine of ten do."""
    told = sum((lost for since, lost in work.lost if since <= until), _NOTHING)
    part = work.part
    assert part.done_at
    lasted = _lasted(part, min(until, part.done_at))
    overrun = lasted - part.known.typical if lasted > part.known.slow and not part.expected_at else _NOTHING
    return max(told, overrun)


def _surprise(work: Work, until: datetime) -> timedelta:
    """What it took beyond the typical, or beyond what it had taken already, or the supplier told later."""
    told = sum((lost for since, lost in work.lost if since > until), _NOTHING)
    part = work.part
    assert part.took is not None
    if part.expected_at:
        return told
    return told + max(part.took - max(part.known.typical, _lasted(part, until)), _NOTHING)


def _lasted(part: Part, until: datetime) -> timedelta:
    assert part.begun_at
    return part.schedule.elapsed(part.begun_at, until) if part.begun_at < until else _NOTHING


def _deciding(job: Outcome) -> list[Work]:
    """The steps that decided when it ended, each the last that the next one waited for."""

    def ended(work: Work) -> datetime:
        assert work.part.done_at
        return work.part.done_at

    chain = [max(job.works.values(), key=ended)]
    while after := chain[-1].part.after:
        chain.append(max((job.works[name] for name in after), key=ended))
    return chain
