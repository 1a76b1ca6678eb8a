"""Archives of other desks and tables: uploaded, looked at, brought in."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from tamada.conversations.models import Inbox, Status
from tamada.conversations.queries import inboxes_visible_to
from tamada.core import storage
from tamada.kit.numbers import row_number
from tamada.transfer import actions, queries
from tamada.transfer.actions.imports import FILE_GONE, records_of
from tamada.transfer.errors import Invalid
from tamada.transfer.importing import fields, opening
from tamada.transfer.importing.records import Unreadable
from tamada.transfer.models import Import, Progress, Source

from ..access import actor_of, agent_of
from .settings import needs, shown


class UploadForm(forms.Form):
    """A file, and where it is from."""

    source = forms.ChoiceField(label=gettext_lazy("Where it is from"), choices=Source.choices)
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "CSV for a table; of Zendesk, Freshdesk and Chatwoot the export as it is: JSON, XML or zip."
        ),
    )


def _by(request: HttpRequest) -> dict[str, Any]:
    return {"agent": agent_of(request), "actor": actor_of(request)}


def _row(request: HttpRequest, pk: int) -> Import:
    return get_object_or_404(queries.imports_visible_to(agent_of(request)), pk=pk)


@needs("data.import")
def imports(request: HttpRequest) -> HttpResponse:
    """What was brought in, and the form that takes another file."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            row = actions.upload_import(
                **_by(request), source=form.cleaned_data["source"], name=file.name, file=file, size=file.size
            )
            return redirect("desk:import", row.pk)
        except Invalid as refused:
            form.add_error(refused.field or None, refused.message)
    rows = queries.imports_visible_to(agent_of(request))[:50]
    return shown(request, "imports", {"form": form, "imports": rows}, status=422 if form.is_bound else 200)


@needs("data.import")
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One file: what its columns are, what would come in, how far it is, how it ended."""
    row = _row(request, pk)
    if request.method == "POST":
        try:
            actions.settle_import(
                **_by(request),
                row=row,
                inbox=_inbox(request),
                what=request.POST.get("what", ""),
                columns=request.POST.getlist("column"),
                system=request.POST.get("system"),
            )
        except Invalid as refused:
            messages.error(request, refused.message)
        return redirect("desk:import", pk)
    return shown(request, "import", {"import": row, **_seen(request, row)})


def _inbox(request: HttpRequest) -> Inbox | None:
    chosen = row_number(request.POST.get("inbox"))
    return inboxes_visible_to(agent_of(request)).filter(pk=chosen).first()


def _seen(request: HttpRequest, row: Import) -> dict[str, Any]:
    """The forms and the preview of a file that waits; nothing more of one that runs."""
    is_busy = row.state in (Progress.WAITING, Progress.RUNNING)
    found: dict[str, Any] = {"is_busy": is_busy, "places": inboxes_visible_to(agent_of(request))}
    found["alike"] = queries.named_alike(row, agent_of(request))
    found["systems"] = queries.systems_named_by(agent_of(request), row.source)
    found["needs_inbox"] = row.source != Source.CSV or row.options["what"] == "conversations"
    if is_busy:
        return found
    if row.source == Source.CSV:
        possible = list(fields.offered(row.options["what"]).items())
        pairs = zip(row.options["headings"], row.options["columns"], strict=True)
        found |= {"columns": list(pairs), "possible": possible}
    try:
        found["preview"] = preview = opening.preview(records_of(row))
        found["matters"] = [(matter, Status(matter.status).label) for matter in preview.matters]
    except Unreadable as error:
        found["trouble"] = str(error)
    except storage.MissingFile:
        found["trouble"] = str(FILE_GONE)
    return found


@require_POST
@needs("data.import")
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin, or go on where a file that was cut ended."""
    try:
        actions.start_import(**_by(request), row=_row(request, pk))
        messages.success(request, _("The import is running. You may leave this page."))
    except Invalid as refused:
        messages.error(request, refused.message)
    return redirect("desk:import", pk)


@require_POST
@needs("data.import")
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget it, or stop it; what it brought in stays."""
    actions.remove_import(**_by(request), row=_row(request, pk))
    messages.success(request, _("Removed. What was brought in stays."))
    return redirect("desk:settings_import")
