"""The Bot API over HTTP: one method a call, and what can come of it."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlsplit

import httpx
from django.conf import settings

from tamada.channels.telegram import reasons
from tamada.kit import http

OFFICIAL: Final = "https://api.telegram.org"
TIMEOUT: Final = 30.0
LARGEST_DOWNLOAD: Final = 20 * 1024 * 1024
LARGEST_UPLOAD: Final = 50 * 1024 * 1024
LARGEST_PHOTO: Final = 10 * 1024 * 1024

_BEFORE: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


class ApiError(Exception):
    """Telegram said no: `code` and `words` are its own, `retry_after` when it wants to be left alone for a while."""

    def __init__(self, code: int, words: str, retry_after: float = 0) -> None:
        super().__init__(words)
        self.code, self.words, self.retry_after = code, words, retry_after


class Unreached(Exception):
    """Nothing of the request reached Telegram; the text is the reason, as it is stored."""


class NoAnswer(Exception):
    """The request left, and no answer came: nobody knows what became of it. The text is the reason, as it is stored."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to be sent: the parameter it is for, its name, type and bytes."""

    field: str
    name: str
    type: str
    content: bytes


class Api:
    """Telegram as one bot sees it. Connections are not kept beyond the `with`: a stale one would lose an answer."""

    def __init__(self, token: str, *, timeout: float = TIMEOUT) -> None:
        base = (settings.TAMADA.telegram_url or OFFICIAL).rstrip("/")
        self._calls, self._files = f"{base}/bot{token}", f"{base}/file/bot{token}"
        # Who runs Tamada may name a Bot API server of their own, which stands inside; nobody else can name one.
        allow = [urlsplit(base).hostname or ""] if settings.TAMADA.telegram_url else []
        self._http = http.client(allow=allow, timeout=timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def call(self, method: str, given: Mapping[str, Any] | None = None, upload: Upload | None = None) -> Any:
        """The result of a method. Raises ApiError, Unreached, NoAnswer."""
        options: dict[str, Any] = {}
        if upload is None:
            options["json"] = given or {}
        else:
            options["data"] = {k: v if isinstance(v, str) else json.dumps(v) for k, v in (given or {}).items()}
            options["files"] = {upload.field: (upload.name, upload.content, upload.type)}
        return _result(self._post(f"{self._calls}/{method}", options))

    def _post(self, url: str, options: Mapping[str, Any]) -> httpx.Response:
        try:
            return self._http.post(url, **options)
        except (http.HttpError, *_BEFORE) as error:
            raise Unreached(_why(error)) from None  # its own text would name the address, and so the token
        except (httpx.HTTPError, OSError):
            raise NoAnswer(reasons.SILENT) from None

    def download(self, path: str, *, most: int = LARGEST_DOWNLOAD) -> bytes:
        """A file by the path that `getFile` gave. Raises ApiError, Unreached, NoAnswer, `http.TooLarge`."""
        try:
            with self._http.stream("GET", f"{self._files}/{path}") as answer:
                return _whole(answer, most)
        except http.TooLarge:
            raise
        except (http.HttpError, *_BEFORE) as error:
            raise Unreached(_why(error)) from None
        except (httpx.HTTPError, OSError):
            raise NoAnswer(reasons.SILENT) from None


def _why(error: Exception) -> str:
    """Why nothing reached Telegram."""
    if isinstance(error, http.RefusedAddress):
        return reasons.INSIDE
    if isinstance(error, http.TooSlow | httpx.TimeoutException):
        return reasons.LATE
    return reasons.UNKNOWN_NAME if isinstance(error, http.HttpError) else reasons.NO_CONNECTION


def _whole(answer: httpx.Response, most: int) -> bytes:
    if answer.status_code != httpx.codes.OK:
        raise ApiError(answer.status_code, answer.reason_phrase)
    content = bytearray()
    for chunk in answer.iter_bytes():
        content += chunk
        if len(content) > most:
            raise http.TooLarge(f"The file is longer than {most} bytes.")
    return bytes(content)


def _result(answer: httpx.Response) -> Any:
    """What Telegram said; a gateway's own page of an error is no answer of Telegram's."""
    said: Any = None
    with suppress(ValueError):
        said = answer.json()
    if not isinstance(said, dict) or "ok" not in said:
        if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise NoAnswer(reasons.TROUBLED % {"code": answer.status_code})
        raise ApiError(answer.status_code, answer.reason_phrase)
    if said["ok"]:
        return said.get("result")
    more = said.get("parameters") or {}
    code = int(said.get("error_code") or answer.status_code)
    raise ApiError(code, str(said.get("description", "")).replace("\0", "")[:300], float(more.get("retry_after") or 0))
