"""Macros: making, changing, removing, and counting their use."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent, Team
from tamada.accounts.permissions import require
from tamada.core import audit, events
from tamada.core.actors import Actor
from tamada.customers.models import AttributeDefinition
from tamada.kit.html import clean
from tamada.kit.placeholders import broken_in, used_in

from ..doings import tag_names
from ..errors import Invalid
from ..events import MacroChanged
from ..models import Macro, Visibility
from ..points import Missing, Step, doings
from ..queries.macros import may_change, visible_to
from ..variables import FIELD, names

MOST_STEPS: Final = 12
MOST_HTML: Final = 20_000
EVERYBODY: Final = frozenset({"all"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A macro as it is to be. `bodies` are HTML or plain text by language, "" for the usual one."""

    name: str
    visibility: str = Visibility.ALL
    team: Team | None = None
    bodies: Mapping[str, str] = field(default_factory=dict)
    steps: Sequence[Mapping[str, str]] = ()


@transaction.atomic
def create_macro(*, agent: Agent, actor: Actor, wording: Wording) -> Macro:
    """Make a macro. Raises `PermissionDenied`, or `Invalid`."""
    return _write(agent, Macro(), wording, actor, "macro.added")


@transaction.atomic
def update_macro(*, agent: Agent, actor: Actor, macro: Macro, wording: Wording) -> Macro:
    """Change a macro whole. Raises as `create_macro`; who may not change it as it was, may not now."""
    _require_change(agent, macro.visibility, macro.team_id)
    return _write(agent, macro, wording, actor, "macro.updated")


@transaction.atomic
def delete_macro(*, agent: Agent, actor: Actor, macro: Macro) -> None:
    """Remove a macro. Raises `PermissionDenied`."""
    _require_seen(agent, macro)
    _require_change(agent, macro.visibility, macro.team_id)
    audit.record(actor, "macro.deleted", macro, name=macro.name)
    events.record(MacroChanged(audience=EVERYBODY, macro=macro.pk), actor=actor)
    macro.delete()


def note_used(*, agent: Agent, macros: Iterable[int]) -> None:
    """Count that the agent sent what these macros (ids) began."""
    used = visible_to(agent).filter(pk__in=set(macros))
    Macro.objects.filter(pk__in=used.values("pk")).update(used_count=F("used_count") + 1, last_used_at=timezone.now())


def _require_change(agent: Agent, visibility: str, team_id: int | None) -> None:
    require(agent, "macro.own")
    if not may_change(agent, visibility, team_id):
        raise PermissionDenied("macro.settings")


def _require_seen(agent: Agent, macro: Macro) -> None:
    if not visible_to(agent).filter(pk=macro.pk).exists():
        raise Macro.DoesNotExist


def _write(agent: Agent, macro: Macro, wording: Wording, actor: Actor, action: str) -> Macro:
    if macro.pk:
        _require_seen(agent, macro)
    for name, value in _checked(wording).items():
        setattr(macro, name, value)
    macro.owner = agent if macro.visibility == Visibility.ME else None
    _require_change(agent, macro.visibility, macro.team.pk if macro.team else None)
    macro.save()
    audit.record(actor, action, macro, name=macro.name, visibility=macro.visibility, team=macro.team_id)
    events.record(MacroChanged(audience=EVERYBODY, macro=macro.pk), actor=actor)
    return macro


def _checked(wording: Wording) -> dict[str, Any]:
    name = " ".join(wording.name.replace("\0", "").split())
    if not name or len(name) > 80:
        raise Invalid(_("Enter a name of at most 80 characters."), "name")
    if wording.visibility not in Visibility.values:
        raise Invalid(_("Choose who may use it."), "visibility")
    if (wording.visibility == Visibility.TEAM) != (wording.team is not None):
        raise Invalid(_("Choose a team exactly when it is for one team."), "team")
    bodies = _bodies(wording.bodies)
    steps = checked_steps(wording.steps)
    if not bodies and not steps:
        raise Invalid(_("Write some words, or choose something to do."), "body")
    if bodies and "" not in bodies:
        raise Invalid(_("Write the usual words as well: they are for every other language."), "body")
    return {"name": name, "visibility": wording.visibility, "team": wording.team, "bodies": bodies, "steps": steps}


def _bodies(given: Mapping[str, str]) -> dict[str, str]:
    known = {"", *(code for code, _name in settings.LANGUAGES)}
    return {code: body for code, raw in given.items() if code in known and (body := _body(raw, code))}


def _body(raw: str, code: str) -> str:
    raw = raw.replace("\0", "").strip()
    where = f"body_{code}" if code else "body"
    if len(raw) > MOST_HTML:
        raise Invalid(_("These words are too long."), where)
    is_html = "<" in raw and ">" in raw
    html = clean(raw, allow_remote=True).html if is_html else f"<div>{_lines(raw)}</div>" if raw else ""
    unknown = sorted(used_in(html) - names().keys() - _fields())
    if unknown:
        raise Invalid(_("There is no placeholder {{%(name)s}}.") % {"name": unknown[0]}, where)
    if piece := broken_in(html):
        raise Invalid(_("This placeholder can't be read: %(piece)s") % {"piece": piece}, where)
    return html


def _lines(text: str) -> str:
    """Plain words as the editor has them: a line that is empty stays one."""
    return escape(text).replace("\r\n", "\n").replace("\n", "<br>")


def _fields() -> set[str]:
    return {f"{FIELD}{key}" for key in AttributeDefinition.objects.values_list("key", flat=True)}


def checked_steps(given: Sequence[Mapping[str, str]], *, by_hand: bool = True) -> list[dict[str, str]]:
    """Steps as they are kept. Raises `Invalid` for one that names what isn't there."""
    if len(given) > MOST_STEPS:
        raise Invalid(_("At most %(most)d things can be done at once.") % {"most": MOST_STEPS}, "steps")
    try:
        return [_checked_step(one, by_hand=by_hand) for one in given]
    except Missing as error:
        raise Invalid(str(error), "steps") from None


def _checked_step(given: Mapping[str, str], *, by_hand: bool) -> dict[str, str]:
    step = Step.read(dict(given))
    step.words()
    if step.do.endswith("_tags"):
        tag_names(step.value)
    if doings.get(step.do).by_hand and not by_hand:
        raise Missing(_("There is no such action."))
    return step.kept()
