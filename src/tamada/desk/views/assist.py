"""Beside the composer: answers, solved conversations, a summary, and how it reads. A model's words: `assist_model`."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tamada.accounts.permissions import require
from tamada.assistant.answering import Candidate
from tamada.assistant.assist import queries
from tamada.assistant.assist.actions import note_summary
from tamada.assistant.assist.sentences import shortened
from tamada.assistant.assist.similar import Similar, solving_words
from tamada.assistant.assist.tone import findings
from tamada.assistant.llm import settings as llm
from tamada.assistant.queries import suggests_in
from tamada.conversations.errors import EmptyMessage
from tamada.conversations.models import Conversation
from tamada.kit.text import speech

from ..access import actor_of, agent_of, conversation_or_404
from ..assist_words import as_html, hint_in_words, language_in_words, summary_in_words
from ..pages import question
from ..toasts import told

_PREVIEW: Final = 160
_MOST_INSERTED: Final = 6_000
_LONGEST_NOTE: Final = 20_000


def open_for_writing(request: HttpRequest, pk: int) -> Conversation:
    """A conversation that the agent sees and may answer; 404 or 403."""
    found = conversation_or_404(request, pk)
    require(agent_of(request), "conversation.reply")
    return found


@require_GET
def panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Loaded after the conversation is shown, and again when something comes."""
    found = open_for_writing(request, pk)
    help_ = queries.help_for(agent_of(request), found)
    candidates = help_.best.answers if help_.best and suggests_in(found.inbox_id) else ()
    sendable = [_published(one) for one in candidates if one.answer.may_be_sent]
    offers = [*sendable, *(_solved(found, one) for one in help_.similar)]
    internal = [_published(one) for one in candidates if not one.answer.may_be_sent]
    context = {
        "conversation": found,
        "offers": [offer | {"n": n} for n, offer in enumerate(offers, 1)],
        "internal": internal,
        "count": len(offers) + len(internal),
        "can_draft": any(answer.may_be_sent for answer in help_.answers),
        "has_model": llm.serves(found.inbox_id),
        "their_language": language_in_words(help_.language) if help_.language else "",
        "is_foreign": bool(help_.language) and help_.language != (get_language() or ""),
        "asks": bool(help_.question),
    }
    return render(request, "desk/assist/panel.html", context)


def _published(one: Candidate) -> dict[str, Any]:
    """What is published: where a customer reads it, or else where our people do."""
    answer = one.answer
    is_ours = one.source == "knowledge" and answer.key.isdecimal()
    return {
        "is_snippet": answer.for_replies,
        "title": answer.title,
        "preview": shortened(answer.text, _PREVIEW),
        "url": answer.url or (reverse("desk:article", args=[int(answer.key)]) if is_ours else ""),
        "html": as_html(answer.text[:_MOST_INSERTED], answer),
    }


def _solved(here: Conversation, one: Similar) -> dict[str, Any]:
    """Its words are fetched when they are wanted: without names they take longer. In the line it is told by how it was
    answered, for what was asked is what is asked here.
    """
    preview = shortened(_telling(one.answer), _PREVIEW)
    return {
        "is_solved": True,
        "title": one.conversation.subject or one.question,
        "says": preview,
        "preview": preview,
        "url": reverse("desk:conversation", args=[one.conversation.pk]),
        "address": reverse("desk:assist_solved", args=[here.pk, one.conversation.pk]),
    }


def _telling(text: str) -> str:
    """Its words without whom it greets and who signs."""
    lines = [line for line in speech.sentences(text, by_line=True) if not speech.is_polite(line)]
    return " ".join(lines) or text


@require_GET
def solved_words(request: HttpRequest, pk: int, other: int) -> JsonResponse:
    """What solved another conversation, for this one: without what was so for whom it was written to alone."""
    open_for_writing(request, pk)
    source = conversation_or_404(request, other)
    text = queries.redactor_for(source, facts=True).hide(solving_words(source)[:_MOST_INSERTED])
    return JsonResponse({"html": as_html(text)})


@require_POST
def hints(request: HttpRequest, pk: int) -> HttpResponse:
    """How the answer that is being written reads."""
    conversation = open_for_writing(request, pk)
    letter = queries.letter_of(
        conversation, text=request.POST.get("text", ""), has_files=request.POST.get("files", "0") not in ("", "0")
    )
    found = [hint_in_words(one) for one in findings(letter)]
    return render(request, "desk/assist/hints.html", {"hints": found, "whole": "\n".join(found)})


@require_http_methods(["GET", "POST"])
def summary(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: the conversation in short, to be read and changed. POST: leave it as a note."""
    found = open_for_writing(request, pk)
    if request.method == "POST":
        return _note(request, found)
    text = summary_in_words(queries.summary_of(found))
    context = {"conversation": found, "text": text, "has_model": llm.serves(found.inbox_id)}
    return question(request, "assist/summary", context)


def _note(request: HttpRequest, found: Conversation) -> HttpResponse:
    text = request.POST.get("text", "")[:_LONGEST_NOTE]
    try:
        note_summary(agent=agent_of(request), actor=actor_of(request), conversation=found, text=text)
    except EmptyMessage:
        context = {"conversation": found, "text": "", "error": _("Write something first.")}
        response = question(request, "assist/summary", context)
        response.status_code = 422
        return response
    return told(_("Saved as a note."))
