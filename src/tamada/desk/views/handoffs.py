"""Hand-offs: offered in a dialog with the brief as it will be read, accepted or returned by who is to take over."""

from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tamada.accounts.permissions import require
from tamada.conversations.models import Conversation
from tamada.operations import actions, briefs, handoff_queries, job_queries
from tamada.operations.errors import AlreadyOffered, Invalid, NotReady, Over, ReasonOwed, Taken
from tamada.operations.models import Handoff, Job

from ..access import actor_of, agent_of, conversation_or_404
from ..forms.handoffs import HandoffForm, ReturnForm
from ..handoff_words import shown_handoffs, title_of
from ..job_words import spoken
from ..toasts import refused, told

# --- offered ----------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def offer_job(request: HttpRequest, pk: int) -> HttpResponse:
    """A dialog on a job: to whom, which part of it, the brief as they will read it, and a note."""
    agent = agent_of(request)
    rows = job_queries.with_everything(job_queries.visible_to(agent)).select_related("conversation")
    job: Job | None = rows.filter(pk=pk).first()
    if job is None:
        raise Http404
    steps = list(job.steps.all())
    talk = briefs.talk_of(job, agent)
    open_ = [(step.key, spoken(job.template.steps[step.key].name)) for step in steps if not step.is_closed]
    form = HandoffForm(
        _given(request),
        giver=job.owner,
        steps=open_,
        may_go_along=_is_there(talk),
        may_pass_over=agent.is_admin,
    )
    made = Handoff(job=job, customer=job.customer, step=form.data.get("step", ""))
    made.brief = briefs.of_job(job, steps, made.step, talk=talk)
    where = reverse("desk:handoff_of_job", args=[job.pk])
    return _offer(request, form, made, where, talk)


@require_http_methods(["GET", "POST"])
def offer_conversation(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for a conversation."""
    found = conversation_or_404(request, pk)
    form = HandoffForm(_given(request), giver=found.assignee, steps=[], may_go_along=False)
    made = Handoff(conversation=found, customer=found.customer, brief=briefs.of_conversation(found))
    return _offer(request, form, made, reverse("desk:handoff_of_conversation", args=[found.pk]), found)


def _given(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _is_there(talk: Conversation | None) -> bool:
    return talk is not None and talk.deleted_at is None and talk.merged_into_id is None


def _offer(
    request: HttpRequest, form: HandoffForm, made: Handoff, where: str, talk: Conversation | None
) -> HttpResponse:
    require(agent_of(request), "job.update" if made.job else "conversation.update")
    if form.is_valid():
        _try(request, form, made, talk)
    if form.is_valid():
        return told(_("Offered. It stays as it is until somebody accepts."))
    status, brief = 422 if form.is_bound else 200, briefs.Briefs([made]).of(made)
    context = {"form": form, "where": where, "title": title_of(made), "brief": brief}
    return render(request, "desk/operations/hand_over.html", context, status=status)


def _try(request: HttpRequest, form: HandoffForm, made: Handoff, talk: Conversation | None) -> None:
    """Offer it; or note in the form why it was refused."""
    agent, given = agent_of(request), form.cleaned_data
    goes = talk if made.job is None or (given.get("along") and not made.step) else None
    about: dict[str, Any] = {"job": made.job, "step": made.step, "conversation": goes, "note": given["note"]}
    try:
        actions.offer_handoff(agent=agent, actor=actor_of(request), to=form.receiver, **about)
    except AlreadyOffered:
        form.add_error(None, _("It waits to be taken over already: answer or withdraw that hand-off first."))
    except NotReady as error:
        form.add_error("note" if agent.is_admin else None, _missing(made, error))
    except Over:
        form.add_error(None, _("This job is done or cancelled; it does not change any more."))
    except Invalid as error:
        form.add_error(None, error.message)


def _missing(made: Handoff, error: NotReady) -> str:
    steps = made.job.template.steps.values() if made.job is not None else ()
    labels = {field.id: spoken(field.label) for step in steps for field in step.form}
    fields = ", ".join(labels.get(name, name) for name in error.missing)
    return _("First has to be known: %(fields)s. An admin may pass over it with a note.") % {"fields": fields}


# --- answered ---------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def handoff(request: HttpRequest, pk: int) -> HttpResponse:
    """A dialog: the brief; and taking it over, or giving it back with a reason."""
    agent = agent_of(request)
    row = handoff_queries.with_everything(handoff_queries.visible_to(agent)).filter(pk=pk).first()
    if row is None:
        raise Http404
    form = ReturnForm(_given(request))
    if form.is_valid() and (answer := _answer(request, row, form)) is not None:
        return answer
    context = {"one": shown_handoffs(agent, [row])[0], "form": form}
    return render(request, "desk/operations/handoff_dialog.html", context, status=422 if form.is_bound else 200)


def _answer(request: HttpRequest, row: Handoff, form: ReturnForm) -> HttpResponse | None:
    """Answer it; None where the dialog stays, and says what is missing."""
    status = request.POST.get("status", "")
    by: dict[str, Any] = {"agent": agent_of(request), "actor": actor_of(request), "handoff": row}
    try:
        actions.answer_handoff(**by, status=status, reason=form.cleaned_data["reason"])
    except ReasonOwed:
        form.add_error("reason", _("Say why: whoever counts on it should hear a reason."))
        return None
    except Invalid as error:
        form.add_error(None, error.message)
        return None
    except Taken as error:
        return refused(_taken(error))
    except ObjectDoesNotExist:
        raise Http404 from None
    words = {
        "accepted": _("It is yours now."),
        "returned": _("Returned, with the reason."),
        "withdrawn": _("Withdrawn: it stays as it is."),
    }
    return told(words[status])


def _taken(error: Taken) -> str:
    if error.owner is None:
        return _("This hand-off has ended already.")
    return _("%(name)s has answered this hand-off already.") % {"name": error.owner.name}
