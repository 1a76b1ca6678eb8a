"""Built assets under /static/: a raw ASGI handler that answers before Django is asked.

The whole folder gets one content hash, which is part of every address (`/static/<hash>/desk.js`). References between
files stay relative, nothing is rewritten, and everything may be cached for ever; a new build has new addresses.
"""

import gzip
import hashlib
import mimetypes
from collections.abc import Awaitable, Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.http import http_date, parse_http_date_safe

from tamada.config.headers import guards

type_send = Callable[[dict[str, Any]], Awaitable[None]]

PREFIX = "/static/"
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
        """Answer one GET or HEAD request whose path starts with PREFIX."""
        if scope["method"] not in ("GET", "HEAD"):
            await _answer(send, 405, [(b"allow", b"GET, HEAD")], b"")
            return
        version, _, name = scope["path"].removeprefix(PREFIX).partition("/")
        file = self._find(name)
        if file is None:
            await _answer(send, 404, [(b"content-type", b"text/plain; charset=utf-8")], b"Not found\n")
            return
        request = dict(scope["headers"])
        modified = int(file.stat().st_mtime)
        headers = self._headers(file, modified, lasting=version == self.current != "dev")
        since = parse_http_date_safe(request.get(b"if-modified-since", b"").decode("latin-1"))
        if since is not None and modified <= since:
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

    def _headers(self, file: Path, modified: int, *, lasting: bool) -> list[tuple[bytes, bytes]]:
        kind = TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        if kind.startswith("text/") or kind.endswith(("json", "xml")):
            kind += "; charset=utf-8"
        cache = b"public, max-age=31536000, immutable" if lasting else b"no-cache"
        return [
            (b"content-type", kind.encode()),
            (b"cache-control", cache),
            (b"last-modified", http_date(modified).encode()),
        ]


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
