"""What the composer begins with when somebody answers, quotes or passes on one message."""

from collections.abc import Callable
from typing import Any, Final

from django.db.models import Q
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from tamada.conversations.capabilities import capabilities_of
from tamada.conversations.citing import ANSWERS
from tamada.conversations.models import Conversation, Kind, Message
from tamada.conversations.recipients import answer_recipients
from tamada.kit.quotes.citing import forward_subject

from ..access import conversation_or_404, message_or_404
from ..drafts import cited_line, joined, listed_files


@require_GET
def begin(request: HttpRequest, pk: int) -> JsonResponse:
    """`?how=sender|all|quote|forward`, of `message=` or else of the last that the customer said.

    A quote leaves the receivers alone unless `recipients=1` asks for them too.
    """
    found = conversation_or_404(request, pk)
    make = _WAYS.get(request.GET.get("how", ""))
    if make is None:
        raise Http404
    message = _message(request, found)
    people = _answer(message, everyone=True) if request.GET.get("recipients") == "1" else {}
    return JsonResponse({"kind": "out", **people, **make(message)})


def _message(request: HttpRequest, found: Conversation) -> Message:
    given = request.GET.get("message", "")
    message: Message | None
    if given.isdecimal() and len(given) <= 18:
        message = message_or_404(request, int(given))
    else:
        # Neither a note nor what was passed on to others is what we talk about with the customer.
        said = found.messages.filter(Q(kind=Kind.IN) | ANSWERS).order_by("-seq")
        message = said.filter(kind=Kind.IN).first() or said.first()
    if message is None or message.conversation_id != found.pk or message.kind not in (Kind.IN, Kind.OUT):
        raise Http404
    return message


def _answer(message: Message, *, everyone: bool) -> dict[str, Any]:
    is_addressed = capabilities_of(message.channel).addressed  # else it goes to whoever is at the other end
    to, cc = answer_recipients(message, everyone=everyone) if is_addressed else ([], [])
    return {"to": joined(to), "cc": joined(cc), "bcc": "", "subject": "", "cite": "", "cited": ""}


def _quote(message: Message) -> dict[str, Any]:
    return {"cite": f"reply:{message.pk}", "cited": cited_line("reply", message)}


def _forward(message: Message) -> dict[str, Any]:
    return {
        "to": "",
        "cc": "",
        "bcc": "",
        "subject": forward_subject(message.subject or message.conversation.subject),
        "cite": f"forward:{message.pk}",
        "cited": cited_line("forward", message),
        "attachments": listed_files(message),
    }


_WAYS: Final[dict[str, Callable[[Message], dict[str, Any]]]] = {
    "sender": lambda message: _answer(message, everyone=False),
    "all": lambda message: _answer(message, everyone=True),
    "quote": _quote,
    "forward": _forward,
}
