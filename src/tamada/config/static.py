"""Built assets under /static/: a raw ASGI handler that answers before Django is asked.

The whole folder gets one content hash, which is part of every address (`/static/<hash>/desk.js`). References between
files stay relative, nothing is rewritten, and everything may be cached for ever; a new build has new addresses.

The chat widget stands in pages of others, which name `/widget.js`: a lasting address, asked again after five minutes.
What it loads later (`/static/widget/<name>`) has a hash in its name. Any origin may read both.
"""

import gzip
import hashlib
import json
import mimetypes
import re
from collections.abc import Awaitable, Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.http import http_date, parse_http_date_safe

from tamada.config.headers import guards

type_send = Callable[[dict[str, Any]], Awaitable[None]]

PREFIX = "/static/"
WIDGET = {"/widget.js": "widget.js", "/static/widget/panel.js": "widget-panel.js"}  # Address → name in the manifest.
WIDGET_AGE = 300  # Seconds that a browser uses them without asking.
HASHED = re.compile(r"widget-[a-z-]+-[A-Z0-9]{8}\.js")
COMPRESSIBLE = (".js", ".css", ".svg", ".json", ".html", ".txt", ".webmanifest", ".map")
TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}


def url_prefix(folder: Path, *, debug: bool) -> str:
    """`/static/<hash>/`. While developing the hash is `dev`, which is never cached."""
    return f"{PREFIX}dev/" if debug else f"{PREFIX}{folder_hash(folder)}/"


@lru_cache(maxsize=4)
def folder_hash(folder: Path) -> str:
    """Twelve hex digits over names and contents; the same on every machine with the same build."""
    digest = hashlib.sha256()
    visible = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    for file in sorted(visible) if folder.is_dir() else ():
        digest.update(f"{file.relative_to(folder).as_posix()}\0{file.stat().st_size}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


class StaticFiles:
    """Serves the files of one folder. Only names found inside it at the time of asking; no listing, no symlinks out."""

    def __init__(self, folder: Path, current: str) -> None:
        self.folder = folder.resolve()
        self.current = current

    async def __call__(self, scope: dict[str, Any], send: type_send) -> None:
        """Answer one GET or HEAD request whose path starts with PREFIX or is one of WIDGET."""
        if scope["method"] not in ("GET", "HEAD"):
            await _answer(send, 405, [(b"allow", b"GET, HEAD")], b"")
            return
        version, _, name = scope["path"].removeprefix(PREFIX).partition("/")
        lasting_address = WIDGET.get(scope["path"])
        file = self._find(self._built(lasting_address) if lasting_address else name)
        if file is None:
            await _answer(send, 404, [(b"content-type", b"text/plain; charset=utf-8")], b"Not found\n")
            return
        request = dict(scope["headers"])
        modified = int(file.stat().st_mtime)
        if lasting_address:
            headers = self._headers(file, modified, f"public, max-age={WIDGET_AGE}")
        else:
            lasting = version == self.current != "dev" or HASHED.fullmatch(name)
            headers = self._headers(file, modified, "public, max-age=31536000, immutable" if lasting else "no-cache")
        if _is_unchanged(request, dict(headers), modified):
            await _answer(send, 304, headers, b"")
            return
        body = file.read_bytes()
        if file.suffix in COMPRESSIBLE:
            headers.append((b"vary", b"accept-encoding"))
            if b"gzip" in request.get(b"accept-encoding", b""):
                headers.append((b"content-encoding", b"gzip"))
                body = _gzipped(file, modified)
        await _answer(send, 200, headers, body, head=scope["method"] == "HEAD")

    def _find(self, name: str) -> Path | None:
        if not name or "\0" in name or "/." in f"/{name}":
            return None
        file = (self.folder / name).resolve()
        return file if file.is_relative_to(self.folder) and file.is_file() else None

    def _built(self, name: str) -> str:
        """The file that the last build made under this plain name."""
        try:
            return str(json.loads((self.folder / "manifest.json").read_bytes()).get(name, ""))
        except FileNotFoundError:
            return ""

    def _headers(self, file: Path, modified: int, cache: str) -> list[tuple[bytes, bytes]]:
        kind = TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        if kind.startswith("text/") or kind.endswith(("json", "xml")):
            kind += "; charset=utf-8"
        headers = [
            (b"content-type", kind.encode()),
            (b"cache-control", cache.encode()),
            (b"last-modified", http_date(modified).encode()),
        ]
        if file.name.startswith("widget"):
            # A page of any origin imports them, one that is isolated (COEP) as well; nothing in them is anybody's own.
            headers += [
                (b"access-control-allow-origin", b"*"),
                (b"cross-origin-resource-policy", b"cross-origin"),
                (b"etag", _tag(file, modified)),
            ]
        return headers


def _is_unchanged(request: dict[bytes, bytes], headers: dict[bytes, bytes], modified: int) -> bool:
    """Whether the asker has these very bytes; a tag of theirs outranks a date (RFC 9110, 13.1.3)."""
    if (tags := request.get(b"if-none-match")) is not None and b"etag" in headers:
        return headers[b"etag"] in (tag.strip() for tag in tags.split(b","))
    since = parse_http_date_safe(request.get(b"if-modified-since", b"").decode("latin-1"))
    return since is not None and modified <= since


@lru_cache(maxsize=64)
def _tag(file: Path, modified: int) -> bytes:
    """Weak, for the same content travels compressed and plain. `modified` is part of the key, as below."""
    return f'W/"{hashlib.sha256(file.read_bytes()).hexdigest()[:16]}"'.encode()


@lru_cache(maxsize=64)
def _gzipped(file: Path, modified: int) -> bytes:
    """Compressed once per build and kept; `modified` is part of the key so that a new build is seen."""
    return gzip.compress(file.read_bytes(), 6, mtime=modified)


async def _answer(
    send: type_send, status: int, headers: list[tuple[bytes, bytes]], body: bytes, *, head: bool = False
) -> None:
    length = [] if status == 304 else [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers + guards() + length})
    await send({"type": "http.response.body", "body": b"" if head else body})
