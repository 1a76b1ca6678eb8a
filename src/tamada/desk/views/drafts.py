"""What is being written: drafts, and the files that wait to be sent."""

from email.utils import getaddresses
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tamada.conversations.actions import attach, discard_draft, save_draft
from tamada.conversations.models import Attachment, Draft, Kind, Message
from tamada.kit.html import to_text

from ..access import actor_of, agent_of, conversation_or_404
from ..drafts import parse_cite
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
        for own in Draft.objects.filter(agent=agent_of(request), conversation=found):
            discard_draft(agent=agent_of(request), actor=actor_of(request), draft=own)
        return HttpResponse(status=204)
    given = form_of(request)
    kind = Kind.NOTE if given.get("kind") == Kind.NOTE else Kind.OUT
    if _was_sent(request, kind, given):
        return JsonResponse({"version": ""})
    kept = Draft.objects.filter(agent=agent_of(request), conversation=found, kind=kind).first()
    if kept and given.get("version") and given["version"] != kept.updated_at.isoformat():
        return JsonResponse({"html": kept.html, "text": kept.text, "version": kept.updated_at.isoformat()}, status=409)
    saved = save_draft(
        agent=agent_of(request), actor=actor_of(request), conversation=found, kind=kind, **_content(given)
    )
    _attach_own(request, saved, given)
    return JsonResponse({"version": saved.updated_at.isoformat()})


def _was_sent(request: HttpRequest, kind: str, given: QueryDict) -> bool:
    """Whether these words have become a message meanwhile: their draft came too late, and would be sent twice."""
    client_id = client_id_of(given)
    sent = Message.objects.filter(agent=agent_of(request), client_id=client_id).first() if client_id else None
    if sent is None or sent.kind != kind:
        return False
    html = given.get("html", "") if kind == Kind.OUT else ""
    return sent.text == (to_text(str(html)) if html else str(given.get("text", ""))).strip()


def form_of(request: HttpRequest) -> QueryDict:
    """The form of a POST or PUT: Django reads only the first."""
    if request.method == "POST":
        return request.POST
    if (request.content_type or "").startswith("multipart/"):
        data, _files = request.parse_file_upload(request.META, request)
        return without_nuls(data)
    return without_nuls(QueryDict(request.body, encoding="utf-8"))


def _content(given: QueryDict) -> dict[str, Any]:
    content: dict[str, Any] = {name: given[name] for name in ("html", "subject") if name in given}
    content["text"] = given.get("text", "") or given.get("text_out", "")
    how, pk = parse_cite(str(given.get("cite", "")))
    content["data"] = {"cite": f"{how}:{pk}", "files": named_files(given)} if how else {}
    for name in ("to", "cc", "bcc"):
        if name in given:
            content[name] = [
                {"name": shown, "email": email} for shown, email in getaddresses([str(given[name])]) if email
            ]
    return content


def _attach_own(request: HttpRequest, saved: Draft, given: QueryDict) -> None:
    """The draft keeps the files it lists and the pictures in its text, and lets go of those that were taken out."""
    ids = named_files(given)
    own = Attachment.objects.filter(uploaded_by=agent_of(request), message=None)
    if saved.kind == Kind.NOTE:
        own = own.filter(is_inline=False)  # What the form tells of the reply beside the note stays with the reply.
    else:
        ids += [pk for pk, _name in pictures_in(request, given.get("html", "")).values()]
    own.filter(draft=saved).exclude(pk__in=ids).update(draft=None)
    own.filter(pk__in=ids).update(draft=saved)


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Store one file; the composer names it when it sends."""
    file = request.FILES.get("file")
    if file is None:
        return JsonResponse({"errors": {"file": [_("Choose a file.")]}}, status=422)
    if (file.size or 0) > MOST_BYTES:
        return JsonResponse({"errors": {"file": [_("Files can be up to 25 MB.")]}}, status=422)
    stored = _store(request, None, file.name or "", file.read(), inline=request.POST.get("inline") == "1")
    return JsonResponse(shown_file(stored), status=201)


def _store(request: HttpRequest, saved: Draft | None, name: str, content: bytes, *, inline: bool = False) -> Attachment:
    return attach(agent=agent_of(request), draft=saved, name=name, content=content, is_inline=inline)
