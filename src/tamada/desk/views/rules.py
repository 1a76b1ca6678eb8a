"""What rules did in a conversation, and why the others did not."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from tamada.automation.queries.rules import told_of

from ..access import conversation_or_404
from ..pages import question


@require_GET
def rules(request: HttpRequest, pk: int) -> HttpResponse:
    """A dialog, or a page where no script opens one."""
    found = conversation_or_404(request, pk)
    told = told_of(found)
    context = {
        "conversation": found,
        "told": [one for one in told if one.outcome != "unmet"],
        "unmet": [one for one in told if one.outcome == "unmet"],
    }
    return question(request, "conversation/rules", context)
