"""Everything about one person in one file: a page they can read, the same as JSON, and their files.

GDPR articles 15 and 20: a copy of the data, in a form that a person and a program can read.
"""

import json
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from html import escape
from typing import IO, Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Choices
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tamada.accounts import company
from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.core import audit, dates, personal
from tamada.core.actors import Actor
from tamada.core.language import readers_language
from tamada.customers.models import Customer

LABELS: Final = {
    "address": gettext_lazy("Address"),
    "added": gettext_lazy("Added"),
    "agreed": gettext_lazy("Agreed"),
    "at": gettext_lazy("Time"),
    "author": gettext_lazy("From"),
    "blocked since": gettext_lazy("Blocked since"),
    "cc": gettext_lazy("Cc"),
    "city": gettext_lazy("City"),
    "closed": gettext_lazy("Closed"),
    "company": gettext_lazy("Company"),
    "conversation": gettext_lazy("Conversation"),
    "file": gettext_lazy("File"),
    "files": gettext_lazy("Files"),
    "first seen": gettext_lazy("First seen"),
    "how": gettext_lazy("How we were told"),
    "inbox": gettext_lazy("Inbox"),
    "kind": gettext_lazy("Kind"),
    "language": gettext_lazy("Language"),
    "last active": gettext_lazy("Last active"),
    "last activity": gettext_lazy("Last activity"),
    "name": gettext_lazy("Name"),
    "note": gettext_lazy("Note"),
    "number": gettext_lazy("Number"),
    "on": gettext_lazy("Day"),
    "original": gettext_lazy("Original"),
    "paused": gettext_lazy("Paused since"),
    "purpose": gettext_lazy("Purpose"),
    "quoted text": gettext_lazy("Quoted text"),
    "size": gettext_lazy("Size"),
    "started": gettext_lazy("Started"),
    "status": gettext_lazy("Status"),
    "subject": gettext_lazy("Subject"),
    "tags": gettext_lazy("Tags"),
    "text": gettext_lazy("Text"),
    "time zone": gettext_lazy("Time zone"),
    "to": gettext_lazy("To"),
    "type": gettext_lazy("Type"),
    "verified": gettext_lazy("Verified"),
    "version": gettext_lazy("Version"),
    "who": gettext_lazy("Who"),
    "words": gettext_lazy("Words"),
}
"""The names of fields, for people; a company's own fields have their own."""

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem}"
    "h2{margin-top:2.5rem}dl{display:grid;grid-template-columns:11rem 1fr;gap:.1rem 1rem;"
    "border-top:1px solid #ddd;padding:.7rem 0;margin:0}dt{color:#666}dd{margin:0;white-space:pre-wrap;"
    "overflow-wrap:anywhere}@media(max-width:30rem){dl{grid-template-columns:1fr}}"
)


def export_person(*, agent: Agent, actor: Actor, customer: Customer, to: IO[bytes]) -> None:
    """Write a zip archive with `index.html`, `data.json` and files. Raises PermissionDenied.

    Memory stays small whatever there is: rows and files are written one by one.
    """
    require(agent, "privacy.export")
    with transaction.atomic():
        audit.record(actor, "customer.exported", customer)
    with (
        translation.override(customer.language or company.language()),
        timezone.override(customer.time_zone or company.time_zone() or settings.TIME_ZONE),
        zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive,
    ):
        _write(archive, "data.json", _as_json(customer))
        _write(archive, "index.html", _as_html(customer))
        missing = [path for path in _files(archive, customer) if path]
        if missing:
            archive.writestr("missing.txt", "\n".join(missing))


def _write(archive: zipfile.ZipFile, name: str, pieces: Iterator[str]) -> None:
    with archive.open(name, "w", force_zip64=True) as file:
        for piece in pieces:
            file.write(piece.encode("utf-8", "replace"))


def _files(archive: zipfile.ZipFile, customer: Customer) -> Iterator[str]:
    """Add each file; yields the paths of those whose bytes are gone."""
    for holding in personal.holdings:
        for path, read in holding.files(customer.pk) if holding.files else ():
            content = read()
            if content is None:
                yield path
            else:
                archive.writestr(path, content)


def _as_json(customer: Customer) -> Iterator[str]:
    head = {"exported_at": timezone.now().isoformat(), "company": company.name(), "customer": str(customer.pk)}
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "holdings": {'
    for place, (name, holding) in enumerate(personal.holdings.all().items()):
        about = {"title": str(holding.title), "purpose": str(holding.purpose)}
        yield (
            (", " if place else "")
            + json.dumps(name)
            + ": "
            + json.dumps(about, ensure_ascii=False)[:-1]
            + ', "rows": ['
        )
        for number, row in enumerate(holding.rows(customer.pk)):
            yield (",\n" if number else "\n") + json.dumps(row, ensure_ascii=False, default=_plain)
        yield "]}"
    yield "}}\n"


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, (date, datetime)) else str(value)


def _as_html(customer: Customer) -> Iterator[str]:
    title = _("What {company} keeps about {name}").format(company=company.name(), name=customer.name or _("you"))
    language = readers_language()
    yield f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{escape(title)}</title>'
    yield f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style><h1>{escape(title)}</h1>'
    day = dates.whole_written(timezone.now())
    told = _("As of {day}. All times are those of {zone}.").format(day=day, zone=timezone.get_current_timezone_name())
    yield f"<p>{escape(told)}</p>"
    for holding in personal.holdings:
        if not holding.count(customer.pk):
            continue
        yield f"<h2>{escape(str(holding.title))}</h2><p>{escape(str(holding.purpose))}</p>"
        for row in holding.rows(customer.pk):
            yield f"<dl>{''.join(_line(name, value) for name, value in row.items())}</dl>"
    yield "</html>"


def _line(name: str, value: Any) -> str:
    if value in ("", None, []):
        return ""
    if name == "language":
        value = dict(settings.LANGUAGES).get(value, value)
    return f"<dt>{escape(str(LABELS.get(name, name)))}</dt><dd>{escape(_shown(value))}</dd>"


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Choices):
        return str(value.label)
    if isinstance(value, datetime):
        return dates.whole_written(value)
    if isinstance(value, date):
        return dates.written(value)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
