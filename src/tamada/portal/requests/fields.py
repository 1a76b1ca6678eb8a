"""The questions of a step as a form asks them, filled with what is known, and what came back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest

from tamada.channels.chat.settings import FILE_TYPES, LARGEST_FILE
from tamada.kit.services.template import Field, in_language
from tamada.operations.actions import GivenFile
from tamada.operations.answer_words import as_text, choices

_PREFIX: Final = "answer-"
_TYPES: Final = {"number": "number", "date": "date", "phone": "tel", "email": "email"}
_HELPS: Final = {"phone": "tel", "email": "email"}
ACCEPTED: Final = ",".join(FILE_TYPES)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: how it is asked, what stands in it, and what is wrong with that."""

    name: str
    label: str
    kind: str
    type: str
    fills: str
    is_required: bool
    is_known: bool
    choices: list[tuple[str, str]]
    value: str
    error: str


def asked(
    form: Iterable[Field],
    known: Mapping[str, Any],
    language: str,
    *,
    given: Mapping[str, str],
    wrong: Mapping[str, str],
) -> list[Asked]:
    """The questions of a form. `given` is what was sent and refused, by field; `wrong` says why."""
    return [_asked(field, known.get(field.id), language, given.get(field.id), wrong) for field in form]


def _asked(field: Field, known: Any, language: str, given: str | None, wrong: Mapping[str, str]) -> Asked:
    return Asked(
        name=_PREFIX + field.id,
        label=in_language(field.label, language),
        kind=field.kind,
        type=_TYPES.get(field.kind, "text"),
        fills=_HELPS.get(field.kind, "off"),
        is_required=field.required,
        is_known=given is None and known not in (None, ""),
        choices=choices(field, language),
        value=as_text(known) if given is None else given,
        error=wrong.get(field.id, ""),
    )


def answers_in(request: HttpRequest, form: Iterable[Field]) -> dict[str, str]:
    """What was sent, by the template's words; files are told apart."""
    names = [field.id for field in form if field.kind != "file"]
    return {name: request.POST.get(_PREFIX + name, "") for name in names}


def files_in(request: HttpRequest, form: Iterable[Field] = ()) -> list[GivenFile]:
    """The files that were sent, each no further than it may be long: what is longer is refused."""
    asked_for = [field.id for field in form if field.kind == "file"]
    found = [_given(file) for file in request.FILES.getlist("files")]
    return found + [_given(file, name) for name in asked_for for file in request.FILES.getlist(_PREFIX + name)]


def _given(file: Any, field: str = "") -> GivenFile:
    return GivenFile(name=file.name or "", content=file.read(LARGEST_FILE + 1), field=field)
