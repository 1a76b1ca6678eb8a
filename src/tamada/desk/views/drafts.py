"""What is being written: drafts, and the files that wait to be sent."""

from email.utils import getaddresses
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tamada.conversations.actions import attach, discard_draft, save_draft
from tamada.conversations.errors import DraftSent, StaleDraft
from tamada.conversations.models import Conversation, Draft, Kind

from ..access import actor_of, agent_of, conversation_or_404
from ..drafts import parse_cite
from ..macro_field import LONGEST
from ..nuls import without_nuls
from ..shown import shown_file
from ..written import named_files, pictures_in
from .send import client_id_of

MOST_BYTES = 25 * 1024 * 1024


@require_http_methods(["PUT", "POST", "DELETE"])
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what is being written in a conversation, or throw it away."""
    found = conversation_or_404(request, pk)
    if request.method == "DELETE":
        drafts = Draft.objects.filter(agent=agent_of(request), conversation=found)
        kind = request.GET.get("kind")
        for own in drafts.filter(kind=kind) if kind else drafts:
            discard_draft(agent=agent_of(request), actor=actor_of(request), draft=own)
        return HttpResponse(status=204)
    given = form_of(request)
    kind = Kind.NOTE if given.get("kind") == Kind.NOTE else Kind.OUT
    return keep(request, given, conversation=found, kind=kind)


def keep(
    request: HttpRequest, given: QueryDict, *, conversation: Conversation | None, kind: str, **place: Any
) -> JsonResponse:
    """Save what the form holds; the answer names its version, or shows what another screen has saved meanwhile."""
    try:
        saved = save_draft(
            agent=agent_of(request),
            actor=actor_of(request),
            conversation=conversation,
            kind=kind,
            version=given.get("version", ""),
            files=_files(request, kind, given),
            client_id=client_id_of(given),
            **place,
            **content_of(given),
        )
    except DraftSent:
        return JsonResponse({"version": ""})
    except StaleDraft as stale:
        kept = stale.draft
        return JsonResponse({"html": kept.html, "text": kept.text, "version": kept.version}, status=409)
    return JsonResponse({"version": saved.version} | ({} if conversation else {"draft": str(saved.pk)}))


def form_of(request: HttpRequest) -> QueryDict:
    """The form of a POST or PUT: Django reads only the first."""
    if request.method == "POST":
        return request.POST
    if (request.content_type or "").startswith("multipart/"):
        data, _files = request.parse_file_upload(request.META, request)
        return without_nuls(data)
    return without_nuls(QueryDict(request.body, encoding="utf-8"))


def content_of(given: QueryDict) -> dict[str, Any]:
    content: dict[str, Any] = {name: given[name] for name in ("html", "subject") if name in given}
    content["text"] = given.get("text", "") or given.get("text_out", "")
    how, pk = parse_cite(str(given.get("cite", "")))
    content["data"] = {"cite": f"{how}:{pk}", "files": named_files(given)} if how else {}
    if macro := str(given.get("macro", ""))[:LONGEST]:
        content["data"]["macro"] = macro
    for name in ("to", "cc", "bcc"):
        if name in given:
            content[name] = [
                {"name": shown, "email": email} for shown, email in getaddresses([str(given[name])]) if email
            ]
    return content


def _files(request: HttpRequest, kind: str, given: QueryDict) -> list[int]:
    """What the form lists and, of a reply, the pictures in its text."""
    pictures = pictures_in(request, given.get("html", "")).values() if kind == Kind.OUT else ()
    return [*named_files(given), *(pk for pk, _name in pictures)]


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Store one file; the composer names it when it sends."""
    file = request.FILES.get("file")
    if file is None:
        return JsonResponse({"errors": {"file": [_("Choose a file.")]}}, status=422)
    if (file.size or 0) > MOST_BYTES:
        return JsonResponse({"errors": {"file": [_("Files can be up to 25 MB.")]}}, status=422)
    inline = request.POST.get("inline") == "1"
    stored = attach(agent=agent_of(request), draft=None, name=file.name or "", content=file.read(), is_inline=inline)
    return JsonResponse(shown_file(stored), status=201)
