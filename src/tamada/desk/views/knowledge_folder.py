"""Articles as a folder of Markdown: out as an archive, in from one, or from single pages."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tamada.knowledge import exporting
from tamada.knowledge.errors import Invalid
from tamada.knowledge.folders import from_zip, to_zip
from tamada.knowledge.importing import Imported, import_articles

from ..access import actor_of, agent_of
from ..pages import page
from .settings import needs

MOST_BYTES: Final = 100 * 1024 * 1024
_SINGLE: Final = (".md", ".markdown", ".html", ".htm")


@needs("knowledge.publish")
def folder(request: HttpRequest) -> HttpResponse:
    """How to bring articles in and take them along; a file that was sent is read at once."""
    done, problem = None, ""
    if request.method == "POST":
        try:
            done = _read(request)
        except Invalid as error:
            problem = error.message
    context = {"done": done, "problem": problem}
    return page(request, "knowledge/folder", context, current="knowledge", status=422 if problem else 200)


def _read(request: HttpRequest) -> Imported:
    file = request.FILES.get("file")
    if file is None or not file.size:
        raise Invalid(_("Choose a file."), "file")
    if file.size > MOST_BYTES:
        raise Invalid(_("This file is too large."), "file")
    name, content = (file.name or "").rpartition("/")[2], file.read()
    if name.lower().endswith(_SINGLE):
        files = {name: content}
    else:
        files = from_zip(content)
    return import_articles(agent=agent_of(request), actor=actor_of(request), files=files)


@require_GET
@needs("knowledge.publish")
def download(request: HttpRequest) -> HttpResponse:
    """Every article as Markdown, with its pictures."""
    response = HttpResponse(to_zip(exporting.files()), content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="knowledge.zip"'
    return response
