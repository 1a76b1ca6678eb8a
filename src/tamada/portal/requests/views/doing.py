"""What a customer does: each form does one thing once, and says on the page what became of it."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from tamada.operations import actions
from tamada.operations.actions import Sending
from tamada.operations.errors import Invalid, NotOpen
from tamada.operations.models import Job, JobStep

from ..fields import answers_in, files_in
from ..pages import conflict, nothing
from ..tasks import QUESTION, REFUSED, Back, wrong_with
from ..visit import Visit, check_form
from .door import of_job
from .reading import page

_SAID: Final = {
    "approve": "approved",
    "decline": "declined",
    "answer": "answered",
    "appointment": "chosen",
    "upload": "sent",
}


@of_job
def step(request: HttpRequest, visit: Visit, job: Job, step: str) -> HttpResponseBase:
    """Agree or not, answer, choose a time, send files."""
    check_form(request, visit)
    what = request.POST.get("do", "")
    said = job.template.steps.get(step)
    if what not in _SAID or said is None or said.doer.by != "customer":
        return nothing(visit)
    try:
        _doings(request, visit, job, step)[what]()
    except JobStep.DoesNotExist:
        return nothing(visit)
    except NotOpen:
        row = next(one for one in job.steps.all() if one.key == step)
        return conflict(visit, visit.job(job), is_over=row.is_closed or job.is_over)
    except REFUSED as error:
        wrong = wrong_with(error)
    else:
        return done(visit, job, _SAID[what])
    given = {**answers_in(request, said.form), "reason": request.POST.get("reason", "")}
    return page(request, visit, job, status=422, back=Back(step, given, wrong))


def _doings(request: HttpRequest, visit: Visit, job: Job, step: str) -> dict[str, Callable[[], object]]:
    """What may be asked for, each as something to do."""
    said = job.template.steps[step]
    sending = Sending(
        customer=visit.customer,
        job=job.pk,
        key=request.POST.get("form", ""),
        step=step,
        of_all=not visit.is_narrow,
    )
    answers = answers_in(request, said.form)

    return {
        "approve": lambda: actions.approve(sending=sending, answers=answers),
        "decline": lambda: actions.decline(sending=sending, reason=request.POST.get("reason", "")),
        "answer": lambda: actions.answer(sending=sending, answers=answers, files=files_in(request, said.form)),
        "appointment": lambda: actions.choose_time(sending=sending, at=_moment(request), answers=answers),
        "upload": lambda: actions.send_files(sending=sending, answers=answers, files=files_in(request, said.form)),
    }


def _moment(request: HttpRequest) -> datetime:
    try:
        moment = datetime.fromisoformat(request.POST.get("at", ""))
    except ValueError:
        raise Invalid(_("Choose a time."), "at") from None
    if moment.tzinfo is None:
        raise Invalid(_("Choose a time."), "at")
    return moment


@of_job
def question(request: HttpRequest, visit: Visit, job: Job) -> HttpResponseBase:
    """A question, with files if they like, into the job's conversation."""
    check_form(request, visit)
    text = request.POST.get("text", "")
    sending = Sending(customer=visit.customer, job=job.pk, key=request.POST.get("form", ""))
    try:
        actions.ask(sending=sending, text=text, files=files_in(request))
    except REFUSED as error:
        wrong = wrong_with(error)
    else:
        return done(visit, job, "asked")
    return page(request, visit, job, status=422, back=Back(QUESTION, {"text": text}, wrong))


def done(visit: Visit, job: Job, said: str) -> HttpResponseBase:
    """Back to the page of the job, which says what was taken in."""
    response = HttpResponseRedirect(visit.job(job, said=said))
    response.status_code = 303
    return response
