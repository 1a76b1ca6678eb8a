"""Files in and out: uploads kept before any transaction, downloads that no browser runs."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO
from urllib.parse import quote

from django.db.models import Q, QuerySet
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent
from tamada.conversations.actions import attach
from tamada.conversations.models import Attachment
from tamada.conversations.queries import visible_to

from .ids import pk_of
from .problems import Problem, invalid
from .schemas import FileIn

MAX_SIZE = 25 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class File:
    """An attachment of a request: uploaded before, named by its place in the request."""

    pk: int
    index: int


def gather(agent: Agent, given: Sequence[str | FileIn]) -> list[File]:
    """Store what came inside the request. Call it before the transaction, and `rows` in it: of two requests that name
    the same upload at once, the second finds the answer of the first or the upload used, as its key says.
    """
    decoded = [_decoded(item, i) if isinstance(item, FileIn) else None for i, item in enumerate(given)]
    files = []
    for i, (item, content) in enumerate(zip(given, decoded, strict=True)):
        if isinstance(item, FileIn):
            files.append(File(attach(agent=agent, draft=None, name=item.name, content=content or b"").pk, i))
        else:
            files.append(File(pk_of(item), i))
    return files


def _decoded(item: FileIn, index: int) -> bytes:
    try:
        content = base64.b64decode("".join(item.content.split()), validate=True)
    except (ValueError, binascii.Error):
        raise invalid(_("The content is not base64."), "body", "attachments", index, "content") from None
    check_size(len(content))
    return content


def check_size(size: int) -> None:
    """Raises Problem 413."""
    if size > MAX_SIZE:
        raise Problem(413, _("A file has at most %(most)s MB.") % {"most": MAX_SIZE // 2**20})


def rows(agent: Agent, files: Sequence[File]) -> list[Attachment]:
    """The files as rows that belong to nothing yet and that this agent uploaded. Raises Problem 422."""
    free = Attachment.objects.filter(uploaded_by=agent, message__isnull=True, draft__isnull=True)
    found = free.in_bulk([file.pk for file in files])
    for file in files:
        if file.pk not in found:
            raise invalid(_("There is no such upload of yours, or it was used."), "body", "attachments", file.index)
    return [found[pk] for pk in dict.fromkeys(file.pk for file in files)]


def visible_attachments(agent: Agent) -> QuerySet[Attachment]:
    """Files of conversations the agent may see, and the agent's own uploads."""
    own = Q(uploaded_by=agent, message__isnull=True)
    return Attachment.objects.filter(Q(message__conversation__in=visible_to(agent)) | own)


def download(content: bytes | IO[bytes], *, name: str, type_: str) -> HttpResponseBase:
    """Saved, never shown: a file from outside is not run in our origin."""
    kind = type_ if type_.startswith(("image/", "audio/", "video/", "message/")) or type_ in _PLAIN else _UNKNOWN
    response = HttpResponse(content, kind) if isinstance(content, bytes) else FileResponse(content, content_type=kind)
    ascii_name = "".join(c if c.isascii() and (c.isalnum() or c in "._- ") else "_" for c in name) or "file"
    response["Content-Disposition"] = f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


_UNKNOWN = "application/octet-stream"
_PLAIN = frozenset({"application/pdf", "text/plain", "application/zip"})
