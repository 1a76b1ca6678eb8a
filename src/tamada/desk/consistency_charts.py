"""The control charts of a service as its page shows them: drawn, in words, and as a table."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, Literal

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from tamada.core.dates import local_day
from tamada.kit.chart_picture import PHONE, WIDE, Labels, draw
from tamada.kit.control_charts import FEW, Chart, Signal
from tamada.operations.consistency import Closely, Stretch
from tamada.operations.figures import Done

from . import times
from .consistency_words import about

NEWEST: Final = 60
"""More single jobs than these are a web."""
_MOST_OUT: Final = 8
_MINUTES: Final = (1, 5, 15, 30, *(60 * 2**power for power in range(12)))
_MOST_TICKS: Final = 5

Name = Literal["on_time", "right"]


@dataclass(frozen=True, slots=True)
class Outlier:
    """What is beyond the limits: what it is, and the jobs it is made of."""

    text: str
    jobs: Sequence[int]


@dataclass(frozen=True, slots=True)
class Panel:
    """One chart."""

    title: str
    note: str
    column: str
    wide: SafeString
    narrow: SafeString
    says: list[str]
    outliers: list[Outlier] = field(default_factory=list)
    rows: list[tuple[int, str, str, str]] = field(default_factory=list)
    """The job's number (0 for weeks), what it is, its value, what is more than chance about it."""


def panels(found: Closely) -> list[Panel]:
    """The charts of a service that have anything to show."""
    if not found.done:
        return []
    rates = (
        _rate(found, _("On time"), "on_time"),
        _rate(found, _("Right the first time"), "right"),
    )
    return [_durations(found), *(panel for panel in rates if panel)]


# --- job by job -------------------------------------------------------------------------------------------------------


def _durations(found: Closely) -> Panel:
    chart = found.durations.newest(NEWEST)
    jobs = found.done[-NEWEST:]
    title = _("How long each job took")
    labels = Labels(
        title,
        _("The newest jobs in the order they were done; the table below says the same."),
        _lengths(chart),
        [f"#{one.pk}" for one in jobs],
        times.day(_day(jobs[0])),
        times.day(_day(jobs[-1])),
    )
    beyond = sorted(found.durations.points("beyond"))[-_MOST_OUT:][::-1]
    return Panel(
        title,
        _expect(found.durations, len(found.done)),
        _("Job"),
        *_drawn(chart, labels),
        says=_told(chart, [_day(one) for one in jobs]),
        outliers=[Outlier(_out(found.done[place]), [found.done[place].pk]) for place in beyond],
        rows=[
            (one.pk, times.day(_day(one)), _length(chart.values[place]), _mark(chart, place))
            for place, one in enumerate(jobs)
        ][::-1],
    )


def _day(one: Done) -> date:
    return local_day(one.finished)


def _length(logarithm: float) -> str:
    return about(timedelta(minutes=math.exp(logarithm)))


def _out(one: Done) -> str:
    return _("%(length)s, done %(day)s") % {"length": about(one.took), "day": times.day(_day(one))}


def _expect(chart: Chart, count: int) -> str:
    """What the next job will be like, if nothing changes."""
    if chart.centre is None or chart.most_range is None:
        return _few(count)
    words = _(
        "If nothing changes, the next one takes between %(low)s and %(high)s of working time, "
        "and up to %(times)s times as long or as short as the one before it."
    )
    low, high = _length(chart.lower[0]), _length(chart.upper[0])
    return words % {"low": low, "high": high, "times": times.decimal(math.exp(chart.most_range))}


def _few(count: int) -> str:
    words = _("Too few yet to tell chance from change: %(count)s, and at least %(least)s are needed.")
    return words % {"count": count, "least": FEW}


def _lengths(chart: Chart) -> list[tuple[float, str]]:
    """A few round durations that lie between the shortest and the longest."""
    seen = [*chart.values, *chart.lower, *chart.upper]
    low, high = math.exp(min(seen)), math.exp(max(seen))
    inside = [minutes for minutes in _MINUTES if low <= minutes <= high]
    kept = inside[:: math.ceil(len(inside) / _MOST_TICKS) or 1]
    return [(math.log(minutes), about(timedelta(minutes=minutes))) for minutes in kept]


# --- some weeks after the others --------------------------------------------------------------------------------------


def _rate(found: Closely, title: str, name: Name) -> Panel | None:
    stretches, chart = found.rates(name)
    if not stretches:
        return None
    days = [one.monday for one in stretches]
    labels = Labels(
        title,
        _("The share of each stretch of time; the table below says the same."),
        [(part / 2, f"{50 * part} %") for part in range(3)],
        [times.day(day) for day in days],
        times.day(days[0]),
        times.day(days[-1]),
    )
    beyond = sorted(chart.points("beyond"))[::-1]
    return Panel(
        title,
        _usual(chart, len(stretches), found.weeks),
        pgettext("column: a day on which weeks begin", "From"),
        *_drawn(chart, labels),
        says=_told(chart, days),
        outliers=[Outlier(_stretch(stretches[place], name), _bad(stretches[place], name)) for place in beyond],
        rows=[
            (0, times.day(one.monday), _counted(one, name), _mark(chart, place)) for place, one in enumerate(stretches)
        ][::-1],
    )


def _usual(chart: Chart, count: int, weeks: int) -> str:
    if chart.centre is None:
        return _few(count)
    words = ngettext(
        "Usually %(percent)s %%. A point is a week; the fewer jobs in it, the wider its limits.",
        "Usually %(percent)s %%. A point is %(weeks)s weeks; the fewer jobs in them, the wider its limits.",
        weeks,
    )
    return words % {"percent": round(100 * chart.centre), "weeks": weeks}


def _counted(one: Stretch, name: Name) -> str:
    hits, count = len(_all(one, name)) - len(_bad(one, name)), len(_all(one, name))
    return _("%(count)s of %(all)s") % {"count": hits, "all": count}


def _stretch(one: Stretch, name: Name) -> str:
    words = _("From %(day)s: %(share)s. The others:")
    return words % {"day": times.day(one.monday), "share": _counted(one, name)}


def _all(one: Stretch, name: Name) -> list[Done]:
    return [row for row in one.rows if name == "right" or row.first is not None]


def _bad(one: Stretch, name: Name) -> list[int]:
    return [row.pk for row in _all(one, name) if (row.is_late if name == "on_time" else not row.is_right)]


# --- what both share --------------------------------------------------------------------------------------------------


def _drawn(chart: Chart, labels: Labels) -> tuple[SafeString, SafeString]:
    wide, narrow = (draw(chart, labels, width=width) for width in (WIDE, PHONE))
    return mark_safe(wide), mark_safe(narrow)  # noqa: S308  every text in it is escaped


def _told(chart: Chart, days: Sequence[date]) -> list[str]:
    """Shifts and drifts, the newest of each."""
    newest = {one.rule: one for one in chart.signals if one.rule != "beyond"}
    return [_run(one, chart, days[one.points[0]]) for one in newest.values()]


def _run(one: Signal, chart: Chart, since: date) -> str:
    first, last = chart.values[one.points[0]], chart.values[one.points[-1]]
    if one.rule == "side":
        words = (
            _("A shift: %(count)s in a row above the middle, from %(day)s.")
            if first > (chart.centre or 0)
            else _("A shift: %(count)s in a row below the middle, from %(day)s.")
        )
    else:
        words = (
            _("A drift: %(count)s in a row, each higher than the one before, from %(day)s.")
            if last > first
            else _("A drift: %(count)s in a row, each lower than the one before, from %(day)s.")
        )
    return words % {"count": len(one.points), "day": times.day(since)}


def _mark(chart: Chart, place: int) -> str:
    if place in chart.points("beyond"):
        return _("beyond the limits")
    return _("part of a shift or drift") if place in chart.points("side", "trend") else ""
