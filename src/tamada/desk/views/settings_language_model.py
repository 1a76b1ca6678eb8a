"""The language model in the settings: where it is, what it may cost, and what leaves."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tamada.assistant.assist.wording import drafting, hidden
from tamada.assistant.llm import breaker, spending
from tamada.assistant.llm.actions import try_language_model, update_language_model
from tamada.assistant.llm.errors import Unavailable
from tamada.assistant.llm.settings import configured
from tamada.kit.text import detect_language

from ..access import actor_of, agent_of
from ..assist_words import reason_in_words
from ..forms.language_model import LanguageModelForm, SampleForm
from ..proven import proven
from ..refusals import refusals
from .settings import needs, shown

_PERMISSION = "company.settings"


@needs(_PERMISSION)
@proven
def page(request: HttpRequest) -> HttpResponse:
    """Everything about it, on one page."""
    form = LanguageModelForm(request.POST or None)
    if form.is_bound and form.is_valid():
        data = dict(form.cleaned_data)
        if settings.TAMADA.llm_url:
            data["url"] = ""
        with refusals(form):
            update_language_model(agent=agent_of(request), actor=actor_of(request), **data)
            messages.success(request, _("Saved."))
            return redirect("desk:settings_language_model")
    context = _state() | {"form": form, "sample": SampleForm(initial=SampleForm.example())}
    return shown(
        request, "language_model", context | _leaving(**SampleForm.example()), status=422 if form.is_bound else 200
    )


def _state() -> dict[str, Any]:
    known, (day, month) = configured(), spending.used()
    circuit = breaker.state()
    return {
        "known": known,
        "day": day,
        "month": month,
        "day_cost": day.micro / 1_000_000,
        "month_cost": month.micro / 1_000_000,
        "circuit": circuit,
        "rests": circuit.failures >= breaker.FAILURES,
    }


def _leaving(name: str, text: str) -> dict[str, Any]:
    """What is sent for a message, word for word."""
    source = _("Parcels") + "\n" + _("A parcel takes three working days. Ask us with the number of your order.")
    turns = drafting(hidden(text, [name]), [source], detect_language(text) or "en")
    return {"turns": [(turn.role, turn.content) for turn in turns]}


@require_POST
@needs(_PERMISSION)
def leaves(request: HttpRequest) -> HttpResponse:
    """What would leave of a message that an admin typed; nothing does."""
    form = SampleForm(request.POST)
    given = form.cleaned_data if form.is_valid() else SampleForm.example()
    return render(request, "desk/settings/language_model_leaves.html", _leaving(given["name"], given["text"]))


@require_POST
@needs(_PERMISSION)
def try_it(request: HttpRequest) -> HttpResponse:
    """Ask it whether it is there."""
    try:
        try_language_model(agent=agent_of(request))
    except Unavailable as failure:
        reason = " ".join(filter(None, [reason_in_words(failure.reason), failure.detail]))
        messages.error(request, _("It does not work: %(reason)s") % {"reason": reason})
    else:
        messages.success(request, _("It answers."))
    return redirect("desk:settings_language_model")
