"""Services in the settings: what is offered, drawn as a picture, and taken from YAML in versions."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tamada.accounts.models import Team
from tamada.calendars.queries import calendars
from tamada.core.language import readers_language
from tamada.kit.numbers import row_number
from tamada.kit.services.picture import PHONE, WIDE, Words, draw
from tamada.kit.services.problems import Problems
from tamada.kit.services.reading import look
from tamada.kit.services.template import Service as Template
from tamada.kit.services.writing import text_of, write
from tamada.kit.text.transliterate import latin_letters
from tamada.operations import actions, dose, job_queries, versions
from tamada.operations.errors import NewerVersion
from tamada.operations.models import JobStatus, Risk, Service, StepStatus

from .. import times
from ..access import actor_of, agent_of
from ..forms.notices import DoseForm
from ..forms.service import MOST, Keys, do, keys_for_form, keys_in, new_service, with_ids, without_idle
from ..forms.service_drawn import drawn, shown_languages
from ..forms.service_trouble import Trouble, language_to_show, troubles
from ..job_words import doer_name, services_by_name, spoken, told_changes
from .settings import needs, shown

_PERMISSION = "service.settings"
LARGEST = 500_000
"""Letters of a template, as `kit.services.reading` takes them."""


def _by(request: HttpRequest) -> dict[str, Any]:
    return {"agent": agent_of(request), "actor": actor_of(request)}


@require_GET
@needs(_PERMISSION)
def services(request: HttpRequest) -> HttpResponse:
    """What there is, with its newest version."""
    rows = services_by_name(job_queries.services().select_related("team", "calendar"))
    listed = [(row, name, len(version.template.steps)) for name, row, version in rows]
    return shown(request, "services", {"services": listed})


@require_http_methods(["GET", "POST"])
@needs(_PERMISSION)
def service(request: HttpRequest, pk: int) -> HttpResponse:
    """One service: its picture and steps, and who delivers it by which hours."""
    row = get_object_or_404(Service, pk=pk)
    if request.method == "POST":
        chosen = {"team": Team.objects.all(), "calendar": calendars()}
        changes: dict[str, Any] = {
            name: rows.filter(pk=row_number(request.POST.get(name))).first() for name, rows in chosen.items()
        }
        actions.settle_service(**_by(request), service=row, **changes, is_active="is_active" in request.POST)
        messages.success(request, _("Saved."))
        return redirect("desk:settings_service", row.pk)
    version = row.versions.get(number=row.version)
    template = version.template
    context = {
        "service": row,
        "name": spoken(template.name),
        "about": spoken(template.about),
        "result": spoken(template.result),
        "within": times.hours_span(template.within) if template.within else "",
        "may_begin": template.customers_may_begin,
        "wide": _picture(template, WIDE),
        "narrow": _picture(template, PHONE),
        "stages": _stages(template),
        "teams": Team.objects.all(),
        "calendars": calendars(),
        "versions": [
            (f"{row.key}-{one.number}.yaml", one) for one in row.versions.select_related("made_by").defer("text")[:20]
        ],
        "older": versions.older(row).count(),
        "running": row.jobs.filter(status__in=(JobStatus.ACTIVE, JobStatus.WAITING, JobStatus.PLANNED)).count(),
    }
    return shown(request, "service", context)


def _stages(template: Template) -> list[tuple[str, list[dict[str, Any]]]]:
    return [
        (
            spoken(stage.name),
            [
                {
                    "name": spoken(step.name),
                    "by": doer_name(step.doer),
                    "takes": times.hours_span(step.takes),
                    "after": [spoken(template.steps[key].name) for key in step.after],
                    "asks": [spoken(field.label) for field in step.form],
                }
                for step in stage.steps
            ],
        )
        for stage in template.stages
    ]


def _picture(template: Template, width: float) -> SafeString:
    statuses = {value: str(label) for value, label in (*StepStatus.choices, *Risk.choices)}
    about = _("The steps of this service and what each waits for. They stand below as a list.")
    words = Words(doer=doer_name, lasts=times.hours_span, about=about, status=statuses)
    # It escapes every text of the template.
    return mark_safe(draw(template, readers_language(), words, width=width))  # noqa: S308


@require_http_methods(["GET", "POST"])
@needs(_PERMISSION)
def move_jobs(request: HttpRequest, pk: int) -> HttpResponse:
    """What it would mean for jobs under way to go on by the newest version; and that they do."""
    row = get_object_or_404(Service, pk=pk)
    if request.method == "POST":
        actions.ask_to_move(**_by(request), service=row)
        messages.success(request, _("The jobs are being moved, a hundred at a time."))
        return redirect("desk:settings_service", row.pk)
    seen = versions.preview(row)
    context = {
        "service": row,
        "name": spoken(row.versions.get(number=row.version).template.name),
        "seen": seen,
        "changes": [(one, many, told_changes(found)) for one, many, found in seen.changes],
        "keeps": _named_steps(seen, seen.keeps),
        "passed": _named_steps(seen, seen.passed),
    }
    return shown(request, "service_move", context)


def _named_steps(seen: versions.Preview, counted: dict[str, int]) -> list[tuple[str, int]]:
    """Steps of any of these versions by their names, and for how many jobs that is so."""
    names = {
        step.id: spoken(step.name) for _version, _many, found in seen.changes for step in (*found.removed, *found.added)
    }
    return [(names.get(key, key), many) for key, many in counted.items()]


@require_http_methods(["GET", "POST"])
@needs(_PERMISSION)
def edit_service(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """All of a service in one form; a button changes what stands in it, and saving makes one version of it."""
    row = None if pk is None else get_object_or_404(Service, pk=pk)
    if row is not None and len(row.versions.get(number=row.version).template.steps) > MOST:
        return redirect(f"{reverse('desk:take_service')}?from={row.key}")
    what = request.POST.get("do", "")
    edit = _Edit.begun(row) if request.method == "GET" else _Edit.sent(row, request.POST)
    if what != "save":
        edit.open_at = do(edit.keys, what) or edit.open_at
    elif (saved := edit.save(request)) is not None:
        return redirect("desk:settings_service", saved.pk)
    context = {"service": row, "edit": edit, "keys_taken": edit.taken, "letters": latin_letters(), **edit.drawn()}
    return shown(request, "service_edit", context, status=409 if edit.is_behind else 422 if edit.troubles else 200)


@dataclass(slots=True)
class _Edit:
    """A form that is being filled in, begun at the version `base`. `is_behind` is whether somebody else has saved
    another one meanwhile; saved once more, this replaces it.
    """

    keys: Keys
    base: int
    row: Service | None = None
    shown: str = ""
    """The language whose texts are in sight; "" for the reader's."""
    open_at: str = ""
    troubles: list[Trouble] = field(default_factory=list)
    is_behind: bool = False

    @classmethod
    def begun(cls, row: Service | None) -> "_Edit":
        if row is None:
            return cls(new_service(), 0, open_at="s0-t0")
        return cls(keys_for_form(row.versions.get(number=row.version).template), row.version, row)

    @classmethod
    def sent(cls, row: Service | None, given: QueryDict) -> "_Edit":
        shown = given.get("texts-in", "")
        edit = cls(keys_in(given), row_number(given.get("base")) or 0, row, shown if shown in shown_languages() else "")
        if row is not None:
            edit.keys["service"] = row.key
        return edit

    @property
    def taken(self) -> list[str]:
        """The ids of all services, where this one has none of its own yet."""
        return [] if self.row else list(Service.objects.values_list("key", flat=True))

    def with_ids(self) -> Keys:
        version = self.row.versions.filter(number=self.base).first() if self.row else None
        return with_ids(self.keys, version.template if version else None, self.taken)

    def drawn(self) -> dict[str, Any]:
        """What the page draws, with all that is wrong in sight."""
        shown = language_to_show(self.troubles, self.shown or readers_language())
        return drawn(self.keys, made=self.with_ids(), troubles=self.troubles, shown=shown, open_at=self.open_at)

    def save(self, request: HttpRequest) -> Service | None:
        """The service with its new version; None where something is wrong, which is said then."""
        keys = without_idle(self.with_ids())
        reading = look(text := text_of(keys))
        if reading.service is None:
            self.troubles = troubles(keys, text, [one for one in reading.problems if not one.is_warning])
            return None
        try:
            saved, is_new = actions.save_service(
                **_by(request), text=write(reading.service), base=self.base if self.row else 0
            )
        except NewerVersion as newer:
            if self.row is None:
                self.troubles = [Trouble("id", "", _("Id"), _("There is a service of this id already."))]
            else:
                self.is_behind, self.base = True, newer.number
            return None
        _say_saved(request, saved, is_new=is_new)
        return saved


def _say_saved(request: HttpRequest, row: Service, *, is_new: bool) -> None:
    said = _("Version %(number)s is saved.") if is_new else _("Nothing has changed since version %(number)s.")
    messages.success(request, said % {"number": row.version})


@require_http_methods(["GET", "POST"])
@needs(_PERMISSION)
def take_service(request: HttpRequest) -> HttpResponse:
    """A template in YAML: a new service, or the next version of the one it names; or all that is wrong with it."""
    text = request.POST.get("yaml", "") or _newest(request.GET.get("from", ""))
    problems: list[tuple[int, str, str]] = []
    if request.method == "POST":
        try:
            row, is_new = actions.save_service(**_by(request), text=text)
        except Problems as error:
            problems = [(one.line, one.place, one.says(_)) for one in error.problems]
        else:
            _say_saved(request, row, is_new=is_new)
            return redirect("desk:settings_service", row.pk)
    context = {"yaml": text, "problems": problems, "largest": LARGEST}
    return shown(request, "service_yaml", context, status=422 if problems else 200)


def _newest(key: str) -> str:
    """The text of a service as it is, to begin from; nothing for none."""
    row = Service.objects.filter(key=key).first()
    return row.versions.get(number=row.version).text if row else ""


@require_http_methods(["GET", "POST"])
@needs(_PERMISSION)
def notices(request: HttpRequest) -> HttpResponse:
    """When and how often customers hear of their jobs by themselves."""
    form = DoseForm(request.POST if request.method == "POST" else None, dose.chosen())
    if form.is_valid():
        dose.choose(form.dose, actor_of(request))
        messages.success(request, _("Saved."))
        return redirect("desk:settings_notices")
    return shown(request, "notices", {"form": form}, status=422 if form.is_bound else 200)


@require_GET
@needs(_PERMISSION)
def service_text(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One version as the YAML it was given in, to keep or to change."""
    del request
    row = get_object_or_404(Service, pk=pk)
    version = get_object_or_404(row.versions.all(), number=number)
    answer = HttpResponse(version.text, content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{row.key}-{version.number}.yaml"'
    return answer
