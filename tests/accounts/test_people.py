"""Agents and teams: who may make, change and remove them, and what happens at once."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied

from tamada.accounts import actions
from tamada.accounts.actors import actor_of
from tamada.accounts.errors import Invalid
from tamada.accounts.models import Agent, ApiToken, Role, Team
from tamada.accounts.queries import team_ids
from tamada.core.actors import SYSTEM
from tamada.core.models import AuditEntry, StoredEvent
from tests.cast import PASSWORD, SignedIn, owner_of


def event_types() -> list[str]:
    return list(StoredEvent.objects.order_by("pk").values_list("type", flat=True))


def test_an_admin_makes_an_agent_in_the_default_team(owner: Agent, team: Team) -> None:
    made = actions.create_agent(
        agent=owner, actor=actor_of(owner), email="Ani@Desk.Example", name="  Ani  Petrosyan ", password=PASSWORD
    )
    assert (made.email, made.name, made.role, team_ids(made)) == (
        "ani@desk.example",
        "Ani Petrosyan",
        "agent",
        {team.pk},
    )
    assert made.check_password(PASSWORD)
    assert event_types() == ["agent.added"]
    assert AuditEntry.objects.get(action="agent.added").actor_id == owner.pk


@pytest.mark.parametrize("who", ["lead", "teammate", "observer", "outsider", "gone"])
def test_nobody_else_makes_or_changes_agents(who: str, request: pytest.FixtureRequest, owner: Agent) -> None:
    agent = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        actions.create_agent(agent=agent, actor=actor_of(agent), email="ani@desk.example", name="Ani")
    with pytest.raises(PermissionDenied):
        actions.update_agent(agent=agent, actor=actor_of(agent), target=agent, role=Role.ADMIN)
    agent.refresh_from_db()
    assert agent.role != Role.ADMIN


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"email": "no address"}, "email"),
        ({"email": "TAMAR@desk.example"}, "email"),
        ({"name": " \0 "}, "name"),
        ({"name": "a" * 121}, "name"),
        ({"role": "boss"}, "role"),
        ({"password": "short"}, "password"),
    ],
)
def test_what_is_wrong_is_named(fields: dict[str, Any], field: str, teammate: Agent) -> None:
    with pytest.raises(Invalid) as refused:
        actions.create_agent(agent=None, actor=SYSTEM, **{"email": "ani@desk.example", "name": "Ani", **fields})
    assert refused.value.field == field
    assert Agent.objects.count() == 1


def test_deactivating_ends_sessions_and_tokens_at_once(owner: Agent, teammate: Agent, signed_in: SignedIn) -> None:
    client = signed_in(teammate)
    _, raw = actions.create_token(agent=teammate, actor=actor_of(teammate), owner=teammate)
    assert owner_of(raw) == teammate
    actions.update_agent(agent=owner, actor=actor_of(owner), target=teammate, is_active=False)
    assert owner_of(raw) is None
    assert ApiToken.objects.get().revoked_at is not None
    assert client.get("/anything").status_code == 302
    assert event_types() == ["agent.left", "agent.updated", "agent.access_changed"]
    told = StoredEvent.objects.get(type="agent.access_changed")
    assert (told.audience_keys, told.data) == ({f"agent:{teammate.pk}", "role:admin"}, {"agent_id": teammate.pk})


def test_coming_back_revives_neither_sessions_nor_tokens(owner: Agent, teammate: Agent, signed_in: SignedIn) -> None:
    client = signed_in(teammate)
    _, raw = actions.create_token(agent=teammate, actor=actor_of(teammate), owner=teammate)
    for active in (False, True):
        actions.update_agent(agent=owner, actor=actor_of(owner), target=teammate, is_active=active)
    assert owner_of(raw) is None
    assert client.get("/anything").status_code == 302
    assert signed_in(teammate).get("/anything").status_code == 404


def test_the_only_admin_can_neither_leave_nor_step_down(owner: Agent) -> None:
    changes: tuple[dict[str, Any], ...] = ({"is_active": False}, {"role": Role.AGENT})
    for change in changes:
        with pytest.raises(Invalid, match="only admin"):
            actions.update_agent(agent=owner, actor=actor_of(owner), target=owner, **change)


def test_one_of_two_admins_may_step_down(owner: Agent, lead: Agent) -> None:
    actions.update_agent(agent=owner, actor=actor_of(owner), target=lead, role=Role.ADMIN)
    actions.update_agent(agent=lead, actor=actor_of(lead), target=owner, role=Role.AGENT)
    assert owner.role == Role.AGENT


def test_moving_between_teams_changes_access(owner: Agent, teammate: Agent, team: Team, other_team: Team) -> None:
    actions.update_agent(agent=owner, actor=actor_of(owner), target=teammate, teams=[other_team])
    assert team_ids(teammate) == {other_team.pk}
    assert "agent.access_changed" in event_types()
    before = StoredEvent.objects.count()
    actions.update_agent(agent=owner, actor=actor_of(owner), target=teammate, teams=[other_team], name=teammate.name)
    assert StoredEvent.objects.count() == before


def test_people_change_their_own_profile(teammate: Agent) -> None:
    actions.update_profile(
        agent=teammate,
        actor=actor_of(teammate),
        language="ka",
        theme="dark",
        time_zone="Asia/Tbilisi",
        signature="Tamar\r\n",
        preferences={"digest": "never", "notify_reply": False},
    )
    teammate.refresh_from_db()
    assert (teammate.language, teammate.theme, teammate.time_zone) == ("ka", "dark", "Asia/Tbilisi")
    assert teammate.signature == "Tamar"
    assert teammate.preferences == {
        "notify_assigned": True,
        "notify_mention": True,
        "notify_reply": False,
        "notify_chat": True,
        "digest": "never",
        "evening": True,
    }


@pytest.mark.parametrize(
    "fields",
    [
        {"language": "de"},
        {"time_zone": "Mars/Base"},
        {"theme": "neon"},
        {"signature": "a" * 2001},
        {"preferences": {"digest": "hourly"}},
        {"preferences": {"notify_mention": "yes"}},
        {"preferences": {"surprise": True}},
    ],
)
def test_a_profile_takes_only_what_makes_sense(fields: dict[str, object], teammate: Agent) -> None:
    with pytest.raises(Invalid):
        actions.update_profile(agent=teammate, actor=actor_of(teammate), **fields)


def test_role_and_activity_are_not_part_of_a_profile(teammate: Agent) -> None:
    for field in ("role", "is_active", "email", "session_epoch", "password"):
        with pytest.raises(TypeError):
            actions.update_profile(agent=teammate, actor=actor_of(teammate), **{field: "admin"})


def test_away_is_told_to_everybody_once(teammate: Agent) -> None:
    for _ in range(2):
        actions.set_away(agent=teammate, actor=actor_of(teammate), away=True)
    assert Agent.objects.get(pk=teammate.pk).is_away
    assert event_types() == ["agent.updated"]


def test_admins_make_and_remove_teams_and_leads_settle_their_own(
    owner: Agent, lead: Agent, teammate: Agent, team: Team, other_team: Team
) -> None:
    night = actions.create_team(agent=owner, actor=actor_of(owner), name="Night")
    with pytest.raises(PermissionDenied):
        actions.create_team(agent=lead, actor=actor_of(lead), name="Day")
    actions.rename_team(agent=lead, actor=actor_of(lead), team=team, name="Home")
    with pytest.raises(PermissionDenied):
        actions.rename_team(agent=lead, actor=actor_of(lead), team=other_team, name="Mine now")
    with pytest.raises(PermissionDenied):
        actions.set_members(agent=lead, actor=actor_of(lead), team=other_team, members=[lead])
    with pytest.raises(PermissionDenied):
        actions.rename_team(agent=teammate, actor=actor_of(teammate), team=team, name="Ours")
    with pytest.raises(PermissionDenied):
        actions.delete_team(agent=lead, actor=actor_of(lead), team=night)
    actions.delete_team(agent=owner, actor=actor_of(owner), team=night)
    assert set(Team.objects.values_list("name", flat=True)) == {"Home", "Other side"}


def test_members_who_join_or_leave_are_authorised_anew(
    lead: Agent, teammate: Agent, outsider: Agent, team: Team
) -> None:
    actions.set_members(agent=lead, actor=actor_of(lead), team=team, members=[lead, outsider])
    assert set(team.agents.all()) == {lead, outsider}
    touched = StoredEvent.objects.filter(type="agent.access_changed").values_list("data", flat=True)
    assert {data["agent_id"] for data in touched} == {teammate.pk, outsider.pk}


def test_team_names_are_taken_in_any_case_and_the_default_team_stays(
    owner: Agent, team: Team, other_team: Team
) -> None:
    with pytest.raises(Invalid, match="already"):
        actions.create_team(agent=owner, actor=actor_of(owner), name="OTHER side")
    with pytest.raises(Invalid, match="new people"):
        actions.delete_team(agent=owner, actor=actor_of(owner), team=team)


def test_a_team_in_use_cannot_be_removed(owner: Agent, other_team: Team) -> None:
    from tamada.conversations.models import Channel, Inbox

    Inbox.objects.create(name="Support", channel=Channel.EMAIL, address="help@desk.example", team=other_team)
    with pytest.raises(Invalid, match="still has"):
        actions.delete_team(agent=owner, actor=actor_of(owner), team=other_team)
    assert Team.objects.filter(pk=other_team.pk).exists()


def test_tokens_are_shown_once_and_stay_within_the_role(teammate: Agent, observer: Agent, owner: Agent) -> None:
    token, raw = actions.create_token(agent=teammate, actor=actor_of(teammate), owner=teammate, name="CRM")
    assert raw.startswith("tmd_")
    assert token.prefix == raw[:12]
    assert token.scopes == ["read", "write"]
    assert raw not in str(list(ApiToken.objects.values())) + str(list(AuditEntry.objects.values()))
    assert actions.create_token(agent=None, actor=SYSTEM, owner=observer)[0].scopes == ["read"]
    assert actions.create_token(agent=None, actor=SYSTEM, owner=owner)[0].scopes == ["read", "write"]
    for owned, scopes in ((teammate, ["admin"]), (observer, ["write"]), (teammate, []), (teammate, ["fly"])):
        with pytest.raises(Invalid):
            actions.create_token(agent=owned, actor=actor_of(owned), owner=owned, scopes=scopes)


def test_tokens_of_an_earlier_version_lose_the_scope_that_limited_nothing(owner: Agent) -> None:
    kept = [["read", "write"], ["read"], ["read"]]
    for number, scopes in enumerate((["read", "write", "admin"], ["read", "admin"], ["admin"])):
        ApiToken.objects.create(agent=owner, name=str(number), prefix="tmd_", digest=str(number), scopes=scopes)
    import_module("tamada.accounts.migrations.0003_scopes").drop_admin(apps, None)
    assert list(ApiToken.objects.order_by("name").values_list("scopes", flat=True)) == kept


def test_tokens_are_made_only_for_oneself_and_not_for_who_left(owner: Agent, teammate: Agent, gone: Agent) -> None:
    with pytest.raises(PermissionDenied):
        actions.create_token(agent=owner, actor=actor_of(owner), owner=teammate)
    with pytest.raises(Invalid):
        actions.create_token(agent=None, actor=SYSTEM, owner=gone)


def test_a_token_is_revoked_by_its_owner_or_an_admin_only(owner: Agent, teammate: Agent, outsider: Agent) -> None:
    token, raw = actions.create_token(agent=teammate, actor=actor_of(teammate), owner=teammate)
    with pytest.raises(PermissionDenied):
        actions.revoke_token(agent=outsider, actor=actor_of(outsider), token=token)
    assert owner_of(raw) == teammate
    actions.revoke_token(agent=owner, actor=actor_of(owner), token=token)
    actions.revoke_token(agent=teammate, actor=actor_of(teammate), token=token)
    assert owner_of(raw) is None
    assert AuditEntry.objects.filter(action="token.revoked").count() == 1
    assert event_types() == ["agent.access_changed"]
