"""What customers asked most, what troubled them on a day, and the guide to solving it."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tamada.accounts import mail
from tamada.accounts.permissions import allowed, require
from tamada.accounts.queries import active_agents
from tamada.calendars.queries import calendars
from tamada.insights import actions, queries
from tamada.insights.days import DAY, WEEK, today
from tamada.insights.errors import Invalid
from tamada.insights.models import Problem
from tamada.insights.settings import AUDIENCES, Evening
from tamada.insights.settings import evening as settled_evening
from tamada.insights.wording import reasons
from tamada.kit.numbers import row_number

from ..access import actor_of, agent_of
from ..pages import page
from .settings import needs, shown


def _by(request: HttpRequest) -> dict[str, Any]:
    return {"agent": agent_of(request), "actor": actor_of(request)}


def _day(request: HttpRequest, name: str) -> date | None:
    """A day from the address; None without one. Raises Http404 for what is none."""
    if not (given := request.GET.get(name, "")):
        return None
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise Http404 from None


def _page(request: HttpRequest, template: str, tab: str, context: dict[str, Any]) -> HttpResponse:
    agent = agent_of(request)
    rights = {
        "may_gather": allowed(agent, "insights.gather"),
        "may_draft": allowed(agent, "knowledge.write"),
        "may_solve": allowed(agent, "problem.update"),
        "may_settle": allowed(agent, "insights.settings"),
        "may_compare": allowed(agent, "consistency.read"),
    }
    return page(request, f"insights/{template}", context | rights | {"tab": tab}, current="insights")


# --- what is asked most -----------------------------------------------------------------------------------------------


@require_GET
@needs("insights.read")
def topics(request: HttpRequest) -> HttpResponse:
    """The ten topics of a week."""
    agent, monday = agent_of(request), _day(request, "week")
    period = queries.week_of(agent, monday)
    if monday is not None and period is None:
        raise Http404
    found = queries.top(agent, period, get_language() or "") if period else []
    context = {
        "period": period,
        "last_day": period.ends_on - DAY if period else None,
        "is_running": period is not None and period.ends_on > today(),
        "topics": found,
        "most": max((one.count for one in found), default=1),
        "earlier": queries.weeks().filter(starts_on__lt=period.starts_on).first() if period else None,
        "later": queries.weeks().filter(starts_on=period.starts_on + WEEK).first() if period else None,
    }
    return _page(request, "topics", "topics", context)


@require_POST
@needs("insights.gather")
def gather(request: HttpRequest) -> HttpResponse:
    """Have it worked out anew, now: topics or the day."""
    if request.POST.get("what") == "day":
        actions.ask_to_read(**_by(request))
        messages.success(request, _("Today is looked through in the background. Load the page again in a moment."))
        return redirect("desk:evening")
    actions.ask_to_gather(**_by(request))
    messages.success(request, _("It is worked out in the background. Load the page again in a moment."))
    return redirect("desk:insights")


@require_POST
@needs("insights.read")
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Draft the article of a topic, and go there."""
    require(agent_of(request), "knowledge.write")
    topic = get_object_or_404(queries.topics_visible_to(agent_of(request)), pk=pk)
    try:
        article = actions.draft_article(**_by(request), topic=topic)
    except Invalid as error:
        messages.error(request, error.message)
        return redirect("desk:insights")
    messages.success(request, _("Drafted from your answers. Take out what is about one customer, then publish it."))
    row = article.translations.first()
    return redirect(reverse("desk:article", args=[article.pk]) + (f"?language={row.language}" if row else ""))


# --- the evening reading ----------------------------------------------------------------------------------------------


@require_GET
@needs("insights.read")
def evening(request: HttpRequest) -> HttpResponse:
    """A day: what troubled customers, and who still waits."""
    agent, day = agent_of(request), _day(request, "day") or today()
    if day > today():
        raise Http404
    found = queries.evening_of(agent, day)
    context = {
        "evening": found,
        "is_today": day == today(),
        "troubles": [(one, reasons(one.reasons)) for one in found.troubles],
        "older": queries.unsolved(agent, day)[:10] if day == today() else [],
        "earlier": day - timedelta(days=1),
        "later": day + timedelta(days=1) if day < today() else None,
        "people": active_agents().exclude(role="observer"),
        "mail": settled_evening(),
    }
    return _page(request, "evening", "evening", context)


@require_POST
@needs("insights.read")
def problem(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a problem, give it to somebody, say what was done, or open it again."""
    agent = agent_of(request)
    require(agent, "problem.update")
    found = get_object_or_404(queries.problems_visible_to(agent), pk=pk)
    try:
        _do(request, found)
    except Invalid as error:
        messages.error(request, error.message)
    day = _back_to(request.POST.get("day", ""))
    return redirect(reverse("desk:evening") + (f"?day={day}" if day else "") + f"#problem-{found.pk}")


def _do(request: HttpRequest, found: Problem) -> None:
    what = request.POST.get("what")
    if what == "take":
        chosen = request.POST.get("owner", "")
        owner = get_object_or_404(active_agents(), pk=row_number(chosen)) if chosen else None
        actions.take_problem(**_by(request), problem=found, owner=owner)
    elif what == "solve":
        actions.solve_problem(**_by(request), problem=found, outcome=request.POST.get("outcome", ""))
    elif what == "reopen":
        actions.reopen_problem(**_by(request), problem=found)
    else:
        raise Invalid(_("This was not understood. Nothing was changed."))
    messages.success(request, _("Saved."))


def _back_to(given: str) -> str:
    try:
        return date.fromisoformat(given).isoformat()
    except ValueError:
        return ""


# --- the guide --------------------------------------------------------------------------------------------------------


@require_GET
@needs("insights.read")
def guide(request: HttpRequest) -> HttpResponse:
    """The ten problems of the last four weeks, and how to solve them."""
    period = queries.guide()
    found = queries.guide_of(agent_of(request), get_language() or "")
    return _page(request, "guide", "guide", {"period": period, "topics": found})


# --- settings ---------------------------------------------------------------------------------------------------------


class EveningForm(forms.Form):
    """Whether, when and to whom the reading is mailed."""

    on = forms.BooleanField(
        label=gettext_lazy("Mail the evening reading"),
        required=False,
        help_text=gettext_lazy("Each person reads what they may see in the desk, in their own language, once a day."),
    )
    hour = forms.TypedChoiceField(
        label=gettext_lazy("At"),
        choices=[(hour, f"{hour:02}:00") for hour in range(24)],
        coerce=int,
        help_text=gettext_lazy("In the time zone of the company."),
    )
    to = forms.ChoiceField(
        label=gettext_lazy("To"),
        choices=list(AUDIENCES.items()),
        help_text=gettext_lazy("Everybody may turn it off for themselves, in their profile under Notifications."),
    )
    calendar = forms.TypedChoiceField(
        label=gettext_lazy("On which days"),
        choices=[],
        coerce=int,
        help_text=gettext_lazy("With opening hours chosen, nothing is mailed on days on which these are closed."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["calendar"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(0, _("Every day")), *((one.pk, one.name) for one in calendars())]


@needs("insights.settings")
def settings(request: HttpRequest) -> HttpResponse:
    """The evening mail."""
    now = settled_evening()
    initial = {"on": now.on, "hour": now.hour, "to": now.to, "calendar": now.calendar}
    form = EveningForm(request.POST or None, initial=initial)
    if request.method == "POST":
        form = EveningForm(request.POST)
    if form.is_bound and form.is_valid():
        try:
            actions.settle_evening(**_by(request), settled=Evening(**form.cleaned_data))
            messages.success(request, _("Saved."))
            return redirect("desk:settings_evening")
        except Invalid as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
    context = {"form": form, "mail_works": mail.is_configured()}
    return shown(request, "evening", context, status=422 if form.is_bound else 200)
