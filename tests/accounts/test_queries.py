"""Who hears what, and whose token it is."""

import hashlib
from datetime import timedelta

import pytest
from django.utils import timezone

from tamada.accounts import queries
from tamada.accounts.models import Agent, ApiToken, Role, Team
from tests.cast import make_agent, owner_of

RAW = "tmd_" + "a" * 43


def make_token(agent: Agent, **fields: object) -> ApiToken:
    digest = hashlib.sha256(RAW.encode()).hexdigest()
    return ApiToken.objects.create(agent=agent, name="script", prefix=RAW[:8], digest=digest, **fields)


def test_the_default_team_exists_from_the_first_migration(team: Team) -> None:
    assert team.is_default
    assert Team.objects.count() == 1


def test_an_agent_hears_of_themselves_of_all_and_of_their_teams(teammate: Agent, team: Team, other_team: Team) -> None:
    keys = queries.audience_keys(teammate)
    assert {"all", f"agent:{teammate.pk}", f"team:{team.pk}"} <= keys
    assert f"team:{other_team.pk}" not in keys
    assert "role:admin" not in keys


def test_only_an_admin_hears_what_is_for_admins(owner: Agent, lead: Agent) -> None:
    assert "role:admin" in queries.audience_keys(owner)
    assert "role:admin" not in queries.audience_keys(lead)


def test_who_left_hears_nothing(gone: Agent) -> None:
    assert queries.audience_keys(gone) == frozenset()


def test_rooms_above_add_keys(teammate: Agent, team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries.audience_sources, "_entries", {})
    queries.audience_sources.register("test", lambda agent, teams: [f"test:{agent.pk}:{min(teams)}"])
    assert f"test:{teammate.pk}:{team.pk}" in queries.audience_keys(teammate)


def test_a_token_names_its_agent(teammate: Agent) -> None:
    make_token(teammate)
    assert owner_of(RAW) == teammate


@pytest.mark.parametrize(
    "raw", ["", "tmd_", "tmd_" + "b" * 43, "tmd_" + "a" * 42, " " + RAW, RAW + "\n", "tmd_" + "ա" * 43]
)
def test_what_is_no_token_names_nobody(raw: str, teammate: Agent) -> None:
    make_token(teammate)
    assert owner_of(raw) is None


def test_a_revoked_or_expired_token_names_nobody(teammate: Agent) -> None:
    now = timezone.now()
    token = make_token(teammate, revoked_at=now)
    assert owner_of(RAW) is None
    ApiToken.objects.filter(pk=token.pk).update(revoked_at=None, expires_at=now - timedelta(seconds=1))
    assert owner_of(RAW) is None
    ApiToken.objects.filter(pk=token.pk).update(expires_at=now + timedelta(days=1))
    assert owner_of(RAW) == teammate


def test_the_token_of_who_left_names_nobody(gone: Agent) -> None:
    make_token(gone)
    assert owner_of(RAW) is None


def test_the_last_use_of_a_token_is_noted_at_most_once_a_minute(teammate: Agent) -> None:
    token = make_token(teammate)
    start = timezone.now()
    for seconds, noted in ((0, 0), (59, 0), (61, 61)):
        queries.token_for(RAW, now=start + timedelta(seconds=seconds))
        token.refresh_from_db()
        assert token.last_used_at == start + timedelta(seconds=noted)


def test_agents_are_found_by_address_in_any_case(teammate: Agent) -> None:
    assert queries.agent_by_email(" TAMAR@Desk.Example ") == teammate
    assert queries.agent_by_email("tamara@desk.example") is None


def test_leads_lead_their_own_teams_only(
    owner: Agent, lead: Agent, teammate: Agent, team: Team, other_team: Team
) -> None:
    assert set(queries.teams_led_by(owner)) == {team, other_team}
    assert set(queries.teams_led_by(lead)) == {team}
    assert set(queries.teams_led_by(teammate)) == set()


def test_online_means_seen_in_the_last_minutes_and_not_away(teammate: Agent) -> None:
    now = timezone.now()
    assert not queries.is_online(teammate, now=now)
    teammate.last_seen_at = now - timedelta(minutes=4)
    assert queries.is_online(teammate, now=now)
    assert not queries.is_online(teammate, now=now + timedelta(minutes=2))
    teammate.is_away = True
    assert not queries.is_online(teammate, now=now)


def test_the_set_up_is_open_until_an_admin_works_here(db: None) -> None:
    assert not queries.has_admin()
    admin = make_agent("First", Role.ADMIN)
    assert queries.has_admin()
    Agent.objects.filter(pk=admin.pk).update(is_active=False)
    assert not queries.has_admin()
