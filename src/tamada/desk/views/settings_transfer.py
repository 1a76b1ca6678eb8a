"""Everything out: exports made in the background, downloaded by admins, gone after a week."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tamada.core import storage
from tamada.transfer import actions, queries
from tamada.transfer.errors import Invalid
from tamada.transfer.models import Progress

from ..access import actor_of, agent_of
from .settings import needs, shown


def _by(request: HttpRequest) -> dict[str, Any]:
    return {"agent": agent_of(request), "actor": actor_of(request)}


@needs("data.export")
def exports(request: HttpRequest) -> HttpResponse:
    """What was exported; a POST begins another."""
    if request.method == "POST":
        try:
            actions.start_export(**_by(request))
            messages.success(request, _("The export is being made. You may leave this page."))
        except Invalid as refused:
            messages.error(request, refused.message)
        return redirect("desk:settings_export")
    rows = queries.exports_visible_to(agent_of(request))[:50]
    is_busy = any(row.state in (Progress.WAITING, Progress.RUNNING) for row in rows)
    return shown(request, "export", {"exports": rows, "is_busy": is_busy})


@require_GET
@needs("data.export")
def export_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The zip, while it lasts."""
    row = get_object_or_404(queries.exports_visible_to(agent_of(request)).exclude(blob=""), pk=pk)
    try:
        file = storage.open(row.blob)
    except storage.MissingFile:
        raise Http404 from None
    actions.note_download(**_by(request), export=row)
    name = f"tamada-{row.created_at:%Y-%m-%d}.zip"
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")


@require_POST
@needs("data.export")
def delete_export(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove one, or stop the one that is being made."""
    row = get_object_or_404(queries.exports_visible_to(agent_of(request)), pk=pk)
    actions.remove_export(**_by(request), export=row)
    messages.success(request, _("Removed."))
    return redirect("desk:settings_export")
