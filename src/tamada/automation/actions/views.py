"""Views: making, changing and removing them, and arranging one's own rail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent, Team
from tamada.accounts.permissions import require
from tamada.core import audit, events
from tamada.core.actors import Actor

from ..errors import Invalid
from ..events import ViewChanged
from ..models import Icon, View, ViewOrder, ViewPlace, Visibility
from ..queries.views import PERMISSION, arranged, may_change, visible_to
from .rules import checked_conditions

MOST_OWN: Final = 100
MOST_SHARED: Final = 300
EVERYBODY: Final = frozenset({"all"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewTerms:
    """A view as it is to be."""

    name: str
    icon: str = Icon.FILTER
    visibility: str = Visibility.ME
    team: Team | None = None
    every: Sequence[Mapping[str, str]] = ()
    some: Sequence[Mapping[str, str]] = ()
    order: str = ViewOrder.WAITING


@transaction.atomic
def create_view(*, agent: Agent, actor: Actor, terms: ViewTerms) -> View:
    """Make a view. Raises `PermissionDenied`, or `Invalid`."""
    require(agent, PERMISSION)
    _check_room(agent, terms.visibility)
    return _write(agent, View(), terms, actor, "view.added")


@transaction.atomic
def update_view(*, agent: Agent, actor: Actor, view: View, terms: ViewTerms) -> View:
    """Change a view whole. Raises as `create_view`; who may not change it as it was, may not now."""
    _require_change(agent, view)
    return _write(agent, view, terms, actor, "view.updated")


@transaction.atomic
def delete_view(*, agent: Agent, actor: Actor, view: View) -> None:
    """Remove a view; the conversations stay as they are. Raises `PermissionDenied`."""
    _require_change(agent, view)
    audit.record(actor, "view.deleted", view, name=view.name)
    events.record(ViewChanged(audience=_audience(view), view=view.pk), actor=actor)
    view.delete()


@transaction.atomic
def move_view(*, agent: Agent, actor: Actor, view: View, by: int) -> None:
    """Let a view stand so many places further down (or up) in one's own rail."""
    _require_seen(agent, view)
    rows = arranged(agent)
    at = next(place for place, (one, _shown) in enumerate(rows) if one.pk == view.pk)
    row = rows.pop(at)
    rows.insert(max(0, min(len(rows), at + by)), row)
    _arrange(agent, actor, view, rows)


@transaction.atomic
def show_view(*, agent: Agent, actor: Actor, view: View, shown: bool) -> None:
    """Have a view in one's own rail, or not."""
    _require_seen(agent, view)
    rows = [(one, shown if one.pk == view.pk else is_shown) for one, is_shown in arranged(agent)]
    _arrange(agent, actor, view, rows)


def _arrange(agent: Agent, actor: Actor, view: View, rows: Sequence[tuple[View, bool]]) -> None:
    places = [
        ViewPlace(agent=agent, view=one, position=position, is_shown=shown)
        for position, (one, shown) in enumerate(rows)
    ]
    ViewPlace.objects.bulk_create(
        places, update_conflicts=True, unique_fields=["agent", "view"], update_fields=["position", "is_shown"]
    )
    events.record(ViewChanged(audience=frozenset({f"agent:{agent.pk}"}), view=view.pk), actor=actor)


def _audience(view: View) -> frozenset[str]:
    """Whose rails change; what is one person's own is heard by nobody else."""
    return frozenset({f"agent:{view.owner_id}"}) if view.visibility == Visibility.ME else EVERYBODY


def _check_room(agent: Agent, visibility: str) -> None:
    own = visibility == Visibility.ME
    found = View.objects.filter(owner=agent) if own else View.objects.filter(owner__isnull=True)
    most = MOST_OWN if own else MOST_SHARED
    if found.count() >= most:
        raise Invalid(_("There are %(most)d views already.") % {"most": most}, "name")


def _require_seen(agent: Agent, view: View) -> None:
    if not visible_to(agent).filter(pk=view.pk).exists():
        raise View.DoesNotExist


def _require_change(agent: Agent, view: View) -> None:
    require(agent, PERMISSION)
    _require_seen(agent, view)
    stored = View.objects.get(pk=view.pk)
    if not may_change(agent, stored.visibility, stored.team_id):
        raise PermissionDenied(PERMISSION)


def _write(agent: Agent, view: View, terms: ViewTerms, actor: Actor, action: str) -> View:
    before = _audience(view) if view.pk else frozenset()
    for name, value in _checked(terms).items():
        setattr(view, name, value)
    view.owner = agent if view.visibility == Visibility.ME else None
    if not may_change(agent, view.visibility, view.team.pk if view.team else None):
        raise PermissionDenied(PERMISSION)
    view.save()
    audit.record(actor, action, view, name=view.name, visibility=view.visibility, team=view.team_id)
    events.record(ViewChanged(audience=_audience(view) | before, view=view.pk), actor=actor)
    return view


def _checked(terms: ViewTerms) -> dict[str, Any]:
    name = " ".join(terms.name.replace("\0", "").split())
    if not name or len(name) > 80:
        raise Invalid(_("Enter a name of at most 80 characters."), "name")
    if terms.icon not in Icon.values:
        raise Invalid(_("Choose one of the signs."), "icon")
    if terms.visibility not in Visibility.values:
        raise Invalid(_("Choose who may use it."), "visibility")
    if (terms.visibility == Visibility.TEAM) != (terms.team is not None):
        raise Invalid(_("Choose a team exactly when it is for one team."), "team")
    if terms.order not in ViewOrder.values:
        raise Invalid(_("Choose how it is sorted."), "order")
    every = checked_conditions(terms.every, field="every", to_views=True)
    some = checked_conditions(terms.some, field="some", to_views=True)
    if not every and not some:
        raise Invalid(_("Add at least one condition."), "every")
    return {
        "name": name,
        "icon": terms.icon,
        "visibility": terms.visibility,
        "team": terms.team,
        "every": every,
        "some": some,
        "order": terms.order,
    }
