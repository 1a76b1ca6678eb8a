"""Jobs: the board, one job's page, its steps, another date, and what one has to do today."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tamada.accounts.permissions import allowed, require
from tamada.conversations import queries as conversations
from tamada.conversations.errors import ConversationError
from tamada.customers import queries as customers
from tamada.customers.models import Customer
from tamada.kit.numbers import row_number
from tamada.operations import actions, handoff_queries, job_queries, queries
from tamada.operations.errors import Invalid, NotReady, Over, ReasonOwed
from tamada.operations.models import ActKind, Job, JobStep, State, StepStatus
from tamada.operations.planning import is_theirs
from tamada.search.queries import search
from tamada.search.query import LONGEST

from ..access import actor_of, agent_of, conversation_or_404, customer_or_404
from ..forms.jobs import MoveForm, StartJobForm, StepForm
from ..handoff_words import shown_handoffs
from ..job_words import cause_name, honest_words, service_name, services_by_name, spoken, stages_of, step_name
from ..pages import page
from ..toasts import refused, told

MOST: Final = 20
MOST_OF_EACH: Final = 12
MOST_OF_ONE: Final = 200
_WORK: Final = 200
_ACTS: Final = 20
_FOUND: Final = 8


def _by(request: HttpRequest) -> dict[str, Any]:
    return {"agent": agent_of(request), "actor": actor_of(request)}


def _job_or_404(request: HttpRequest, pk: int) -> Job:
    rows = job_queries.with_everything(job_queries.visible_to(agent_of(request)))
    found: Job | None = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


# --- many -------------------------------------------------------------------------------------------------------------


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """What is under way: of one service by its stages, of all by how they stand."""
    agent, key, only = agent_of(request), request.GET.get("service", ""), request.GET.get("column", "")
    most = MOST_OF_ONE if only else MOST_OF_EACH
    services = services_by_name(job_queries.services())
    if key:
        version = next((newest for _name, row, newest in services if row.key == key), None)
        if version is None:
            raise Http404
        columns = job_queries.board_by_stage(agent, version, most=most, only=only)
        titles = {stage.id: spoken(stage.name) for stage in version.template.stages}
    else:
        columns = job_queries.board_by_state(agent, most=most, only=only)
        titles = _states()
    context = {
        "columns": [(titles[column.key], column) for column in columns],
        "services": [(row.key, name) for name, row, _version in services],
        "service": key,
        "may_begin": allowed(agent, "job.update"),
        "only": only,
        "may_compare": allowed(agent, "consistency.read"),
    }
    return page(request, "operations/board", context, current="jobs")


def _states() -> dict[str, str]:
    return {
        "late": _("Late"),
        "at_risk": _("At risk"),
        "waiting": _("Waiting for others"),
        "on_track": _("On track"),
        "planned": _("Planned"),
    }


@require_GET
def work(request: HttpRequest) -> HttpResponse:
    """What one has to do: what waits to be taken over, steps by when they are due, and promises."""
    agent = agent_of(request)
    steps = list(job_queries.work_of(agent)[:_WORK])
    job_queries.give_templates(step.job for step in steps)
    context = {
        "waiting": shown_handoffs(agent, handoff_queries.waiting_for(agent)[:_WORK]),
        "given": shown_handoffs(agent, handoff_queries.given_by(agent)[:_WORK]),
        "steps": [_to_do(step) for step in steps],
        "promises": _promises(request),
    }
    return page(request, "operations/work", context, current="work")


def _to_do(step: JobStep) -> dict[str, Any]:
    said = step.job.template.steps[step.key]
    theirs = is_theirs(step.job.template, step)
    return {"row": step, "name": spoken(said.name), "service": service_name(step.job), "is_theirs": theirs}


def _promises(request: HttpRequest) -> list[Any]:
    agent = agent_of(request)
    mine = queries.visible_to(agent).filter(state=State.OPEN, owner=agent)
    return list(queries.with_everything(mine).order_by("due_at", "pk")[:_WORK])


# --- one --------------------------------------------------------------------------------------------------------------


@require_GET
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """How one delivery stands: what was promised, what is expected, each step with who does it."""
    found, agent = _job_or_404(request, pk), agent_of(request)
    may_write, acts = allowed(agent, "job.update"), list(found.acts.all())
    context = {
        "job": found,
        "is_theirs": any(act.kind == ActKind.BEGAN for act in acts),
        "name": service_name(found),
        "cause": cause_name(found),
        "stages": stages_of(found),
        "moves": list(found.moved.select_related("by")),
        "acts": [(step_name(found, one.step), one) for one in acts[:_ACTS]],
        "notices": [(one, step_name(found, one.step)) for one in found.notices.order_by("-pk")[:MOST]],
        "promises": list(found.commitments.exclude(state=State.PROPOSED).select_related("owner")),
        "handoffs": shown_handoffs(agent_of(request), handoff_queries.of_job(found.pk)[:MOST]),
        "may_write": may_write and not found.is_over,
        "may_link": may_write and customers.visible_to(agent).filter(pk=found.customer_id).exists(),
    }
    return page(request, "operations/job", context, current="jobs")


@require_http_methods(["GET", "POST"])
def start_in_conversation(request: HttpRequest, pk: int) -> HttpResponse:
    """A dialog in a conversation: which service is to be delivered, and by when."""
    found = conversation_or_404(request, pk)
    where = reverse("desk:job_in_conversation", args=[found.pk])
    return _start(request, where, customer=found.customer, conversation=found)


@require_http_methods(["GET", "POST"])
def start_for_customer(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for somebody at the counter or on the phone."""
    customer: Customer = customer_or_404(request, pk)
    return _start(request, reverse("desk:job_for_customer", args=[customer.pk]), customer=customer)


@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """The same from the board: for whom is asked first."""
    agent, q = agent_of(request), (request.POST or request.GET).get("q", "").strip()[:LONGEST]
    seen = customers.visible_to(agent)
    chosen = seen.filter(pk=row_number(request.POST.get("other"))).first()
    found = search(agent, q, kind="customers", limit=_FOUND).items if q else [chosen] if chosen else []
    asked = {"others": found, "q": q, "chosen": chosen.pk if chosen else 0}
    return _start(request, reverse("desk:new_job"), asked, customer=chosen)


def _start(request: HttpRequest, where: str, asked: Mapping[str, Any] | None = None, **about: Any) -> HttpResponse:
    require(agent_of(request), "job.update")
    offered = services_by_name(job_queries.services().filter(is_active=True))
    choices = [(row.key, name) for name, row, _version in offered]
    form = StartJobForm(request.POST if request.method == "POST" else None, services=choices)
    trouble = "" if about["customer"] or request.method == "GET" else _("Choose whom it is for.")
    if form.is_valid() and not trouble:
        chosen = next(row for _name, row, _version in offered if row.key == form.cleaned_data["service"])
        dates = {name: form.cleaned_data[name] for name in ("promised_at", "starts_at")}
        try:
            made = actions.start_job(**_by(request), service=chosen, **about, **dates)
        except Invalid as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            return _went_to(reverse("desk:job", args=[made.pk]))
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "where": where, "others": None, "error": trouble, **(asked or {})}
    return render(request, "desk/operations/start_job.html", context, status=status)


def _went_to(address: str) -> HttpResponse:
    response = HttpResponse(status=204)
    response["HX-Redirect"] = address
    return response


@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """A dialog: another date for the customer, with the reason and an honest message made ready."""
    found = _job_or_404(request, pk)
    require(agent_of(request), "job.update")
    expected = _full_hour(found.forecast_slow_at)
    may_tell = conversations.rows_visible_to(agent_of(request)).filter(pk=found.conversation_id or 0).exists()
    initial = {"to": expected, "tell": honest_words(found, expected) if may_tell else ""}
    given = request.POST if request.method == "POST" else None
    form = MoveForm(given, initial=initial, promised_at=found.promised_at)
    if not may_tell:
        del form.fields["tell"]
    if form.is_valid():
        made = form.cleaned_data
        try:
            actions.move_promise(
                **_by(request), job=found, to=made["to"], reason=made["reason"], tell=made.get("tell", "")
            )
            return told(_("The date is moved, and the customer is told.") if made.get("tell") else _("Saved."))
        except ReasonOwed:
            form.add_error("reason", _("Say why: whoever counts on it should hear a reason."))
        except Invalid as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        except Over:
            return refused(_("This job is done or cancelled; it does not change any more."))
        except ConversationError as error:
            form.add_error("tell", str(error) or _("This can't be sent in this conversation."))
    status = 422 if request.method == "POST" else 200
    return render(request, "desk/operations/move_job.html", {"form": form, "job": found}, status=status)


def _full_hour(moment: datetime | None) -> datetime | None:
    """The next full hour: nobody is promised 14:37."""
    if moment is None or moment == (begun := moment.replace(minute=0, second=0, microsecond=0)):
        return moment
    return begun + timedelta(hours=1)


@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """A dialog: it won't be delivered, and why."""
    found = _job_or_404(request, pk)
    require(agent_of(request), "job.update")
    trouble = ""
    if request.method == "POST":
        try:
            actions.cancel_job(**_by(request), job=found, reason=request.POST.get("reason", ""))
            return told(_("The job is cancelled."))
        except ReasonOwed:
            trouble = _("Say why: whoever counts on it should hear a reason.")
        except Invalid as error:
            trouble = error.message
        except Over:
            return refused(_("This job is done or cancelled; it does not change any more."))
    context = {"job": found, "trouble": trouble}
    return render(request, "desk/operations/cancel_job.html", context, status=422 if trouble else 200)


@require_POST
def stop_notice(request: HttpRequest, pk: int, notice: int) -> HttpResponse:
    """The customer is not told after all."""
    row = _job_or_404(request, pk).notices.filter(pk=notice).first()
    if row is None:
        raise Http404
    if not actions.stop_notice(**_by(request), notice=row):
        return refused(_("It has left already."))
    return told(_("The customer is not told."))


# --- a step -----------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """A dialog: what a step asks, its checklist, who does it, dates, and what becomes of it."""
    found = _job_or_404(request, pk)
    row = next((one for one in found.steps.all() if one.key == step), None)
    if row is None:
        raise Http404
    said = found.template.steps[step]
    known = job_queries.known_answers(found.customer_id, but=row.pk, fields=[field.id for field in said.form])
    form = StepForm(
        request.POST if request.method == "POST" else None,
        step=row,
        asked=said.form,
        known=dict(known),
        may_pass_over=agent_of(request).is_admin,
    )
    if request.method == "POST":
        require(agent_of(request), "job.update")
        if form.is_valid():
            _change(request, found, row, form)
        if form.is_valid():
            return told(_said(request.POST.get("status", "")))
    shown = next(one for stage in stages_of(found) for one in stage.steps if one.row.key == step)
    context = {
        "job": found,
        "step": shown,
        "form": form,
        "ticks": [(place, spoken(text), place in row.ticked) for place, text in enumerate(said.checklist)],
        "may_write": allowed(agent_of(request), "job.update") and not found.is_over,
    }
    return render(request, "desk/operations/step.html", context, status=422 if request.method == "POST" else 200)


@require_POST
def step_done(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """One press: a step that asks nothing is done."""
    require(agent_of(request), "job.update")
    found = _job_or_404(request, pk)
    try:
        actions.change_step(**_by(request), job=found, step=step, status=StepStatus.DONE)
    except ObjectDoesNotExist:
        raise Http404 from None
    except (NotReady, ReasonOwed, Over):
        return refused(_("It can't be finished like this. Open it to see what is missing."))
    return told(_("Done."))


def _change(request: HttpRequest, found: Job, row: JobStep, form: StepForm) -> None:
    """Do what was asked of a step; or note in the form why it was refused, beside the field that it concerns."""
    given = form.cleaned_data
    try:
        actions.change_step(
            **_by(request),
            job=found,
            step=row.key,
            status=request.POST.get("status") or None,
            reason=given["reason"],
            answers=form.answers,
            ticked=[int(place) for place in request.POST.getlist("tick") if place.isdigit()],
            owner=given["owner"],
            not_before=given["not_before"],
            expected_at=given["expected_at"],
        )
    except NotReady as error:
        form.add_error(None, _not_ready(found, error))
        for name in form.asks(error.missing):
            form.add_error(name, _("Needed before the step is done."))
    except ReasonOwed:
        form.add_error("reason", _("Say why: whoever counts on it should hear a reason."))
    except Over:
        form.add_error(None, _("This job is done or cancelled; it does not change any more."))
    except Invalid as error:
        form.add_error(None, error.message)


def _not_ready(found: Job, error: NotReady) -> str:
    template = found.template
    if error.missing:
        labels = {field.id: spoken(field.label) for one in template.steps.values() for field in one.form}
        missing = ", ".join(labels.get(name, name) for name in error.missing)
        return _("Still to be answered: %(fields)s.") % {"fields": missing}
    names = ", ".join(spoken(template.steps[key].name) for key in error.blocked if key in template.steps)
    return _("First comes: %(steps)s.") % {"steps": names} if names else _("This job has not begun.")


def _said(status: str) -> str:
    words = {
        StepStatus.DONE: _("Done."),
        StepStatus.ACTIVE: _("Begun."),
        StepStatus.SKIPPED: _("Skipped, with the reason."),
        StepStatus.OPEN: _("It is open again."),
    }
    return words.get(StepStatus(status), _("Saved.")) if status in StepStatus.values else _("Saved.")
