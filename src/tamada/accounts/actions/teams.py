"""Teams and who is in them."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from tamada.core import audit, events
from tamada.core.actors import Actor

from ..errors import Invalid
from ..events import EVERYBODY, TeamChanged, access_changed
from ..models import Agent, Membership, Team
from ..permissions import require
from ..queries import teams_led_by


def _clean(name: str) -> str:
    name = " ".join(name.replace("\0", "").split())
    if not name:
        raise Invalid(_("Enter a name."), "name")
    if len(name) > 80:
        raise Invalid(_("This name is too long."), "name")
    return name


def _taken(name: str) -> Invalid:
    return Invalid(_("There is a team called %(name)s already.") % {"name": name}, "name")


def _require_lead(agent: Agent | None, team: Team) -> None:
    """A lead settles only their own teams."""
    if agent is None:
        return
    require(agent, "team.settings")
    if not teams_led_by(agent).filter(pk=team.pk).exists():
        raise PermissionDenied("team.settings")


def create_team(*, agent: Agent | None, actor: Actor, name: str) -> Team:
    """Make an empty team. Raises `PermissionDenied`, or `Invalid` for a name that is taken."""
    if agent is not None:
        require(agent, "team.create")
    team = Team(name=_clean(name))
    with transaction.atomic():
        _save(team)
        audit.record(actor, "team.added", team, name=team.name)
        events.record(TeamChanged(audience=EVERYBODY, team_id=team.pk), actor=actor)
    return team


def _save(team: Team) -> None:
    if Team.objects.filter(name__iexact=team.name).exclude(pk=team.pk).exists():
        raise _taken(team.name)
    try:
        with transaction.atomic():
            team.save()
    except IntegrityError:
        raise _taken(team.name) from None


def rename_team(*, agent: Agent | None, actor: Actor, team: Team, name: str) -> Team:
    """Give a team another name. Raises as `create_team`."""
    _require_lead(agent, team)
    before, team.name = team.name, _clean(name)
    with transaction.atomic():
        _save(team)
        audit.record(actor, "team.updated", team, name=[before, team.name])
        events.record(TeamChanged(audience=EVERYBODY, team_id=team.pk), actor=actor)
    return team


def set_members(*, agent: Agent | None, actor: Actor, team: Team, members: Iterable[Agent]) -> None:
    """Make these the members of a team; everybody who joins or leaves is authorised anew."""
    _require_lead(agent, team)
    after = {member.pk for member in members}
    with transaction.atomic():
        before = set(Membership.objects.select_for_update().filter(team=team).values_list("agent_id", flat=True))
        if before == after:
            return
        Membership.objects.filter(team=team, agent__in=before - after).delete()
        Membership.objects.bulk_create(Membership(team=team, agent_id=pk) for pk in sorted(after - before))
        audit.record(actor, "team.members_changed", team, members=[sorted(before), sorted(after)])
        touched = [access_changed(pk) for pk in sorted(before ^ after)]
        events.record(TeamChanged(audience=EVERYBODY, team_id=team.pk), *touched, actor=actor)


def delete_team(*, agent: Agent | None, actor: Actor, team: Team) -> None:
    """Remove a team that nothing belongs to any more. Raises `Invalid` for the default team and for one in use."""
    if agent is not None:
        require(agent, "team.create")
    if team.is_default:
        raise Invalid(_("%(name)s is the team that new people join, so it stays.") % {"name": team.name})
    with transaction.atomic():
        members = list(Membership.objects.filter(team=team).values_list("agent_id", flat=True))
        pk = team.pk
        audit.record(actor, "team.removed", team, name=team.name)
        try:
            with transaction.atomic():
                team.delete()
        except ProtectedError:
            raise Invalid(
                _("%(name)s still has inboxes or conversations. Give them to another team first.") % {"name": team.name}
            ) from None
        events.record(TeamChanged(audience=EVERYBODY, team_id=pk), *map(access_changed, members), actor=actor)
