"""What is not a page: files, mail bodies in their sandbox, raw messages, remote pictures."""

from io import BytesIO
from typing import Any
from urllib.parse import quote

from django.core.signing import BadSignature, Signer
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tamada.channels.email.original import original_html
from tamada.channels.queries import raw_message
from tamada.channels.reasons import in_words
from tamada.conversations.models import ASKED_AGAIN, Attachment, Channel, DeliveryAttempt, Message
from tamada.conversations.queries import visible_to
from tamada.core import storage
from tamada.kit import html as kit_html

from .. import assets
from ..access import agent_of, message_or_404
from ..shown import PICTURES, shown_file

_IMAGE = Signer(salt="desk.remote-image")
# A mail's document may show pictures of ours and style itself; it may run nothing and call nobody.
_MAIL_POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; font-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
# In the thread's frame the desk measures the mail and hears its keys. Without scripts our origin gives it nothing.
_FRAME_POLICY = f"{_MAIL_POLICY} allow-same-origin"
FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'self'; sandbox"
_SHOWN_INLINE = (*PICTURES, "application/pdf")
_MOST_PICTURE = 5 * 1024 * 1024


def _attachment(request: HttpRequest, pk: int) -> Attachment:
    """A file of a message the agent may see, or one they uploaded themselves."""
    agent = agent_of(request)
    found = Attachment.objects.select_related("message").filter(pk=pk).first()
    if found is None:
        raise Http404
    mine = found.message_id is None and found.uploaded_by_id == agent.pk
    seen = found.message is not None and visible_to(agent).filter(pk=found.message.conversation_id).exists()
    if not (mine or seen) or not storage.exists(found.blob):
        raise Http404
    return found


@require_GET
def attachment(request: HttpRequest, pk: int, name: str) -> FileResponse:
    """A file with headers that let it be nothing else: pictures and PDF shown, everything else saved."""
    found = _attachment(request, pk)
    shown = found.type in _SHOWN_INLINE and "download" not in request.GET
    response = FileResponse(
        storage.open(found.blob), as_attachment=not shown, filename=found.name, content_type=safe_type(found.type)
    )
    response["Content-Length"] = str(found.size)
    # A PDF document is drawn by the browser's own viewer, which a sandbox would stop.
    response["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'self'"
        if found.type == "application/pdf"
        else FILE_POLICY
    )
    if found.type == "application/pdf":
        response["X-Frame-Options"] = "SAMEORIGIN"
    return response


def safe_type(type_: str) -> str:
    """The type a file is served as: its own where a browser may show it."""
    return type_ if type_ in _SHOWN_INLINE else "application/octet-stream"


@require_GET
def view_attachment(request: HttpRequest, pk: int) -> HttpResponse:
    """A picture or PDF document in a dialog."""
    return render(request, "desk/conversation/viewer.html", {"file": shown_file(_attachment(request, pk))})


@require_GET
def mail_html(request: HttpRequest, pk: int) -> HttpResponse:
    """A message's own formatting, cleaned, in a sandboxed document; `?remote=1` shows remote pictures by our proxy.

    `?part=visible` and `?part=quoted` are what the thread shows and what it folds; without it, the whole.
    """
    message, part = message_or_404(request, pk), request.GET.get("part", "")
    inline = {a.content_id: a for a in message.attachments.all() if a.content_id}

    def picture(content_id: str) -> str | None:
        file = inline.get(content_id)
        return reverse("desk:attachment", args=[file.pk, file.name]) if file else None

    remote = _proxied if request.GET.get("remote") == "1" else None
    # What is stored has its remote pictures put aside under data-src.
    stored = _part(message, part).replace(' data-src="', ' src="')
    cleaned = kit_html.clean(stored, allow_remote=remote is not None, cid=picture, remote=remote)
    context = {
        "language": message.language,
        "title": message.subject,
        "body": cleaned.html,
        "hidden": 0 if remote else cleaned.remote_images,
        "style": assets.url("mail.css"),
    }
    response = HttpResponse(render_to_string("desk/conversation/mail.html", context, request))
    response["Content-Security-Policy"] = _FRAME_POLICY if part else _MAIL_POLICY
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _part(message: Message, part: str) -> str:
    if part == "visible":
        return message.html
    if part == "quoted":
        return message.quoted_html or kit_html.from_text(message.quoted_text)
    return original_html(message)


def _proxied(address: str) -> str:
    return f"{reverse('desk:remote_image')}?u={quote(_IMAGE.sign(address), safe='')}"


@require_GET
def remote_image(request: HttpRequest) -> HttpResponse:
    """A remote picture fetched by us: the sender learns neither who looks nor from where. Only addresses we signed."""
    from tamada.kit import http as kit_http  # It brings httpx along.

    try:
        address = _IMAGE.unsign(request.GET.get("u", ""))
        got = kit_http.fetch("GET", address, headers={"Accept": "image/*"}, max_bytes=_MOST_PICTURE, timeout=10)
    except (BadSignature, kit_http.HttpError):
        raise Http404 from None
    if not got.ok or got.content_type not in PICTURES:
        raise Http404
    response = HttpResponse(got.content, content_type=got.content_type)
    response["Content-Security-Policy"] = FILE_POLICY
    return response


@require_GET
def raw(request: HttpRequest, pk: int) -> FileResponse:
    """The message as it came in, byte for byte."""
    message = message_or_404(request, pk)
    try:
        stream = BytesIO(raw_message(message.raw)) if message.raw else None
    except FileNotFoundError:
        stream = None
    if stream is None:
        raise Http404
    is_mail = message.channel == Channel.EMAIL
    ending, type_ = ("eml", "message/rfc822") if is_mail else ("json", "application/json")
    return FileResponse(stream, as_attachment=True, filename=f"message-{message.pk}.{ending}", content_type=type_)


@require_GET
def details(request: HttpRequest, pk: int) -> HttpResponse:
    """Addresses, verdicts of the receiving server, and attempts to send."""
    message = message_or_404(request, pk)
    outbox = getattr(message, "outbox", None)
    checked = message.data.get("verdicts") or {}
    context: dict[str, Any] = {
        "m": message,
        "lists": _people(message),
        "verdicts": [(name.upper(), checked[name]) for name in ("spf", "dkim", "dmarc") if name in checked],
        "checked_by": checked.get("server", ""),
        "is_vouched": bool(checked.get("trusted")),
        "attempts": [(t.started_at, _outcome(t), in_words(t.detail)) for t in outbox.log.all()[:20]] if outbox else [],
    }
    return render(request, "desk/conversation/details.html", context)


def _outcome(attempt: DeliveryAttempt) -> str:
    known = {
        "sent": _("sent"),
        "retry": _("to be tried again"),
        "failed": _("not sent"),
        "uncertain": _("perhaps sent"),
        "stopped": _("not begun"),
        ASKED_AGAIN: _("to be sent again"),
    }
    return known.get(attempt.outcome, _("under way"))


def _people(message: Message) -> list[tuple[str, list[dict[str, str]]]]:
    return [(_("To"), message.to), (_("Cc"), message.cc), (_("Bcc"), message.bcc)]
