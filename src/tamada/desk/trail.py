"""The audit trail in the words of its reader."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tamada.accounts.models import Role
from tamada.assistant.handing_note import REASONS
from tamada.assistant.models import Mode, Verdict
from tamada.automation.models import Hours, Method, Road, Visibility
from tamada.automation.points import triggers
from tamada.calendars.models import Weekday
from tamada.conversations.models import Priority, Status
from tamada.core import personal
from tamada.core.language import labelled, readers_language
from tamada.core.models import AuditEntry
from tamada.kit.services.template import Service as Template
from tamada.kit.services.template import in_language
from tamada.knowledge.models import Audience
from tamada.operations.models import ByItself, HandoffStatus, Job, JobStatus, State, StepStatus
from tamada.privacy.models import Reason as Erased

from . import times
from .trail_words import ACTIONS, FIELDS, OBJECTS, PROOFS

CHOICES: Final[Mapping[str, tuple[type[TextChoices], ...]]] = {
    "audience": (Audience,),
    "cause": (ByItself,),
    "hours": (Hours,),
    "method": (Method,),
    "mode": (Mode,),
    "priority": (Priority,),
    "reason": (Erased,),
    "road": (Road,),
    "role": (Role,),
    "status": (Status, JobStatus, StepStatus, State, HandoffStatus),
    "verdict": (Verdict,),
    "visibility": (Visibility,),
}
"""What a value may be of; the same word means the same in each."""
NAMING: Final = frozenset({"fields", "changed", "asks"})
"""Whose values are names of fields themselves."""
_MANY: Final = frozenset(
    {"after", "before", "conversations", "languages", "members", "mentioned"}
    | {"passed_over", "scopes", "skills", "teams", "types"}
)
"""Whose lists are of many, even of two: not what was before and what is now."""
_COLLEAGUES: Final = frozenset(
    {"owner", "assignee", "agent", "colleague", "members", "mentioned", "was_owner", "giver"}
)
_TEAMS: Final = frozenset({"team", "teams"})
_INBOXES: Final = frozenset({"inbox", "inboxes"})
_RIGHTS: Final = {"read": pgettext_lazy("verb, what a token may do", "Read"), "write": gettext_lazy("Write")}
_CODES: Final[Mapping[str, Mapping[str, Any]]] = {
    "by": PROOFS,
    "scopes": _RIGHTS,
    "assistant.handed_over.reason": REASONS,
}
"""Words of codes by field, or by action and field."""
_OF_JOBS: Final = frozenset({"step", "passed_over"})
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,6})?\+\d\d:\d\d")


def action(entry: AuditEntry) -> str:
    """What was done; the code itself for an action this version has no words for."""
    return str(ACTIONS.get(entry.action, entry.action))


@dataclass(frozen=True, slots=True)
class Known:
    """What numbers and names in entries stand for: colleagues, teams, inboxes, and the services of jobs, by id."""

    colleagues: Mapping[int, str] = field(default_factory=dict)
    teams: Mapping[int, str] = field(default_factory=dict)
    inboxes: Mapping[int, str] = field(default_factory=dict)
    services: Mapping[int, Template] = field(default_factory=dict)

    def of_kind(self, kind: str) -> Mapping[int, str]:
        """The names of things of that kind, by id."""
        named = {"accounts.agent": self.colleagues, "accounts.team": self.teams, "conversations.inbox": self.inboxes}
        return named.get(kind, {})


def thing(entry: AuditEntry, known: Known) -> str:
    """What it was done to, by kind and number, and by the name of a colleague, a team or an inbox."""
    if not entry.object_id:
        return ""
    kind = OBJECTS.get(entry.object_type) or entry.object_type.rpartition(".")[2]
    name = known.of_kind(entry.object_type).get(entry.object_id)
    return f"{kind} #{entry.object_id} · {name}" if name else f"{kind} #{entry.object_id}"


def services_of(entries: Iterable[AuditEntry]) -> dict[int, Template]:
    """The services whose steps and questions are named in these entries, by the id of the job."""
    ids = {pk for entry in entries if _OF_JOBS & entry.changes.keys() and (pk := _job_id(entry))}
    return {job.pk: job.template for job in Job.objects.filter(pk__in=ids).select_related("version")} if ids else {}


def details(entry: AuditEntry, known: Known) -> str:
    """The changes as `field: before → after`, separated by dots."""
    told = _Teller(entry.action, known, known.services.get(_job_id(entry) or 0))
    return " · ".join(
        labelled(field_name(name, entry.action), told.value(name, value)) for name, value in entry.changes.items()
    )


def field_name(name: str, done: str = "") -> str:
    """A field in words, as it is called where that was done."""
    return str(
        FIELDS.get(f"{done}.{name}")
        or FIELDS.get(name)
        or FIELDS.get(name.removesuffix("_id"))
        or name.replace("_", " ")
    )


def _job_id(entry: AuditEntry) -> int | None:
    return entry.object_id if entry.object_type == "operations.job" else entry.changes.get("job")


@dataclass(frozen=True, slots=True)
class _Teller:
    """Tells values of one entry."""

    action: str
    known: Known
    service: Template | None

    def value(self, name: str, value: Any) -> str:
        if isinstance(value, list):
            parts = [self.value(name, part) for part in value]
            one = name in NAMING or (name in _MANY and not all(isinstance(part, list) for part in value))
            return " → ".join(parts) if len(value) == 2 and not one else ", ".join(parts) or "—"
        if isinstance(value, dict):
            parts = [f"{part_name(name, key)} {self._part(name, key, part)}" for key, part in value.items()]
            return ", ".join(parts) or "—"
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        return "—" if value in (None, "") else str(self._in_words(name, value))

    def _part(self, name: str, key: str, value: Any) -> str:
        if name == "hours" and isinstance(value, list):
            return (
                ", ".join("–".join(f"{minute // 60:02}:{minute % 60:02}" for minute in pair) for pair in value) or "—"
            )
        return self.value(key, value)

    def _in_words(self, name: str, value: Any) -> Any:
        if name in NAMING:
            return field_name(value, self.action)
        codes = _CODES.get(f"{self.action}.{name}") or _CODES.get(name, {})
        if value in codes:
            return codes[value]
        if isinstance(value, int) and (names := self._names(name)) is not None:
            return names.get(value, value)
        if self.service is not None and name in _OF_JOBS:
            return _asked(self.service, value) if name == "passed_over" else _step(self.service, value)
        if name == "trigger" and value in triggers:
            return triggers.get(value).label
        if isinstance(value, str) and _MOMENT.fullmatch(value):
            return times.with_day(datetime.fromisoformat(value))
        return next((kind(value).label for kind in CHOICES.get(name, ()) if value in kind.values), value)

    def _names(self, name: str) -> Mapping[int, str] | None:
        known = self.known
        named = ((_COLLEAGUES, known.colleagues), (_TEAMS, known.teams), (_INBOXES, known.inboxes))
        return next((names for fields, names in named if name in fields), None)


def part_name(name: str, key: str) -> str:
    """One of several in a field, in words: those erased by kind, terms by kind, texts by language, hours by day."""
    if name in ("counts", "left") and key in personal.erasers:
        return str(personal.erasers.get(key).title)
    if name == "days" and key in personal.expiries:
        return str(personal.expiries.get(key).title)
    if name == "hours" and key.isdecimal():
        return str(Weekday(int(key)).label)
    return key if name == "names" else field_name(key)


def _step(service: Template, key: str) -> str:
    step = service.steps.get(key)
    return in_language(step.name, readers_language()) if step is not None else key


def _asked(service: Template, name: str) -> str:
    asked = (one for step in service.steps.values() for one in step.form if one.id == name)
    return next((in_language(one.label, readers_language()) for one in asked), name)
