"""What the composer sends, read: its files, and its pictures (an address on the desk, a `cid:` in a mail)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.html import escape

from tamada.conversations.actions import attach, copy_file
from tamada.conversations.errors import MissingFile
from tamada.conversations.models import Attachment

from .access import agent_of

_IMAGE = re.compile(r'(<img\b[^>]*?\ssrc=")([^"]*)"', re.IGNORECASE)
_OURS = re.compile(r"/attachments/(\d{1,18})/([^?#]*)")


@dataclass(frozen=True, slots=True)
class Written:
    """A message's HTML with its pictures as `cid:…`, and every file that goes along, these pictures among them."""

    html: str
    files: list[Attachment]


def read(request: HttpRequest, *, plain: bool = False) -> Written:
    """The form of a message, or of a `plain` one without HTML. Files sent with a form without scripts are stored now.

    Raises `MissingFile` for one that is gone or that the writer doesn't see.
    """
    given, agent = request.POST, agent_of(request)
    own = _named(request)
    html, pictures = _with_cids(request, "" if plain else given.get("html", ""))
    shown = {file.content_id for file in pictures}
    fresh = [
        attach(agent=agent, draft=None, name=f.name or "", content=f.read()) for f in request.FILES.getlist("files")
    ]
    listed = [f for f in own if not (f.is_inline and (plain or f.content_id in shown))]
    return Written(html, [*listed, *pictures, *fresh])


def _named(request: HttpRequest) -> list[Attachment]:
    """The files that the composer lists. It tells their names too, for the words when one is gone."""
    ids, told = named_files(request.POST), request.POST.getlist("attachment_names")
    found = Attachment.objects.select_related("message").in_bulk(ids)
    names = dict(zip(ids, told, strict=True)) if len(ids) == len(told) else {}
    return [_free(request, found.get(pk), names.get(pk, str(pk))) for pk in dict.fromkeys(ids)]


def _free(request: HttpRequest, file: Attachment | None, name: str) -> Attachment:
    """The writer's own upload, or a copy of a file that stays with another message (forwarded, or sent before)."""
    agent, client_id = agent_of(request), request.POST.get("client_id", "")
    if file is None or (file.message is None and file.uploaded_by_id != agent.pk):
        raise MissingFile(name)
    if file.message is None:
        return file
    is_second_try = bool(client_id) and (file.message.agent_id, file.message.client_id) == (agent.pk, client_id)
    return file if is_second_try else _copied(request, file, name)


def named_files(given: QueryDict) -> list[int]:
    """The ids of the uploads that the composer lists."""
    ids = (i.strip() for value in given.getlist("attachments") for i in str(value).split(","))
    return [int(i) for i in ids if i.isdecimal() and len(i) <= 18]


def pictures_in(request: HttpRequest, html: str) -> dict[str, tuple[int, str]]:
    """The pictures of ours that stand in a text, by their address there: id and name."""
    host = request.build_absolute_uri("/").rstrip("/")
    found = {}
    for _before, address in _IMAGE.findall(html):
        if ours := _OURS.fullmatch(address.removeprefix(host)):
            found[address] = (int(ours[1]), unquote(ours[2]))
    return found


def _with_cids(request: HttpRequest, html: str) -> tuple[str, list[Attachment]]:
    """Pictures by `cid:`, and which they are: the writer's own uploads, and copies of those in messages they see."""
    found = pictures_in(request, html)
    uploads = Attachment.objects.filter(uploaded_by=agent_of(request), is_inline=True)
    free = uploads.filter(message=None).in_bulk([pk for pk, _name in found.values()])
    others = Attachment.objects.in_bulk([pk for pk, _name in found.values() if pk not in free])
    files = {
        address: free.get(pk) or _copied(request, others.get(pk), name, is_inline=True)
        for address, (pk, name) in found.items()
    }
    return _readdressed(html, {a: f"cid:{file.content_id}" for a, file in files.items()}), _once(files.values())


def _copied(request: HttpRequest, source: Attachment | None, name: str, *, is_inline: bool = False) -> Attachment:
    try:
        if source is not None:
            return copy_file(agent=agent_of(request), file=source, is_inline=is_inline)
    except MissingFile:
        pass  # Hidden or absent is one answer, in the words the writer knows.
    raise MissingFile(name)


def _once(files: Iterable[Attachment]) -> list[Attachment]:
    """The same picture pasted twice has one Content-ID, and is one part of the mail."""
    return list({file.content_id: file for file in files}.values())


def with_addresses(html: str, files: Iterable[Attachment]) -> str:
    """The reverse: a text whose `cid:` pictures have addresses on the desk."""
    if "cid:" not in html:
        return html
    return _readdressed(
        html, {f"cid:{f.content_id}": reverse("desk:attachment", args=[f.pk, f.name]) for f in files if f.content_id}
    )


def _readdressed(html: str, addresses: Mapping[str, str]) -> str:
    return _IMAGE.sub(lambda m: f'{m[1]}{escape(addresses.get(m[2], "")) or m[2]}"', html)
