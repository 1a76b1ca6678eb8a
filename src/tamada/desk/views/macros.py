"""A macro in a conversation: what it says there, and doing what it does without a word."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tamada.accounts.permissions import require
from tamada.automation.actions import note_used, take_steps
from tamada.automation.points import Missing
from tamada.automation.queries.macros import say, visible_to
from tamada.conversations.errors import ConversationError

from ..access import actor_of, agent_of, conversation_or_404


@require_http_methods(["GET", "POST"])
def macro(request: HttpRequest, pk: int, macro: int) -> HttpResponse:
    """GET: its words and steps for the composer, where they can be read and changed. POST: take its steps now."""
    found, agent = conversation_or_404(request, pk), agent_of(request)
    require(agent, "conversation.update")
    chosen = get_object_or_404(visible_to(agent), pk=macro)
    said = say(chosen, found, agent)
    if request.method == "GET":
        steps = [step.kept() | {"words": words} for step, words in said.steps]
        return JsonResponse(
            {"id": str(chosen.pk), "html": said.html, "text": said.text, "steps": steps, "lost": said.lost}
        )
    try:
        record = take_steps(
            agent=agent, actor=actor_of(request), conversation=found, steps=[step for step, _words in said.steps]
        )
    except (Missing, ConversationError) as error:
        return JsonResponse({"toast": str(error)}, status=422)
    note_used(agent=agent, macros=[chosen.pk])
    told: dict[str, Any] = {"toast": _("Done: %(name)s") % {"name": chosen.name}}
    if record is not None:
        told["undo"] = reverse("desk:undo_change", args=[record.pk])
    return JsonResponse(told)
