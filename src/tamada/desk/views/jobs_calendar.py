"""Jobs on a calendar: four weeks, or one day whole."""

from datetime import date, timedelta
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from tamada.automation.points import day_of
from tamada.operations import job_calendar, job_queries
from tamada.operations.job_calendar import Entry

from .. import times
from ..access import agent_of
from ..job_words import service_name, services_by_name, step_name
from ..pages import page

_WEEKS: Final = 4
_SHOWN: Final = 4


@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """What is promised, who comes and what begins, by the day."""
    agent, key = agent_of(request), request.GET.get("service", "")
    one = day_of(request.GET.get("day", ""))
    first = one or _monday(day_of(request.GET.get("from", "")) or timezone.localdate())
    last = one or first + timedelta(days=7 * _WEEKS - 1)
    found = job_calendar.days(agent, first, last, service=key)
    span = (last - first).days + 1
    context = {
        "days": [_day(first + timedelta(days=n), found, most=None if one else _SHOWN) for n in range(span)],
        "one": one,
        "month": times.day(first) if one else f"{times.day(first)} – {times.day(last)}",
        "before": first - timedelta(days=span if one else 7 * _WEEKS),
        "behind": last + timedelta(days=1),
        "services": [(row.key, name) for name, row, _version in services_by_name(job_queries.services())],
        "service": key,
    }
    return page(request, "operations/calendar", context, current="jobs")


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _day(day: date, found: Any, *, most: int | None) -> dict[str, Any]:
    entries = found.get(day, ())
    shown = entries[:most]
    return {
        "date": day,
        "name": times.day_heading(day),
        "is_today": day == timezone.localdate(),
        "entries": [_shown(entry) for entry in shown],
        "more": len(entries) - len(shown),
    }


def _shown(entry: Entry) -> dict[str, Any]:
    name = step_name(entry.job, entry.step) if entry.step else service_name(entry.job)
    return {"entry": entry, "job": entry.job, "clock": times.clock(entry.at), "name": name}
