"""A person's data: what is kept, what they agreed to, who looked; and the purposes that people are asked about."""

import tempfile

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tamada.accounts.permissions import allowed, require
from tamada.privacy import actions, queries
from tamada.privacy.export import export_person
from tamada.privacy.models import Purpose, Source

from ..access import actor_of, agent_of, customer_or_404
from ..forms.privacy import ConsentForm, PurposeForm
from ..proven import proven
from .inbox import rail_context
from .settings import needs, shown


@require_GET
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """What is kept about one person, where they stand, and for admins who looked."""
    found, agent = customer_or_404(request, pk), agent_of(request)
    may_export = allowed(agent, "privacy.export")
    context = {
        "customer": found,
        "standings": queries.standings(found),
        "ledger": queries.ledger(found)[:100],
        "sources": Source.choices,
        "may_write": allowed(agent, "customer.write"),
        "may_export": may_export,
        "may_erase": allowed(agent, "privacy.erase"),
        "kept": queries.kept_about(found) if may_export else [],
        "looks": queries.looks(found)[:100] if may_export else [],
    }
    return render(request, "desk/customers/privacy.html", context | rail_context(request, "customers"))


@require_POST
def consent(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what the person said."""
    found, form = customer_or_404(request, pk), ConsentForm(request.POST)
    if form.is_valid():
        actions.record_consent(agent=agent_of(request), actor=actor_of(request), customer=found, **form.cleaned_data)
        messages.success(request, _("Saved."))
    else:
        messages.error(request, _("It was not saved: choose how they told you."))
    return redirect("desk:privacy", pk=pk)


@require_POST
@proven
def export(request: HttpRequest, pk: int) -> FileResponse:
    """Everything about the person as one file."""
    found = customer_or_404(request, pk)
    require(agent_of(request), "privacy.export")
    file = tempfile.TemporaryFile()  # noqa: SIM115  the response closes it
    try:
        export_person(agent=agent_of(request), actor=actor_of(request), customer=found, to=file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"customer-{found.pk}.zip")


@needs("privacy.settings")
def purposes(request: HttpRequest) -> HttpResponse:
    """What people are asked to agree to."""
    return shown(request, "purposes", {"purposes": Purpose.objects.all()})


@needs("privacy.settings")
def purpose(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """Make a purpose (without `pk`), or change one."""
    known = get_object_or_404(Purpose, pk=pk) if pk else None
    form = PurposeForm(request.POST or None, purpose=known)
    if form.is_bound and form.is_valid():
        actions.save_purpose(agent=agent_of(request), actor=actor_of(request), purpose=known, **form.values())
        messages.success(request, _("Saved."))
        return redirect("desk:settings_purposes")
    return shown(request, "purpose", {"form": form, "purpose": known}, status=422 if form.is_bound else 200)
