"""Articles as a folder of Markdown: out as an archive, in from one, or from single pages."""

from typing import Final

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tamada.knowledge import exporting
from tamada.knowledge.errors import Invalid, TooMuch
from tamada.knowledge.folders import from_zip, to_zip
from tamada.knowledge.importing import Imported, import_articles

from ..access import actor_of, agent_of
from ..pages import page
from .settings import needs

MOST_FILES: Final = 500
MOST_BYTES: Final = 20 * 1024 * 1024
"""What one request may bring in: half a minute of work on a small machine. For more there is the command."""
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
    context = {"done": done, "problem": problem, "most": _most()}
    return page(request, "knowledge/folder", context, current="knowledge", status=422 if problem else 200)


def _most() -> str:
    most = {"files": MOST_FILES, "size": MOST_BYTES // 2**20, "command": "tamada knowledge import FOLDER"}
    return _("Here at most %(files)d files and %(size)d MB at once; on the server “%(command)s” takes more.") % most


def _read(request: HttpRequest) -> Imported:
    file = request.FILES.get("file")
    if file is None or not file.size:
        raise Invalid(_("Choose a file."), "file")
    if file.size > MOST_BYTES:
        raise Invalid(_most(), "file")
    name, content = (file.name or "").rpartition("/")[2], file.read()
    if name.lower().endswith(_SINGLE):
        files = {name: content}
    else:
        files = _unpacked(content)
    return import_articles(agent=agent_of(request), actor=actor_of(request), files=files)


def _unpacked(content: bytes) -> dict[str, bytes]:
    try:
        return from_zip(content, most_files=MOST_FILES, most_bytes=MOST_BYTES)
    except TooMuch:
        raise Invalid(_most(), "file") from None


@require_GET
@needs("knowledge.publish")
def download(request: HttpRequest) -> HttpResponseBase:
    """Every article as Markdown, with its pictures."""
    archive = to_zip(exporting.files())
    return FileResponse(archive, as_attachment=True, filename="knowledge.zip", content_type="application/zip")
