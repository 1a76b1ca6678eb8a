"""Profile, people, teams and notifications as pages: who may open and change what."""

import re
from dataclasses import replace

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tamada.accounts import actions
from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent, ApiToken, Role, Team
from tamada.accounts.queries import team_ids
from tests.cast import PASSWORD, SignedIn, first_team, owner_of

EVERYBODY = ("owner", "lead", "teammate", "observer", "outsider")
NEW = "another horse battery"


def pages(person: Agent, team: Team, other_team: Team) -> dict[str, frozenset[str]]:
    """Every page of this part by who may open it."""
    everybody, admins = frozenset(EVERYBODY), frozenset({"owner"})
    return {
        reverse("desk:profile"): everybody,
        reverse("desk:profile_password"): everybody,
        reverse("desk:profile_notifications"): everybody,
        reverse("desk:profile_tokens"): everybody,
        reverse("desk:notifications"): everybody,
        reverse("desk:people"): everybody,
        reverse("desk:teams"): everybody,
        reverse("desk:invite"): admins,
        reverse("desk:person", args=[person.pk]): admins,
        reverse("desk:leave", args=[person.pk]): admins,
        reverse("desk:new_team"): admins,
        reverse("desk:team", args=[team.pk]): frozenset({"owner", "lead"}),
        reverse("desk:team", args=[other_team.pk]): admins,
        reverse("desk:delete_team", args=[other_team.pk]): admins,
    }


@pytest.mark.parametrize("who", EVERYBODY)
def test_each_page_opens_for_those_it_is_for_and_for_nobody_else(
    who: str, request: pytest.FixtureRequest, signed_in: SignedIn, teammate: Agent, team: Team, other_team: Team
) -> None:
    client = signed_in(request.getfixturevalue(who))
    for path, who_may in pages(teammate, team, other_team).items():
        assert (client.get(path).status_code == 200) == (who in who_may), path
        if who not in who_may:
            assert client.post(path, {"name": "Mine now"}).status_code in (403, 404), path


@pytest.mark.parametrize("language", ["en", "hy", "ka", "ru"])
def test_pages_stand_in_every_language(
    language: str, owner: Agent, signed_in: SignedIn, teammate: Agent, team: Team, other_team: Team
) -> None:
    owner.language = language
    owner.save()
    client = signed_in(owner)
    for path in pages(teammate, team, other_team):
        assert f'<html lang="{language}"' in client.get(path).text


def test_the_menu_offers_only_what_one_may_open(owner: Agent, teammate: Agent, signed_in: SignedIn) -> None:
    for agent in (owner, teammate):
        client = signed_in(agent)
        menu = re.search(r'<nav class="settings-nav".*?</nav>', client.get("/profile").text, re.DOTALL)
        assert menu
        for href in re.findall(r'<a href="(/[^"]+)"', menu[0]):
            assert client.get(href).status_code == 200, href


def test_a_profile_is_saved(teammate: Agent, signed_in: SignedIn) -> None:
    form = {"name": "Tamar B", "language": "ka", "theme": "dark", "time_zone": "Asia/Tbilisi", "signature": "T."}
    client = signed_in(teammate)
    assert client.post("/profile", form).status_code == 302
    teammate.refresh_from_db()
    assert (teammate.name, teammate.language, teammate.signature) == ("Tamar B", "ka", "T.")
    page = client.get("/profile").text
    assert 'data-theme="dark"' in page
    assert 'name="time_zone" value="Asia/Tbilisi"' in page


def test_a_profile_cannot_raise_its_owner(teammate: Agent, signed_in: SignedIn) -> None:
    form = {"name": "Tamar", "language": "", "theme": "system", "time_zone": "", "role": "admin", "is_active": "1"}
    signed_in(teammate).post("/profile", form)
    teammate.refresh_from_db()
    assert teammate.role == Role.AGENT


def test_a_password_is_changed_with_the_old_one_only_and_other_sessions_end(
    teammate: Agent, signed_in: SignedIn
) -> None:
    here, elsewhere = signed_in(teammate), signed_in(teammate)
    refused = here.post("/profile/password", {"current": "wrong", "password": NEW})
    assert (refused.status_code, "not your current password" in refused.text) == (422, True)
    assert here.post("/profile/password", {"current": PASSWORD, "password": "short"}).status_code == 422
    assert here.post("/profile/password", {"current": PASSWORD, "password": NEW}).status_code == 302
    assert here.get("/profile").status_code == 200
    assert elsewhere.get("/profile").status_code == 302


def test_guessing_the_current_password_is_limited(teammate: Agent, signed_in: SignedIn) -> None:
    client = signed_in(teammate)
    for _ in range(5):
        client.post("/profile/password", {"current": "wrong", "password": NEW})
    answer = client.post("/profile/password", {"current": PASSWORD, "password": NEW})
    assert (answer.status_code, "Too many tries" in answer.text) == (422, True)


def test_other_sessions_are_ended_on_request(teammate: Agent, signed_in: SignedIn) -> None:
    here, elsewhere = signed_in(teammate), signed_in(teammate)
    assert here.post("/profile/sessions/end").status_code == 302
    assert (here.get("/profile").status_code, elsewhere.get("/profile").status_code) == (200, 302)


def test_a_token_is_shown_once_and_revoked_by_its_owner_only(
    teammate: Agent, outsider: Agent, signed_in: SignedIn
) -> None:
    client = signed_in(teammate)
    page = client.post("/profile/tokens", {"name": "CRM", "scopes": ["read"]}).text
    raw = re.search(r"tmd_[\w-]{43}", page)
    assert raw
    assert owner_of(raw[0]) == teammate
    assert raw[0] not in client.get("/profile/tokens").text
    token = ApiToken.objects.get()
    assert signed_in(outsider).post(f"/profile/tokens/{token.pk}/revoke").status_code == 404
    assert owner_of(raw[0]) == teammate
    client.post(f"/profile/tokens/{token.pk}/revoke")
    assert owner_of(raw[0]) is None


def test_an_observer_is_offered_reading_only(observer: Agent, signed_in: SignedIn) -> None:
    client = signed_in(observer)
    assert 'value="write"' not in client.get("/profile/tokens").text
    assert client.post("/profile/tokens", {"name": "x", "scopes": ["write"]}).status_code == 422
    assert not ApiToken.objects.exists()


def test_theme_and_away_are_switched_in_place(teammate: Agent, signed_in: SignedIn) -> None:
    client = signed_in(teammate)
    assert client.post("/profile/theme", {"theme": "dark"}).status_code == 204
    assert client.post("/profile/theme", {"theme": "neon"}).status_code == 422
    assert client.post("/profile/away", {"away": "1"}, headers={"X-Requested-With": "fetch"}).status_code == 204
    teammate.refresh_from_db()
    assert (teammate.theme, teammate.is_away) == ("dark", True)
    client.post("/profile/theme", {"theme": ""})
    client.post("/profile/away", {"away": "0"})
    teammate.refresh_from_db()
    assert (teammate.theme, teammate.is_away) == ("system", False)


def test_choices_of_notifications_are_saved(teammate: Agent, signed_in: SignedIn) -> None:
    client = signed_in(teammate)
    assert client.post("/profile/notifications", {"notify_mention": "on", "digest": "offline"}).status_code == 302
    teammate.refresh_from_db()
    assert teammate.preferences == {
        "notify_assigned": False,
        "notify_mention": True,
        "notify_reply": False,
        "notify_chat": False,
        "digest": "offline",
        "evening": False,
    }
    assert client.post("/profile/notifications", {"digest": "hourly"}).status_code == 422


def test_an_admin_changes_role_and_teams(
    owner: Agent, teammate: Agent, team: Team, other_team: Team, signed_in: SignedIn
) -> None:
    form = {"name": "Tamar", "role": "lead", "teams": [team.pk, other_team.pk]}
    assert signed_in(owner).post(f"/settings/people/{teammate.pk}", form).status_code == 302
    teammate.refresh_from_db()
    assert (teammate.role, team_ids(teammate)) == (Role.LEAD, {team.pk, other_team.pk})


def test_the_only_admin_is_kept_with_a_word(owner: Agent, team: Team, signed_in: SignedIn) -> None:
    answer = signed_in(owner).post(f"/settings/people/{owner.pk}", {"name": "Olga", "role": "agent", "teams": team.pk})
    assert (answer.status_code, "is the only admin" in answer.text) == (422, True)


def test_deactivating_asks_first_and_can_be_undone(owner: Agent, teammate: Agent, signed_in: SignedIn) -> None:
    client, theirs = signed_in(owner), signed_in(teammate)
    dialog = client.get(f"/settings/people/{teammate.pk}/leave", headers={"HX-Request": "true"}).text
    assert "Deactivate Tamar?" in dialog
    assert "<html" not in dialog
    assert "<html" in client.get(f"/settings/people/{teammate.pk}/leave").text
    client.post(f"/settings/people/{teammate.pk}/leave")
    assert theirs.get("/profile").status_code == 302
    assert "No longer here" in client.get("/settings/people").text
    client.post(f"/settings/people/{teammate.pk}/return")
    teammate.refresh_from_db()
    assert teammate.is_active


def test_an_admin_helps_who_forgot_but_not_themselves(
    owner: Agent, teammate: Agent, lead: Agent, signed_in: SignedIn, client: Client
) -> None:
    page = signed_in(owner).post(f"/settings/people/{teammate.pk}/reset").text
    path = re.search(r"http://testserver(/reset/[^\s<\"]+)", page)
    assert path
    assert client.get(path[1]).status_code == 200
    assert signed_in(owner).post(f"/settings/people/{owner.pk}/reset").status_code == 403
    assert signed_in(lead).post(f"/settings/people/{teammate.pk}/reset").status_code == 403


def test_with_mail_the_link_is_not_shown_to_the_admin(
    owner: Agent, teammate: Agent, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "TAMADA", replace(settings.TAMADA, smtp_url="smtp://127.0.0.1:1"))
    answer = signed_in(owner).post(f"/settings/people/{teammate.pk}/reset")
    assert answer.status_code == 302


def test_a_team_is_made_filled_and_removed(owner: Agent, teammate: Agent, signed_in: SignedIn) -> None:
    client = signed_in(owner)
    assert client.post("/settings/teams/new", {"name": "Night"}).status_code == 302
    night = Team.objects.get(name="Night")
    client.post(f"/settings/teams/{night.pk}", {"name": "Night shift", "members": [teammate.pk]})
    night.refresh_from_db()
    assert (night.name, list(night.agents.all())) == ("Night shift", [teammate])
    assert client.post("/settings/teams/new", {"name": "night SHIFT"}).status_code == 422
    client.post(f"/settings/teams/{night.pk}/delete")
    assert not Team.objects.filter(pk=night.pk).exists()


def test_names_are_shown_as_text(owner: Agent, teammate: Agent, signed_in: SignedIn) -> None:
    actions.update_profile(agent=teammate, actor=actor_of(teammate), name="<img src=x onerror=alert(1)>")
    for path in ("/settings/people", f"/settings/people/{teammate.pk}", "/settings/teams"):
        assert "<img src=x" not in signed_in(owner).get(path).text


def test_who_is_invited_without_a_name_is_called_by_their_address(owner: Agent, signed_in: SignedIn) -> None:
    client, address = signed_in(owner), "new@desk.example"
    client.post("/settings/people/invite", {"email": address, "role": "agent", "teams": first_team().pk})
    page = client.get("/settings/people").text
    assert f'title="{address}"' in page
    assert f"<b>{address}</b>" in page
    assert f"<small>{address}" not in page
    assert "Invitation object" not in page


def test_what_is_new_stands_in_the_list_until_it_is_seen(teammate: Agent, lead: Agent, signed_in: SignedIn) -> None:
    client = signed_in(teammate)
    assert "Nothing to tell" in client.get("/notifications").text
    fragment = client.get("/notifications?fragment=list").text
    assert "<html" not in fragment
    assert client.post("/notifications/seen").status_code == 302
    assert client.post("/notifications/seen", headers={"HX-Request": "true"}).status_code == 204
    assert client.get("/notifications/seen").status_code == 405


@pytest.mark.parametrize(
    ("base", "warns"),
    [
        ("http://127.0.0.1:8000", True),
        ("http://localhost:8000", True),
        ("http://[::1]:8000", True),
        ("https://desk.company.am", False),
        ("http://192.168.1.5:8000", False),
    ],
)
def test_links_that_lead_to_this_computer_alone_are_warned_of(
    owner: Agent, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch, base: str, warns: bool
) -> None:
    monkeypatch.setattr(settings, "TAMADA", replace(settings.TAMADA, base_url=base))
    client = signed_in(owner)
    assert ("TAMADA_BASE_URL" in client.get("/settings/people/invite").text) == warns
    client.post("/settings/people/invite", {"email": "new@desk.example", "role": "agent", "teams": first_team().pk})
    assert ("TAMADA_BASE_URL" in client.get("/settings/people").text) == warns
