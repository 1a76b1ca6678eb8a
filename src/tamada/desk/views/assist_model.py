"""What is asked of the language model. These wait for it, so they have threads of their own (`config.asgi`)."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tamada.assistant.assist import queries, wording
from tamada.assistant.llm.errors import Unavailable
from tamada.conversations.models import Conversation
from tamada.core.language import readers_language

from ..access import agent_of
from ..assist_words import as_html, reason_in_words
from .assist import open_for_writing

P = ParamSpec("P")


def _asked(
    view: Callable[Concatenate[HttpRequest, Conversation, P], JsonResponse],
) -> Callable[..., HttpResponse]:
    """For who may answer the conversation; without a usable answer it says why, and what the page has stays."""

    @require_POST
    @wraps(view)
    def asking(request: HttpRequest, pk: int) -> HttpResponse:
        found = open_for_writing(request, pk)
        try:
            return view(request, found)  # type: ignore[call-arg]
        except Unavailable as failure:
            return JsonResponse({"toast": reason_in_words(failure.reason)}, status=422)

    return asking


@_asked
def draft(request: HttpRequest, found: Conversation) -> JsonResponse:
    """An answer from the articles that fit, for the composer."""
    answers = [answer for answer in queries.help_for(agent_of(request), found).answers if answer.may_be_sent]
    drafted = wording.draft_answer(found, answers)
    named = ", ".join(source.title for source in drafted.sources)
    return JsonResponse(
        {"html": as_html(drafted.text, drafted.sources[0]), "toast": _("From: %(names)s") % {"names": named}}
    )


@_asked
def translate(request: HttpRequest, found: Conversation) -> JsonResponse:
    """`of=theirs`: what the customer wrote, in the reader's language. Else the text given, in the customer's."""
    question, language = queries.question_of(found)
    if request.POST.get("of") == "theirs":
        text = wording.translate(found, question, readers_language())
        return JsonResponse({"text": text})
    return JsonResponse({"html": as_html(wording.translate(found, request.POST.get("text", ""), language))})


@_asked
def reword(request: HttpRequest, found: Conversation) -> JsonResponse:
    """The text given, clearer and friendlier."""
    return JsonResponse({"html": as_html(wording.reword(found, request.POST.get("text", "")))})


@_asked
def retell(request: HttpRequest, found: Conversation) -> JsonResponse:
    """The summary, told."""
    del request
    return JsonResponse({"text": wording.tell_summary(found, readers_language())})
