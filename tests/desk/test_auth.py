"""The pages in front of the door, and the door."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.utils import timezone

from tamada.accounts import actions, links, tasks, throttle
from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent, Invitation, OpenSession, Role, Team
from tamada.accounts.queries import has_admin, team_ids
from tamada.core.models import AuditEntry, StoredEvent
from tamada.core.tasks import run_pending
from tests.cast import PASSWORD, SignedIn

NEW = "another horse battery"


@pytest.fixture
def can_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    """An outgoing mail server is named (the letters land in `django.core.mail.outbox`)."""
    monkeypatch.setattr(settings, "TAMADA", replace(settings.TAMADA, smtp_url="smtp://127.0.0.1:1"))


def link_in(letter: mail.EmailMessage) -> str:
    found = re.search(r"http://testserver(/\S+)", str(letter.body))
    assert found
    return found[1]


# The door -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["/", "/inbox/mine", "/profile", "/settings/people", "/notifications", "/no/such/page", "/loginx", "/stream"],
)
def test_a_page_leads_to_sign_in_and_back(path: str, client: Client, db: None) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer["Location"] == ("/login" if path == "/" else f"/login?next={path}")


@pytest.mark.parametrize(
    "headers", [{"HX-Request": "true"}, {"Accept": "application/json"}, {"Sec-Fetch-Mode": "cors"}]
)
def test_what_is_no_page_gets_401(headers: dict[str, str], client: Client, db: None) -> None:
    assert client.get("/notifications", headers=headers).status_code == 401


def test_nothing_is_posted_without_signing_in(client: Client, db: None) -> None:
    assert client.post("/settings/teams/new", {"name": "Ghosts"}).status_code == 401
    assert not Team.objects.filter(name="Ghosts").exists()


def test_every_address_of_the_desk_is_behind_the_door_but_those_listed(client: Client, db: None) -> None:
    from django.urls import get_resolver

    from tamada.accounts.middleware import is_open

    free = {
        "login", "second_step", "passkey_sign_in", "passkey_asked", "sso", "sso_back",
        "forgot", "reset", "join", "setup", "language", "service_worker",
    }  # fmt: skip
    desk = get_resolver("tamada.desk.urls")
    for name, entries in (
        (str(key), desk.reverse_dict.getlist(key)) for key in desk.reverse_dict if isinstance(key, str)
    ):
        for possibilities, *_rest in entries:
            for pattern, parameters in possibilities:
                path = "/" + pattern % dict.fromkeys(parameters, "1")
                assert is_open(path) == (name in free), path


def test_pages_of_signed_in_people_are_kept_by_no_cache(teammate: Agent, signed_in: SignedIn) -> None:
    assert "no-store" in signed_in(teammate).get("/profile")["Cache-Control"]


# Sign-in --------------------------------------------------------------------------------------------------------------


def test_signing_in_goes_on_to_where_one_wanted(client: Client, teammate: Agent) -> None:
    page = client.get("/login?next=/settings/people")
    assert 'value="/settings/people"' in page.text
    answer = client.post("/login", {"email": "TAMAR@desk.example", "password": PASSWORD, "next": "/settings/people"})
    assert (answer.status_code, answer["Location"]) == (302, "/settings/people")
    assert client.get("/settings/people").status_code == 200
    assert client.get("/login").status_code == 302


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", ""]
)
def test_signing_in_never_leads_elsewhere(target: str, client: Client, teammate: Agent) -> None:
    answer = client.post("/login", {"email": teammate.email, "password": PASSWORD, "next": target})
    assert answer["Location"] == "/"


def test_a_session_gets_a_new_key_and_safe_cookies(client: Client, teammate: Agent) -> None:
    client.get("/login")
    client.cookies["tamada_session"] = "a" * 32
    answer = client.post("/login", {"email": teammate.email, "password": PASSWORD})
    cookie = answer.cookies["tamada_session"]
    assert cookie.value != "a" * 32
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


@pytest.mark.parametrize(
    ("email", "password"),
    [("tamar@desk.example", "a guess of mine"), ("nobody@desk.example", PASSWORD), ("gaspar@desk.example", PASSWORD)],
)
def test_a_refusal_reads_the_same_for_everybody(
    email: str, password: str, client: Client, teammate: Agent, gone: Agent
) -> None:
    answer = client.post("/login", {"email": email, "password": password})
    assert answer.status_code == 422
    assert "The address or the password is wrong." in answer.text
    assert password not in answer.text


def test_a_lock_says_how_long(client: Client, teammate: Agent) -> None:
    for _ in range(throttle.PER_ACCOUNT):
        client.post("/login", {"email": teammate.email, "password": "wrong"})
    answer = client.post("/login", {"email": teammate.email, "password": PASSWORD})
    assert answer.status_code == 429
    assert "Wait 1 minute and try again." in answer.text


def test_csrf_is_checked(teammate: Agent) -> None:
    answer = Client(enforce_csrf_checks=True).post("/login", {"email": teammate.email, "password": PASSWORD})
    assert answer.status_code == 403


def test_signing_out_ends_the_session(teammate: Agent, signed_in: SignedIn) -> None:
    client = signed_in(teammate)
    assert client.get("/logout").status_code == 405
    assert client.post("/logout").status_code == 302
    assert client.get("/profile").status_code == 302


def test_sessions_that_ran_out_are_forgotten(teammate: Agent, signed_in: SignedIn) -> None:
    client = signed_in(teammate)
    signed_in(teammate)
    Session.objects.filter(pk=client.session.session_key).update(expire_date=timezone.now() - timedelta(seconds=1))
    tasks.forget_sessions()
    assert Session.objects.count() == 1
    assert client.get("/profile").status_code == 302


@pytest.mark.parametrize(("which", "days"), [("last_used_at", 14), ("created_at", 90)])
def test_a_session_ends_when_nobody_used_it_and_after_a_time_whoever_did(
    which: str, days: int, teammate: Agent, signed_in: SignedIn
) -> None:
    old, young = signed_in(teammate), signed_in(teammate)
    for client, ago in ((old, timedelta(days=days, minutes=1)), (young, timedelta(days=days, minutes=-1))):
        OpenSession.objects.filter(key=client.session.session_key).update(**{which: timezone.now() - ago})
    tasks.forget_sessions()
    assert old.get("/profile").status_code == 302
    assert young.get("/profile").status_code == 200
    assert AuditEntry.objects.filter(action="agent.session_ended", object_id=teammate.pk).count() == 1
    assert StoredEvent.objects.filter(type="agent.access_changed").count() == 1  # the open streams are judged anew


# Languages ------------------------------------------------------------------------------------------------------------


def test_a_language_is_chosen_before_signing_in(client: Client, db: None) -> None:
    answer = client.post("/language", {"language": "hy", "next": "/login"})
    assert (answer["Location"], answer.cookies["tamada_language"].value) == ("/login", "hy")
    assert '<html lang="hy"' in client.get("/login").text


def test_help_follows_the_language_of_the_page(client: Client, db: None) -> None:
    from django.utils import translation

    from tamada.desk.forms.auth import PASSWORD_HELP

    told = set()
    for language in ("en", "hy"):
        with translation.override(language):
            told.add(str(PASSWORD_HELP))
    assert len(told) == 2


def test_the_browser_is_asked_when_nobody_chose(client: Client, db: None) -> None:
    assert '<html lang="ka"' in client.get("/login", headers={"Accept-Language": "ka-GE, en;q=0.5"}).text
    assert '<html lang="en"' in client.get("/login", headers={"Accept-Language": "de"}).text


def test_an_agents_own_language_comes_first(teammate: Agent, signed_in: SignedIn) -> None:
    client = signed_in(teammate)
    client.post("/language", {"language": "ru", "next": "/profile"})
    teammate.refresh_from_db()
    assert teammate.language == "ru"
    assert '<html lang="ru"' in client.get("/profile", headers={"Accept-Language": "hy"}).text


def test_a_language_we_do_not_speak_changes_nothing(client: Client, db: None) -> None:
    assert "tamada_language" not in client.post("/language", {"language": "xx"}).cookies


# First start ----------------------------------------------------------------------------------------------------------


def setup_form(**changes: str) -> dict[str, str]:
    fields = {"company_name": "Ararat Net", "name": "Olga", "email": "olga@desk.example", "password": PASSWORD}
    return {**fields, **changes}


def test_the_first_start_makes_the_first_admin_once(client: Client, db: None) -> None:
    assert "not set up yet" in client.get("/login").text
    token = actions.fresh_setup_token()
    assert client.get(f"/setup/{token}").status_code == 200
    assert client.post(f"/setup/{token}", setup_form()).status_code == 302
    admin = Agent.objects.get()
    assert (admin.role, admin.language) == (Role.ADMIN, "en")
    assert client.get("/profile").status_code == 200
    assert actions.fresh_setup_token() is None
    for method in (client.get, client.post):
        assert method(f"/setup/{token}").status_code == 410
    assert Client().get("/login").text.count("Ararat Net") == 1


def test_another_language_keeps_what_was_typed(client: Client, db: None) -> None:
    address = f"/setup/{actions.fresh_setup_token()}"
    page = client.get(address).text
    assert 'form="setup-form" formnovalidate' in page
    assert 'id="setup-form"' in page
    answer = client.post(address, setup_form(email="") | {"language": "hy"})
    assert (answer.status_code, answer.cookies["tamada_language"].value) == (200, "hy")
    assert '<html lang="hy"' in answer.text
    assert all(f'value="{typed}"' in answer.text for typed in ("Ararat Net", "Olga"))
    assert PASSWORD not in answer.text
    assert 'class="error"' not in answer.text
    assert not Agent.objects.exists()
    assert client.post(address, setup_form()).status_code == 302
    assert Agent.objects.get().language == "hy"


def test_only_the_link_of_the_last_start_opens(client: Client, db: None) -> None:
    first, second = actions.fresh_setup_token(), actions.fresh_setup_token()
    assert client.get(f"/setup/{first}").status_code == 410
    assert client.get("/setup/guess").status_code == 410
    assert client.get(f"/setup/{second}").status_code == 200


def test_an_admin_from_the_command_line_closes_the_set_up(client: Client, db: None) -> None:
    from tamada.core.actors import SYSTEM

    token = actions.fresh_setup_token()
    actions.create_agent(
        agent=None, actor=SYSTEM, email="a@desk.example", name="Ani", role=Role.ADMIN, password=PASSWORD
    )
    assert client.post(f"/setup/{token}", setup_form()).status_code == 410
    assert Agent.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"password": "short"}, "at least 12 characters"),
        ({"password": "password1234"}, "guessed first"),
        ({"password": "olga@desk.example1"}, "too close to your name"),
        ({"password": "tbilisi12345", "company_name": "Tbilisi Net"}, "too close to your name"),
        ({"password": "netTBILISI123", "company_name": "Tbilisi Net"}, "too close to your name"),
        ({"email": "nowhere"}, "Enter an e-mail address"),
        ({"company_name": "  "}, "This field is required"),
    ],
)
def test_a_set_up_that_is_refused_says_why_and_keeps_the_link(
    changes: dict[str, str], words: str, client: Client, db: None
) -> None:
    token = actions.fresh_setup_token()
    answer = client.post(f"/setup/{token}", setup_form(**changes))
    assert answer.status_code == 422
    assert words in answer.text
    assert not has_admin()
    assert client.get(f"/setup/{token}").status_code == 200


# Invitations ----------------------------------------------------------------------------------------------------------


def invite(owner: Agent, **fields: object) -> Invitation:
    given: dict[str, object] = {"email": "ani@desk.example", **fields}
    return actions.invite(agent=owner, actor=actor_of(owner), **given)  # type: ignore[arg-type]


@pytest.mark.usefixtures("can_mail")
def test_an_invitation_by_mail_is_accepted_once(client: Client, owner: Agent, other_team: Team) -> None:
    invite(owner, name="Ani", role=Role.LEAD, teams=[other_team])
    run_pending()
    [letter] = mail.outbox
    assert letter.to == ["ani@desk.example"]
    assert letter.extra_headers["Auto-Submitted"] == "auto-generated"
    path = link_in(letter)
    assert "You will sign in as ani@desk.example." in client.get(path).text
    assert client.post(path, {"name": "Ani P", "password": PASSWORD}).status_code == 302
    ani = Agent.objects.get(email="ani@desk.example")
    assert (ani.name, ani.role, team_ids(ani)) == ("Ani P", Role.LEAD, {other_team.pk})
    assert client.get("/profile").status_code == 200
    assert Client().post(path, {"name": "Eve", "password": PASSWORD}).status_code == 410
    assert not Agent.objects.filter(name="Eve").exists()


def test_without_mail_the_link_is_shown_to_admins_only(
    owner: Agent, teammate: Agent, signed_in: SignedIn, client: Client
) -> None:
    invitation = invite(owner)
    run_pending()
    assert mail.outbox == []
    link = links.invitation_url(invitation)
    assert link in signed_in(owner).get("/settings/people").text
    assert link not in signed_in(teammate).get("/settings/people").text
    assert client.get(link.removeprefix("http://testserver")).status_code == 200


def test_an_invitation_runs_out_after_a_week(client: Client, owner: Agent) -> None:
    invitation = invite(owner)
    path = f"/join/{links.invitation_token(invitation)}"
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(path).status_code == 410
    assert client.post(path, {"name": "Ani", "password": PASSWORD}).status_code == 410


def test_sending_again_or_inviting_anew_kills_the_earlier_link(client: Client, owner: Agent) -> None:
    invitation = invite(owner)
    first = links.invitation_token(invitation)
    actions.resend_invitation(agent=owner, actor=actor_of(owner), invitation=invitation)
    second = links.invitation_token(invitation)
    third = links.invitation_token(invite(owner, role=Role.OBSERVER))
    assert [client.get(f"/join/{token}").status_code for token in (first, second, third)] == [410, 410, 200]


def test_a_withdrawn_invitation_is_gone(client: Client, owner: Agent, signed_in: SignedIn) -> None:
    invitation = invite(owner)
    path = f"/join/{links.invitation_token(invitation)}"
    assert signed_in(owner).post(f"/settings/invitations/{invitation.pk}/withdraw").status_code == 302
    assert client.get(path).status_code == 410


def test_no_table_keeps_the_link_itself(owner: Agent) -> None:
    token = links.invitation_token(invite(owner))
    assert token not in str(list(Invitation.objects.values()))


@pytest.mark.parametrize("who", ["lead", "teammate", "observer", "outsider"])
def test_only_admins_invite(who: str, request: pytest.FixtureRequest, signed_in: SignedIn, team: Team) -> None:
    client = signed_in(request.getfixturevalue(who))
    form = {"email": "ani@desk.example", "role": "admin", "teams": team.pk}
    assert client.post("/settings/people/invite", form).status_code == 403
    assert client.get("/settings/people/invite").status_code == 403
    assert not Invitation.objects.exists()


# Forgotten passwords --------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("can_mail")
def test_a_reset_by_mail_works_once_and_ends_sessions(client: Client, teammate: Agent, signed_in: SignedIn) -> None:
    elsewhere = signed_in(teammate)
    for _ in range(throttle.PER_ACCOUNT):
        client.post("/login", {"email": teammate.email, "password": "wrong"})
    assert "on its way" in client.post("/forgot", {"email": "TAMAR@desk.example"}).text
    run_pending()
    path = link_in(mail.outbox[0])
    assert "tamar@desk.example" in client.get(path).text
    assert client.post(path, {"password": "short"}).status_code == 422
    assert client.post(path, {"password": NEW}).status_code == 302
    assert client.post(path, {"password": PASSWORD}).status_code == 410
    assert elsewhere.get("/profile").status_code == 302
    assert client.post("/login", {"email": teammate.email, "password": NEW}).status_code == 302
    run_pending()
    assert mail.outbox[1].subject == "Your password was changed"


@pytest.mark.usefixtures("can_mail")
def test_asking_for_an_unknown_account_says_the_same_and_mails_nobody(
    client: Client, teammate: Agent, gone: Agent
) -> None:
    known = client.post("/forgot", {"email": teammate.email}).text
    without_token = re.compile(r'(csrf-token" content|csrfmiddlewaretoken" value|nonce" content)="[^"]*"')
    for email in ("nobody@desk.example", gone.email):
        assert without_token.sub("", client.post("/forgot", {"email": email}).text) == without_token.sub("", known)
    run_pending()
    assert [letter.to for letter in mail.outbox] == [[teammate.email]]


@pytest.mark.usefixtures("can_mail")
def test_nobody_is_flooded_with_resets(client: Client, teammate: Agent) -> None:
    for _ in range(10):
        client.post("/forgot", {"email": teammate.email})
    run_pending()
    assert len(mail.outbox) == 3


def test_a_reset_link_is_good_for_an_hour_and_for_its_account_only(
    client: Client, teammate: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = links.reset_token(teammate)
    assert client.get(f"/reset/{token}").status_code == 200
    assert client.get(f"/reset/{token}x").status_code == 410
    monkeypatch.setattr(links, "RESET_SECONDS", -1)
    assert client.get(f"/reset/{token}").status_code == 410


def test_a_reset_link_dies_with_the_account(client: Client, owner: Agent, teammate: Agent) -> None:
    token = links.reset_token(teammate)
    actions.update_agent(agent=owner, actor=actor_of(owner), target=teammate, is_active=False)
    assert client.post(f"/reset/{token}", {"password": NEW}).status_code == 410


def test_without_mail_the_page_says_whom_to_ask(client: Client, teammate: Agent) -> None:
    assert "Ask your admin" in client.get("/forgot").text
    client.post("/forgot", {"email": teammate.email})
    run_pending()
    assert mail.outbox == []


@pytest.mark.usefixtures("can_mail")
def test_letters_are_in_the_readers_language(teammate: Agent, client: Client) -> None:
    teammate.language = "hy"
    teammate.save()
    client.post("/forgot", {"email": teammate.email})
    run_pending()
    html = str(mail.outbox[0].alternatives[0][0])  # type: ignore[union-attr]
    assert '<html lang="hy">' in html


def test_after_a_wrong_password_one_types_another(client: Client, owner: Agent) -> None:
    first = client.get("/login").text
    assert first.index("autofocus") < first.index('name="password"')
    again = client.post("/login", {"email": owner.email, "password": "wrong password"}).text
    assert again.count("autofocus") == 1
    assert again.index("autofocus") > again.index('name="password"')


@pytest.mark.parametrize(
    ("path", "meant"),
    [("/settings", "/settings/"), ("/inbox/mine/?a=1", "/inbox/mine?a=1"), ("/customers", "/customers/")],
)
def test_a_slash_too_many_or_too_few_is_mended(teammate: Agent, signed_in: SignedIn, path: str, meant: str) -> None:
    answer = signed_in(teammate).get(path)
    assert (answer.status_code, answer["Location"]) == (302, meant)
    assert signed_in(teammate).get("/nowhere/").status_code == 404
