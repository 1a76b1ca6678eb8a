"""Who reads: whoever holds a link. Nothing else is known of them, and no cookie is set.

The link stands in the path of every page, so pages send no referrer, are kept nowhere and listed nowhere. Whoever does
not know it can't send a form in its holder's name: there is nothing that a browser would send along by itself.
"""

import secrets
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

from tamada.accounts import company
from tamada.core import limits
from tamada.core.callers import caller
from tamada.customers.models import Customer
from tamada.kit import origins
from tamada.operations.models import Job, RequestLink

from ..refusals import Busy, Foreign

ROOT: Final = "/requests"
LANGUAGES: Final = tuple(code for code, _name in settings.LANGUAGES)
_WRONG: Final = (60, 600)
_WRITE: Final = (60, 600)
_FILES: Final = (60, 3600)


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit by a link. `chosen` is the language that was asked for on the page, "" where none was."""

    link: RequestLink
    customer: Customer
    words: str
    chosen: str

    @property
    def is_narrow(self) -> bool:
        """Whether the link opens one job alone."""
        return self.link.job_id is not None

    @property
    def home(self) -> str:
        """The first page of all that the link opens."""
        return self.path() if self.link.job_id is None else self.path("jobs", self.link.job_id)

    def path(self, *parts: str | int, **query: str) -> str:
        """An address of theirs; the language that they chose goes along."""
        asked = {"language": self.chosen, **query}
        found = urlencode({name: value for name, value in asked.items() if value})
        path = "/".join([ROOT, quote(self.words, safe=""), *(quote(str(part), safe="") for part in parts)])
        return f"{path}?{found}" if found else path

    def job(self, job: Job, *parts: str, **query: str) -> str:
        """An address of a job."""
        return self.path("jobs", job.pk, *parts, **query)

    def language(self, job: Job | None = None) -> str:
        """What they read: what they chose, what the job is spoken about in, their own, the company's."""
        offered = (self.chosen, job.language if job else "", self.customer.language, company.language(), "en")
        return next(code for code in offered if code in LANGUAGES)


def chosen_language(request: HttpRequest) -> str:
    """What was asked for in the address."""
    asked = request.GET.get("language", "")
    return asked if asked in LANGUAGES else ""


def language_of_browser(request: HttpRequest) -> str:
    """For who holds no link that opens anything: of them we know nothing else."""
    for code, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")[:500]):
        if (short := code.partition("-")[0]) in LANGUAGES:
            return short
    return company.language() if company.language() in LANGUAGES else "en"


def note_wrong(request: HttpRequest) -> None:
    """Count a link that opens nothing. Raises `Busy` for who tries many."""
    address, factor = caller(request)
    most, seconds = _WRONG
    if not limits.hit(f"requests:wrong:{address}", most * factor, seconds):
        raise Busy(seconds)


def check_form(request: HttpRequest, visit: Visit) -> None:
    """Take forms of our own pages only, and so many. Raises `Foreign`, `Busy`.

    As the page sends no referrer, browsers call its origin "null": that is no other site's.
    """
    fetched, origin = request.headers.get("Sec-Fetch-Site", ""), request.headers.get("Origin", "null")
    if fetched and fetched not in ("same-origin", "none"):
        raise Foreign
    if origin != "null" and not origins.is_of(origin, request.META.get("HTTP_HOST", "")):
        raise Foreign
    _count("write", visit, _WRITE, 1)
    _count("files", visit, _FILES, sum(len(files) for _name, files in request.FILES.lists()))


def _count(what: str, visit: Visit, window: tuple[int, int], times: int) -> None:
    most, seconds = window
    for _ in range(times):
        if not limits.hit(f"requests:{what}:{visit.link.pk}", most, seconds):
            raise Busy(seconds)


def new_key() -> str:
    """The name of one filling of a form."""
    return secrets.token_urlsafe(16)
