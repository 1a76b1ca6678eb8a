"""A page such as a company's own site has, with the chat of an inbox on it: whoever sets it up is a visitor there."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from tamada.accounts import company
from tamada.conversations.models import Channel

from ..access import inbox_or_404
from .settings import needs


@needs("inbox.settings")
def sample_site(request: HttpRequest, pk: int) -> HttpResponse:
    """The page; what is searched on it is never found, so that an offer of help can be met."""
    inbox = inbox_or_404(request, pk)
    if inbox.channel != Channel.CHAT or not inbox.is_active:
        raise Http404
    context = {
        "inbox": inbox,
        "inbox_url": reverse("desk:inbox", args=[f"inbox-{inbox.pk}"]),
        "company": company.given_name() or inbox.name,
        "sought": request.GET.get("q", "")[:100],
    }
    return render(request, "desk/settings/sample_site.html", context)
