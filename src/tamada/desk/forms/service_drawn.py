"""The form of a service as a page draws it: its fields with what is wrong beside them, one language shown at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tamada.accounts.models import Team
from tamada.core.language import readers_language
from tamada.kit.services.reading import ASKS, KINDS, LONGEST_PROMISE, ROLES
from tamada.kit.services.sections import LONGEST_ID, LONGEST_NAME, LONGEST_TEXT, duration
from tamada.kit.services.template import Doer, in_language

from .. import times
from ..job_words import doer_name
from .service import OUTSIDE, Keys
from .service_trouble import Trouble

ALL: Final = "all"
"""All languages shown at once."""
_LONG: Final[dict[str, Any]] = {"is_long": True, "longest": LONGEST_TEXT}


@dataclass(frozen=True, slots=True)
class Text:
    """A text in one language. Where it is missing, `source` is what another says, and `source_in` which one that is."""

    code: str
    language: str
    text: str
    is_wrong: bool
    source: str = ""
    source_in: str = ""
    source_language: str = ""


@dataclass(frozen=True, slots=True)
class Texts:
    """A text with a field for each language."""

    name: str
    label: str
    rows: list[Text]
    help: str = ""
    is_long: bool = False
    longest: int = LONGEST_NAME
    id: str = ""
    wrong: str = ""
    is_name: bool = False
    """In English alone it holds in every language."""


@dataclass(frozen=True, slots=True)
class Line:
    """A field of one line. One with `made_of` holds an id, made from that text where it is left empty."""

    name: str
    label: str
    value: str
    help: str = ""
    longest: int = LONGEST_ID
    mode: str = "text"
    wrong: str = ""
    made_of: str = ""
    made: str = ""


def shown_languages() -> list[str]:
    """What can be shown: each language, or all of them."""
    return [*(code for code, _name in settings.LANGUAGES), ALL]


def drawn(
    keys: Keys, *, made: Keys, troubles: Sequence[Trouble] = (), shown: str = "", open_at: str = ""
) -> dict[str, Any]:
    """What the page draws. `made` are the same keys with their ids; the step at `open_at` stands open."""
    return _Drawing(keys, made, troubles, shown or readers_language(), open_at).all()


@dataclass(slots=True)
class _Drawing:
    keys: Keys
    made: Keys
    troubles: Sequence[Trouble]
    shown: str
    open_at: str
    names_of_texts: set[str] = field(default_factory=set)
    lacking: list[tuple[str, str]] = field(default_factory=list)
    """Names of texts, and a language that each lacks."""

    def all(self) -> dict[str, Any]:
        keys = self.keys
        steps = [step for stage in keys["stages"] for step in stage["steps"]]
        named = [(step["step"], _spoken(step["name"], "") or _("A new step")) for step in steps]
        teams = [f"team:{name}" for name in Team.objects.order_by("name").values_list("name", flat=True)]
        return {
            "texts": [
                self.texts("name", pgettext("of a service", "Name"), keys.get("name", {})),
                self.texts("about", _("What it is, for the customer"), keys.get("about", {}), **_LONG),
                self.texts("result", _("What stands at its end"), keys.get("result", {}), **_LONG),
            ],
            "lines": self.lines(),
            "customers_may_begin": keys.get("customers_may_begin", False),
            "stages": [self.stage(stage, at, named, teams) for at, stage in enumerate(keys["stages"])],
            "stages_wrong": self.wrong("stages"),
            "teams": [(one, one.partition(":")[2]) for one in teams],
            "roles": [(f"role:{name}", doer_name(Doer("role", name))) for name in ROLES],
            "kinds": _kinds(),
            "asked": _asked(),
            "languages": self.lacks(""),
            "shown": self.shown,
            "troubles": [(self.anchor(one), one) for one in self.troubles],
        }

    def lines(self) -> dict[str, Line]:
        """Those of the service itself."""
        keys = self.keys
        id_help = _("What programs call it: Latin letters, digits and _, such as key_copy. It stays.")
        within_help = _("Working time, such as 2 days or 40 h; a day is 8 hours of work, a week 5 days.")
        within_empty = _("Left empty, nothing is promised by itself.")
        first_help = _("Words of questions of our first steps that customers answer when they begin it.")
        return {
            "id": self.line(
                *("id", _("Id"), keys["service"], f"{id_help} {_made_help()}"),
                made_of="name",
                made=self.made["service"],
            ),
            "within": self.line(
                *("within", _("Promised within"), _length(keys.get("within", ""))),
                f"{within_help} {within_empty}",
                longest=60,
            ),
            "every": self.line(
                *("every", _("Again after so many months"), keys.get("every", "")),
                _("For what comes again and again; empty for everything else."),
                longest=2,
                mode="numeric",
            ),
            "first": self.line(
                *("asks_first", _("Asked first"), ", ".join(keys.get("asks_first", ())), first_help), longest=2_000
            ),
        }

    def wrong(self, name: str) -> str:
        """What is wrong with a field."""
        return " ".join(one.says for one in self.troubles if one.name == name)

    def is_wrong_in(self, prefix: str) -> bool:
        return any(one.name.startswith(prefix) for one in self.troubles)

    def anchor(self, one: Trouble) -> str:
        """The id of what a link to it leads to; empty where that is no field."""
        if one.name in self.names_of_texts:
            return f"in-{one.name}-{one.language or self.visible}"
        return f"in-{one.name}" if one.name else ""

    @property
    def visible(self) -> str:
        """A language whose fields are in sight."""
        return readers_language() if self.shown == ALL else self.shown

    def line(self, name: str, label: str, value: Any, help: str, **more: Any) -> Line:  # noqa: A002
        return Line(name, label, str(value), help, wrong=self.wrong(name), **more)

    def texts(self, name: str, label: str, held: Keys, **more: Any) -> Texts:
        wrong_in = {one.language or self.visible for one in self.troubles if one.name == name}
        is_everywhere = not held or (bool(more.get("is_name")) and list(held) == ["en"])
        rows = []
        languages = {code: str(language) for code, language in settings.LANGUAGES}
        for code, language in languages.items():
            row = Text(code, language, held.get(code, ""), code in wrong_in)
            if code not in held and not is_everywhere:
                first = "en" if "en" in held else next(iter(held))
                row = Text(code, language, "", code in wrong_in, held[first], first, languages[first])
                self.lacking.append((name, code))
            rows.append(row)
        self.names_of_texts.add(name)
        return Texts(name, label, rows, wrong=self.wrong(name), **more)

    def lacks(self, prefix: str) -> list[tuple[str, str, int]]:
        """How many texts under a prefix lack each language."""
        return [
            (code, str(language), sum(one == code and name.startswith(prefix) for name, one in self.lacking))
            for code, language in settings.LANGUAGES
        ]

    def rows(self, prefix: str, label: str, held: Iterable[tuple[str, Keys]]) -> list[Texts]:
        """Several texts, each with its id in a field of its own."""
        return [
            self.texts(
                *(f"{prefix}{at}-text", f"{label} {at + 1}", texts),
                id=name,
                is_long="\n" in "".join(texts.values()),
                longest=LONGEST_TEXT,
            )
            for at, (name, texts) in enumerate(held)
        ]

    def stage(self, stage: Keys, at: int, named: list[tuple[str, str]], teams: list[str]) -> dict[str, Any]:
        return {
            "prefix": f"s{at}",
            "at": at,
            "id": stage["stage"],
            "spoken": _spoken(stage["name"], ""),
            "name": self.texts(f"s{at}-name", _("Name of the stage"), stage["name"]),
            "wrong": self.wrong(f"s{at}-steps"),
            "steps": [
                {**self.step(step, at, number, named, teams), "number": number}
                for number, step in enumerate(stage["steps"])
            ],
        }

    def step(self, step: Keys, at: int, number: int, named: list[tuple[str, str]], teams: list[str]) -> dict[str, Any]:
        by, doer = _doer(step["by"])
        prefix = f"s{at}-t{number}"
        takes = _length(step["takes"])
        asked = self.made["stages"][at]["steps"][number].get("form", ())
        outside = _outside(step["by"])
        told_wrong = any(map(self.wrong, (f"{prefix}-{name}" for name in ("shown", *_moments(), "promise"))))
        asked_wrong = any(self.is_wrong_in(f"{prefix}-{part}") for part in ("i", "f", "list", "hands"))
        return {
            "prefix": prefix,
            "id": step["step"],
            "is_open": f"{self.open_at}-".startswith(f"{prefix}-") or self.is_wrong_in(f"{prefix}-"),
            "spoken": _spoken(step["name"], ""),
            "name": self.texts(f"{prefix}-name", pgettext("of a service", "Name"), step["name"]),
            "by": by,
            "by_wrong": self.wrong(f"{prefix}-by"),
            "doer": doer,
            "is_gone": by.startswith("team:") and by not in teams,
            "outside": self.texts(f"{prefix}-outside", _("Who, outside of the company"), outside, is_name=True),
            "takes": takes,
            "takes_line": self.line(
                *(f"{prefix}-takes", _("Working time"), takes),
                _("Such as 2 days, 4 h or 30 min; a day is 8 hours of work."),
                longest=60,
            ),
            "after": [(one, name, one in step["after"]) for one, name in named if one != step["step"]],
            "after_wrong": self.wrong(f"{prefix}-after"),
            "asks": step.get("asks", ""),
            "asks_wrong": self.wrong(f"{prefix}-asks"),
            "told": self.told(step, prefix),
            "has_told": told_wrong or any(step.get(name) for name in ("shown", "tells", "promise")),
            "has_asked": asked_wrong or any(step.get(name) for name in ("checklist", "form", "hands_over")),
            "was": " ".join(step["after"]),
            "list": self.rows(f"{prefix}-i", _("Item"), (("item", one) for one in step.get("checklist", ()))),
            "list_wrong": self.wrong(f"{prefix}-list") or self.wrong(f"{prefix}-form"),
            "fields": [
                self.question(one, asked[place]["field"], f"{prefix}-f{place}", place)
                for place, one in enumerate(step.get("form", ()))
            ],
            "hands": self.line(
                *(f"{prefix}-hands", _("Handed over"), ", ".join(step.get("hands_over", ()))),
                _("Words of questions that must be answered before it is done, because who comes next needs them."),
                longest=2_000,
            ),
            "lacks": self.lacks(f"{prefix}-"),
        }

    def told(self, step: Keys, prefix: str) -> list[Texts]:
        said = step.get("tells", {})
        shown_help = _("Left empty, the step is ours alone.")
        return [
            self.texts(
                *(f"{prefix}-shown", _("What the customer reads while it goes on"), step.get("shown", {})),
                help=shown_help,
                **_LONG,
            ),
            *(
                self.texts(f"{prefix}-{moment}", label, said.get(moment, {}), **_LONG)
                for moment, label in _moments().items()
            ),
            self.texts(
                *(f"{prefix}-promise", _("A promise that it makes"), step.get("promise", {})), longest=LONGEST_PROMISE
            ),
        ]

    def question(self, field: Keys, made: str, prefix: str, at: int) -> dict[str, Any]:
        word_help = _("What was answered once under this word is known wherever it is asked.")
        return {
            "prefix": prefix,
            "at": at,
            "label": self.texts(f"{prefix}-label", _("What is asked"), field["label"]),
            "kind": field.get("kind", "text"),
            "kind_wrong": self.wrong(f"{prefix}-kind") or self.wrong(f"{prefix}-choices"),
            "word": self.line(
                *(f"{prefix}-id", _("Its word"), field["field"], f"{word_help} {_made_help()}"),
                made_of=f"{prefix}-label",
                made=made,
            ),
            "required": field.get("required", True),
            "choices": self.rows(f"{prefix}-c", _("Answer"), field.get("choices", {}).items()),
        }


def _spoken(texts: Keys, otherwise: str) -> str:
    return in_language(texts, readers_language()) or otherwise


def _length(text: str) -> str:
    """A time in the reader's words, which are understood when they come back; what is none stays as it is."""
    found = duration(text)
    return times.hours_span(found) if found else text


def _made_help() -> str:
    return _("Left empty, it is made from the name.")


def _moments() -> dict[str, str]:
    return {
        "opened": _("The customer is told when it is its turn"),
        "started": _("The customer is told when it begins"),
        "done": _("The customer is told when it is done"),
    }


def _doer(by: Any) -> tuple[str, str]:
    """As it is chosen, and as it is said."""
    if by == "customer":
        return "customer", doer_name(Doer("customer"))
    ((kind, name),) = by.items()
    if kind == OUTSIDE:
        return OUTSIDE, _spoken(name, "") if isinstance(name, dict) else name
    return f"{kind}:{name}", doer_name(Doer(kind, name))


def _outside(by: Any) -> Keys:
    name = by.get(OUTSIDE) if isinstance(by, dict) else None
    return name if isinstance(name, dict) else {"en": name} if name else {}


def _kinds() -> list[tuple[str, str]]:
    said = {
        "text": pgettext("kind of question", "a line"),
        "long": pgettext("kind of question", "a longer text"),
        "number": pgettext("kind of question", "a number"),
        "date": pgettext("kind of question", "a date"),
        "choice": pgettext("kind of question", "a choice"),
        "yes_no": pgettext("kind of question", "yes or no"),
        "phone": pgettext("kind of question", "a phone number"),
        "email": pgettext("kind of question", "an e-mail address"),
        "file": pgettext("kind of question", "a file"),
    }
    return [(kind, said[kind]) for kind in KINDS]


def _asked() -> list[tuple[str, str]]:
    said = {
        "approve": pgettext("asked of a customer", "to agree"),
        "upload": pgettext("asked of a customer", "to send files"),
        "appointment": pgettext("asked of a customer", "to choose a time"),
        "answer": pgettext("asked of a customer", "to answer the questions"),
    }
    return [("", pgettext("asked of a customer", "nothing")), *((one, said[one]) for one in ASKS)]
