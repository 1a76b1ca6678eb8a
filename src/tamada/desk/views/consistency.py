"""How evenly services are delivered: all of them in a line each, and one looked at closely."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tamada.operations import consistency
from tamada.operations.figures import PERIODS, Period
from tamada.operations.models import Job, Service

from ..access import agent_of
from ..consistency_charts import panels
from ..consistency_words import about, compared, costs, few, first_looks, name_of, share, trend
from ..pages import page
from ..times import decimal
from .settings import needs

_PERMISSION = "consistency.read"


def _period(request: HttpRequest) -> Period:
    key = request.GET.get("period", PERIODS[0])
    if key not in PERIODS:
        raise Http404
    return Period.of(key)


def _words(period: Period) -> dict[str, Any]:
    """What both pages say of the period."""
    names = {"days": _("90 days"), "month": _("This month"), "last": _("Last month")}
    against = {
        "days": _("The last 90 days against the 90 before"),
        "month": _("This month against last month"),
        "last": _("Last month against the month before"),
    }
    return {"period": period.key, "periods": names.items(), "against": against[period.key]}


@require_GET
@needs(_PERMISSION)
def overview(request: HttpRequest) -> HttpResponse:
    """Every service in a line, and what to look at first."""
    period = _period(request)
    found = consistency.overview(agent_of(request), period)
    context = {
        "looks": first_looks(found),
        "lines": sorted((_line(one) for one in found), key=lambda line: line["name"]),
        "done": sum(one.now.count for one in found),
        "tab": "consistency",
        "may_compare": True,
    }
    return page(request, "operations/consistency", context | _words(period), current="insights")


def _line(one: consistency.Consistency) -> dict[str, Any]:
    now = one.now
    return {
        "key": one.service.key,
        "name": name_of(one),
        "count": now.count,
        "on_time": share(now.on_time),
        "median": few(now.count) if now.median is None else about(now.median),
        "slow": about(now.slow),
        "right": share(now.right),
        "kept": share(one.kept),
        "trend": trend(one.change),
    }


@require_GET
@needs(_PERMISSION)
def service(request: HttpRequest, which: str) -> HttpResponse:
    """One service: its figures, charts, what costs it time, and how groups of its jobs differ."""
    period = _period(request)
    found = consistency.closely(agent_of(request), get_object_or_404(Service, key=which), period)
    whole = found.whole
    shown = panels(found)
    context = {
        "key": which,
        "name": name_of(whole),
        "looks": first_looks([whole]),
        "figures": _figures(whole),
        "count": whole.now.count,
        "panels": shown,
        "customers": Job.objects.select_related("customer").in_bulk(
            [pk for panel in shown for out in panel.outliers for pk in out.jobs]
        ),
        "costs": costs(found),
        "before": compared(whole.now, whole.before, whole.change),
        "groups": compared(found.new, found.known, found.customers),
        "tab": "consistency",
        "may_compare": True,
    }
    return page(request, "operations/consistency_service", context | _words(period), current="insights")


def _figures(one: consistency.Consistency) -> list[tuple[str, str, str]]:
    """What stands large on the page of a service: a figure, what it is, and of what."""
    now = one.now
    of = _("%(count)s of %(all)s")

    def counted(which: Any) -> str:
        return of % {"count": which.hits, "all": which.count}

    spread = few(now.count) if now.spread is None else f"{now.spread} %"
    long = (few(now.count), few(now.count)) if now.median is None else (about(now.median), about(now.slow))
    handed = one.handed
    waited = few(handed.taken.count) if handed.waited is None else about(handed.waited)
    return [
        (share(now.on_time), _("on time, by the date promised at first"), counted(now.on_time)),
        (share(now.on_last), _("on time, by the date promised last"), counted(now.on_last)),
        (long[0], _("of working time: half take no longer"), ""),
        (long[1], _("nine of ten take no longer"), ""),
        (spread, _("spread: how far the middle half lies apart, of the median"), ""),
        (share(now.right), _("right the first time"), counted(now.right)),
        (share(one.kept), _("promises kept in time"), counted(one.kept)),
        (few(now.count) if now.is_few else decimal(now.moves), _("times a job’s date was put off"), counted(now.moved)),
        (share(one.heard), _("heard of a delay before they asked"), counted(one.heard)),
        (share(handed.taken), _("of hand-offs taken, the others returned"), counted(handed.taken)),
        (waited, _("half of the hand-offs waited no longer for a yes"), ""),
    ]
