"""The audit trail: looked through, taken away as CSV or JSON Lines, kept as long as somebody chose."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from tamada.accounts import actions, company
from tamada.accounts.models import Agent, Team
from tamada.conversations.models import Inbox
from tamada.core import audit
from tamada.core.models import AuditEntry

from .. import trail, trail_words
from ..access import actor_of, agent_of
from ..keyset import page_of
from ..proven import proven
from .settings import needs, shown

_ALL: Final = pgettext_lazy("every kind of action", "All")
_FIELDS: Final = ("id", "at", "actor_kind", "actor_id", "actor_name", "action", "object_type", "object_id", "changes")
_KINDS: Final = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson; charset=utf-8"}


def _people() -> list[tuple[str, Any]]:
    return [("", _ALL), *((str(pk), name) for pk, name in Agent.objects.order_by("name").values_list("pk", "name"))]


def _day(**options: Any) -> forms.DateField:
    return forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}), **options)


class SearchForm(forms.Form):
    """Who, what, to which thing, when."""

    who = forms.ChoiceField(label=gettext_lazy("Who"), choices=_people, required=False)
    action = forms.ChoiceField(
        label=gettext_lazy("Action"), choices=lambda: [("", _ALL), *trail_words.ACTIONS.items()], required=False
    )
    thing = forms.ChoiceField(
        label=gettext_lazy("Where"), choices=lambda: [("", _ALL), *trail_words.OBJECTS.items()], required=False
    )
    number = forms.IntegerField(
        label=pgettext_lazy("of a thing", "Number"), required=False, min_value=1, max_value=2**63 - 1
    )
    since = _day(label=pgettext_lazy("a day", "From"))
    until = _day(label=pgettext_lazy("a day", "Until"))

    def asked(self) -> audit.Search:
        """What is looked for; a field that can't be read asks nothing. Days are those of the reader."""
        data = self.cleaned_data
        until = data.get("until")
        return audit.Search(
            actor=int(data["who"]) if data.get("who") else None,
            action=data.get("action") or "",
            object_type=data.get("thing") or "",
            object_id=data.get("number"),
            since=_midnight(data.get("since")),
            until=_midnight(until + timedelta(days=1)) if until else None,
        )


def _midnight(day: Any) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None


@require_GET
@needs("audit.read")
def trail_page(request: HttpRequest) -> HttpResponse:
    """Who did what, newest first."""
    form = SearchForm(request.GET)
    form.is_valid()
    page = page_of(request, audit.find(form.asked()))
    known = trail.Known(_names(Agent), _names(Team), _names(Inbox), trail.services_of(page))
    rows = [(entry, trail.action(entry), trail.thing(entry, known), trail.details(entry, known)) for entry in page]
    query = request.GET.copy()
    query.pop("page", None)
    years = [(number, _years(number)) for number in company.AUDIT_YEARS]
    context = {"page": page, "rows": rows, "form": form, "query": query.urlencode(), "years": years}
    return shown(request, "audit", context | {"kept": company.audit_years()})


def _names(model: type[Model]) -> dict[int, str]:
    return dict(model._base_manager.order_by().values_list("pk", "name"))  # noqa: SLF001  what is closed has a name too


def _years(number: int) -> str:
    return ngettext("%(count)d year", "%(count)d years", number) % {"count": number} if number else _("For ever")


@require_GET
@needs("audit.read")
@proven(reads=True)
def export(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """What was found, as a file."""
    if kind not in _KINDS:
        raise Http404
    form = SearchForm(request.GET)
    form.is_valid()
    found = actions.export_audit(agent=agent_of(request), actor=actor_of(request), asked=form.asked())
    lines = _csv(found) if kind == "csv" else _json_lines(found)
    answer = StreamingHttpResponse(lines, content_type=_KINDS[kind])
    answer["Content-Disposition"] = f'attachment; filename="audit-{timezone.now():%Y-%m-%d}.{kind}"'
    return answer


def _row(entry: AuditEntry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in _FIELDS} | {"at": entry.at.isoformat()}


def _json_lines(found: Iterator[list[AuditEntry]]) -> Iterator[str]:
    for batch in found:
        yield "".join(json.dumps(_row(entry), ensure_ascii=False) + "\n" for entry in batch)


def _csv(found: Iterator[list[AuditEntry]]) -> Iterator[str]:
    yield ",".join(_FIELDS) + "\r\n"
    for batch in found:
        out = io.StringIO()
        writer = csv.writer(out)
        for entry in batch:
            row = _row(entry) | {"changes": json.dumps(entry.changes, ensure_ascii=False)}
            writer.writerow([_cell(value) for value in row.values()])
        yield out.getvalue()


def _cell(value: object) -> str:
    """No spreadsheet takes it for a formula: names come from people."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


@require_POST
@needs("company.settings")
@proven
def keep(request: HttpRequest) -> HttpResponse:
    """How long entries are kept."""
    years = request.POST.get("years", "")
    if years.isdecimal() and int(years[:4]) in company.AUDIT_YEARS:
        actions.keep_audit(agent=agent_of(request), actor=actor_of(request), years=int(years[:4]))
        messages.success(request, _("Saved."))
    return redirect("desk:settings_audit")
