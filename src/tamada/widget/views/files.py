"""Files in and out."""

from typing import Final
from urllib.parse import quote

from django.http import FileResponse, HttpRequest, JsonResponse
from django.http.response import HttpResponseBase

from tamada.channels.chat.actions import upload_file
from tamada.channels.chat.settings import LARGEST_FILE
from tamada.conversations.models import Attachment
from tamada.core import storage
from tamada.kit.numbers import row_number

from .. import floods
from ..caller import visitor_of
from ..links import is_signed
from ..problems import Problem
from ..shapes import file_item

_ENVELOPE: Final = 20_000
"""What the form around a file may take."""

_SHOWN: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


def upload(request: HttpRequest) -> JsonResponse:
    """Keep a file for the message that is being written."""
    visitor = visitor_of(request, floods.UPLOAD)
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_FILE + _ENVELOPE:
        raise Problem("too_large")
    given = request.FILES.getlist("file")
    if len(given) != 1:
        raise Problem("body")
    row = upload_file(visitor=visitor, name=given[0].name or "", content=given[0].read())
    return JsonResponse(file_item(row), status=201)


def download(request: HttpRequest, pk: str) -> HttpResponseBase:
    """The bytes, by a signed address. Pictures are shown, everything else is saved; nothing runs in our origin."""
    if not is_signed(pk, request.GET.get("s", "")):
        raise Problem("conversation")
    file = Attachment.objects.filter(pk=row_number(pk)).first()
    if file is None:
        raise Problem("conversation")
    try:
        content = storage.open(file.blob)
    except storage.MissingFile:
        raise Problem("conversation") from None
    how = "inline" if file.type in _SHOWN else "attachment"
    response = FileResponse(content, content_type=file.type if file.type in _SHOWN else "application/octet-stream")
    response["Content-Disposition"] = f"{how}; filename*=UTF-8''{quote(file.name, safe='')}"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=86400, immutable"
    return response
