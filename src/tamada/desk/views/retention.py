"""How long things are kept, everywhere and in single inboxes; what would go is shown before it is saved."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tamada.conversations.models import Inbox
from tamada.privacy import actions
from tamada.privacy import retention as keeping

from ..access import actor_of, agent_of
from ..forms.privacy import TermsForm
from ..proven import proven
from .settings import needs, shown


@require_http_methods(["GET", "POST"])
@needs("privacy.settings")
@proven
def retention(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """The terms of all inboxes (without `pk`), or of one; `look` counts what would go, and saves nothing."""
    inbox = get_object_or_404(Inbox, pk=pk) if pk else None
    known, kinds = keeping.terms(inbox), keeping.kinds(inbox)
    form = TermsForm(request.POST or None, kinds=kinds, known=known, of_inbox=inbox is not None)
    given = form.terms() if form.is_bound and form.is_valid() else known
    if form.is_bound and form.is_valid() and "look" not in request.POST:
        actions.save_terms(agent=agent_of(request), actor=actor_of(request), inbox=inbox, given=given)
        messages.success(request, _("Saved."))
        return redirect("desk:retention_inbox", pk=pk) if pk else redirect("desk:settings_retention")
    foreseen = keeping.foreseen(agent_of(request), inbox, given)
    context = {
        "form": form,
        "inbox": inbox,
        "every_inbox": Inbox.objects.all(),
        "rows": [(form[name], foreseen.get(name)) for name in kinds],
    }
    return shown(request, "retention", context, status=422 if form.is_bound and not form.is_valid() else 200)
