"""Promises to customers: recorded, proposed from what was written, settled; and how often they are kept."""

from typing import Any, Final

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tamada.accounts.permissions import allowed, require
from tamada.customers.models import Customer
from tamada.customers.queries import visible_to as customers_visible_to
from tamada.operations import actions, queries
from tamada.operations.errors import Invalid, ReasonOwed, Settled
from tamada.operations.models import Commitment, State

from ..access import actor_of, agent_of, conversation_or_404
from ..forms.promises import PromiseForm, initial_of, usual_time
from ..pages import page
from ..toasts import told

MOST: Final = 200
DAYS: Final = 30


def _by(request: HttpRequest) -> dict[str, Any]:
    return {"agent": agent_of(request), "actor": actor_of(request)}


# --- the page ---------------------------------------------------------------------------------------------------------


@require_GET
def promises(request: HttpRequest) -> HttpResponse:
    """What is to be kept, the earliest first: one's own, everybody's, or what was settled lately; and the rates."""
    agent = agent_of(request)
    show = request.GET.get("show", "mine")
    rows = list(_shown(queries.visible_to(agent), show, agent.pk)[: MOST + 1])
    rates = queries.rates(agent, by="owner", days=DAYS)
    context = {
        "show": show,
        "rows": rows[:MOST],
        "is_cut": len(rows) > MOST,
        "people": rates,
        "teams": queries.rates(agent, by="team", days=DAYS),
        "total": queries.total(rates),
        "days": DAYS,
        "may_write": allowed(agent, "commitment.update"),
    }
    return page(request, "operations/promises", context, current="promises")


def _shown(rows: QuerySet[Commitment], show: str, me: int) -> QuerySet[Commitment]:
    asked = {
        "mine": Q(state=State.OPEN, owner=me),
        "all": Q(state=State.OPEN),
        "settled": Q(state__in=(State.KEPT, State.BROKEN)),
    }
    if show not in asked:
        raise Http404
    found = queries.with_everything(rows.filter(asked[show]))
    return found.order_by("-settled_at") if show == "settled" else found.order_by("due_at", "pk")


# --- a new one --------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def new_in_conversation(request: HttpRequest, pk: int) -> HttpResponse:
    """A dialog in a conversation: what was promised there, by when, and who keeps it."""
    found = conversation_or_404(request, pk)
    where = reverse("desk:promise_in_conversation", args=[found.pk])
    return _new(request, where, customer=found.customer, conversation=found)


@require_http_methods(["GET", "POST"])
def new_to_customer(request: HttpRequest, pk: int) -> HttpResponse:
    """The same of something that was promised elsewhere: by phone, at the counter."""
    customer: Customer | None = customers_visible_to(agent_of(request)).filter(pk=pk).first()
    if customer is None:
        raise Http404
    return _new(request, reverse("desk:promise_to_customer", args=[customer.pk]), customer=customer)


def _new(request: HttpRequest, where: str, **about: Any) -> HttpResponse:
    require(agent_of(request), "commitment.update")
    if request.method == "GET":
        form = PromiseForm(initial={"due_at": usual_time(), "owner": agent_of(request)})
        return _dialog(request, form, where)
    form = PromiseForm(request.POST)
    if form.is_valid():
        try:
            actions.make_commitment(**_by(request), **about, **form.cleaned_data)
            return told(_("The promise is recorded."))
        except Invalid as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
    return _dialog(request, form, where, status=422)


def _dialog(
    request: HttpRequest, form: PromiseForm, where: str, row: Commitment | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"form": form, "where": where, "row": row, **more}
    return render(request, "desk/operations/promise.html", context, status=status)


# --- one that is there ------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def promise(request: HttpRequest, pk: int) -> HttpResponse:
    """A dialog: kept, broken, or another time, with a reason where one is owed."""
    rows = queries.with_everything(queries.visible_to(agent_of(request)))
    row: Commitment | None = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    where = reverse("desk:promise", args=[row.pk])
    if request.method == "GET":
        return _dialog(request, PromiseForm(initial=initial_of(row)), where, row, **_rights(request))
    require(agent_of(request), "commitment.update")
    return _settle(request, row, where)


def _rights(request: HttpRequest) -> dict[str, bool]:
    return {"may_write": allowed(agent_of(request), "commitment.update")}


def _settle(request: HttpRequest, row: Commitment, where: str) -> HttpResponse:
    what, reason = request.POST.get("what", ""), request.POST.get("reason", "")
    form = PromiseForm(request.POST if what == "save" else None, initial=initial_of(row))
    trouble = ""
    try:
        if what != "save":
            actions.settle_commitment(**_by(request), commitment=row, status=what, reason=reason)
            return told(_WORDS[what]())
        if form.is_valid():
            actions.change_commitment(**_by(request), commitment=row, reason=reason, **form.cleaned_data)
            return told(_("Saved."))
    except ReasonOwed:
        trouble = _("Say why: whoever counts on it should hear a reason.")
    except Settled:
        trouble = _("Somebody has settled it meanwhile.")
    except Invalid as error:
        trouble = error.message
    return _dialog(request, form, where, row, status=422, trouble=trouble, reason=reason, **_rights(request))


_WORDS: Final = {
    "kept": lambda: _("Kept. Well done."),
    "broken": lambda: _("Noted, with the reason."),
    "open": lambda: _("It is open again."),
}


@require_http_methods(["GET", "POST"])
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """What reads like a promise in a message of one's own: a dialog to track it, or one press that it is none."""
    agent = agent_of(request)
    row = Commitment.objects.filter(pk=pk, state=State.PROPOSED, owner=agent).first()
    if row is None:
        raise Http404
    conversation_or_404(request, row.conversation_id or 0)
    require(agent, "commitment.update")
    where = reverse("desk:promise_proposal", args=[row.pk])
    if request.method == "GET":
        return _dialog(request, PromiseForm(initial=initial_of(row)), where)
    if request.POST.get("what") == "no":
        actions.answer_proposal(**_by(request), commitment=row, track=False)
        return told(_("It is not tracked."))
    form = PromiseForm(request.POST)
    if form.is_valid():
        try:
            actions.answer_proposal(**_by(request), commitment=row, track=True, **form.cleaned_data)
            return told(_("The promise is recorded."))
        except Invalid as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
    return _dialog(request, form, where, status=422)
