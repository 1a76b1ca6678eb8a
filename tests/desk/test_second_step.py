"""The pages of the second step, of sessions, and of proving once more who one is."""

import re
import time
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import URLPattern, reverse
from django.utils import timezone

from tamada.accounts import actions, links, sessions, throttle, totp
from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent, ApiToken, OpenSession, Role, TotpKey
from tamada.accounts.programs import program_of
from tamada.core.models import AuditEntry, StoredEvent
from tamada.desk import urls
from tests.cast import PASSWORD, SignedIn
from tests.helpers.passkey import SoftKey

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
LOCAL = {"host": "localhost"}


def enrolled(agent: Agent) -> tuple[str, list[str]]:
    secret, now = totp.new_secret(), time.time()
    step = totp.step_at(now)
    codes = actions.add_totp(
        agent=agent, actor=actor_of(agent), secret=secret, code=totp.code_at(secret, step), now=now
    )
    TotpKey.objects.filter(agent=agent).update(last_step=step - 2)
    return secret, codes


def code_now(secret: str) -> str:
    return totp.code_at(secret, totp.step_at(time.time()))


def stale(client: Client) -> Client:
    """The same client, eleven minutes after it proved who it is."""
    session = client.session
    session[sessions.PROVED_AT] = int(time.time()) - 660
    session.save()
    return client


def again_in(html: str) -> str:
    found = re.search(r'name="again" value="([^"]+)"', html)
    assert found
    return found[1]


# The second step -----------------------------------------------------------------------------------------------------


def test_a_password_leads_to_the_second_step_and_on_to_where_one_wanted(client: Client, teammate: Agent) -> None:
    secret, _codes = enrolled(teammate)
    answer = client.post("/login", {"email": teammate.email, "password": PASSWORD, "next": "/customers/"})
    assert answer["Location"] == "/login/second?next=%2Fcustomers%2F"
    assert client.get("/profile").status_code == 302  # Nobody is signed in yet.
    assert teammate.email in client.get(answer["Location"]).text
    wrong = client.post("/login/second", {"code": "000000", "next": "/customers/"})
    assert (wrong.status_code, "This is not right" in wrong.text) == (422, True)
    right = client.post("/login/second", {"code": code_now(secret), "next": "/customers/"})
    assert (right.status_code, right["Location"]) == (302, "/customers/")
    assert client.get("/profile").status_code == 200


def test_a_recovery_code_is_taken_at_the_same_field(client: Client, teammate: Agent) -> None:
    _secret, codes = enrolled(teammate)
    client.post("/login", {"email": teammate.email, "password": PASSWORD})
    assert client.post("/login/second", {"code": codes[3]}).status_code == 302
    assert client.get("/profile").status_code == 200


def test_the_second_step_without_the_first_leads_back(client: Client, teammate: Agent) -> None:
    secret, _codes = enrolled(teammate)
    answer = client.post("/login/second", {"code": code_now(secret)})
    assert answer["Location"] == "/login"


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_the_second_step_never_leads_elsewhere(target: str, client: Client, teammate: Agent) -> None:
    secret, _codes = enrolled(teammate)
    client.post("/login", {"email": teammate.email, "password": PASSWORD, "next": target})
    assert client.post("/login/second", {"code": code_now(secret), "next": target})["Location"] == "/"


def test_the_first_step_is_forgotten_after_ten_minutes_and_with_another_password(
    client: Client, teammate: Agent
) -> None:
    enrolled(teammate)
    client.post("/login", {"email": teammate.email, "password": PASSWORD})
    session = client.session
    session["awaits_second"] = {**session["awaits_second"], "at": int(time.time()) - 601}
    session.save()
    assert client.get("/login/second").status_code == 302
    client.post("/login", {"email": teammate.email, "password": PASSWORD})
    assert client.get("/login/second").status_code == 200
    teammate.set_password("another horse battery")
    teammate.save()
    assert client.get("/login/second").status_code == 302


def test_each_step_gets_a_new_session_key(client: Client, teammate: Agent) -> None:
    secret, _codes = enrolled(teammate)
    session = client.session
    session["seen"] = 1
    session.save()
    client.cookies["tamada_session"] = session.session_key or ""
    keys = {session.session_key}
    client.post("/login", {"email": teammate.email, "password": PASSWORD})
    keys.add(client.cookies["tamada_session"].value)
    client.post("/login/second", {"code": code_now(secret)})
    keys.add(client.cookies["tamada_session"].value)
    assert len(keys) == 3
    assert Session.objects.count() == 1


def test_codes_are_throttled_at_the_door(client: Client, teammate: Agent) -> None:
    secret, _codes = enrolled(teammate)
    client.post("/login", {"email": teammate.email, "password": PASSWORD})
    for _ in range(throttle.PER_ACCOUNT):
        client.post("/login/second", {"code": "000000"})
    assert client.post("/login/second", {"code": code_now(secret)}).status_code == 429


def test_a_new_password_by_mail_does_not_go_round_the_second_step(client: Client, teammate: Agent) -> None:
    secret, _codes = enrolled(teammate)
    client.post(f"/reset/{links.reset_token(teammate)}", {"password": "another horse battery"})
    assert client.get("/profile").status_code == 302
    answer = client.post("/login", {"email": teammate.email, "password": "another horse battery"})
    assert answer["Location"].startswith("/login/second")
    assert client.get("/profile").status_code == 302
    client.post("/login/second", {"code": code_now(secret)})
    assert client.get("/profile").status_code == 200


@pytest.mark.parametrize("path", ["/login/second", "/login/passkey", "/login/passkey/asked", "/confirm"])
def test_csrf_is_checked_at_each_door(path: str, teammate: Agent) -> None:
    enrolled(teammate)
    client = Client(enforce_csrf_checks=True)
    client.force_login(teammate)
    assert client.post(path, {"code": "000000"}).status_code == 403


# Setting it up -------------------------------------------------------------------------------------------------------


def test_an_app_is_set_up_with_a_picture_and_its_first_code(teammate: Agent, signed_in: SignedIn) -> None:
    client = signed_in(teammate)
    page = client.get("/profile/second-step/app").text
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert found
    assert "<svg" in page
    secret = found[1].replace(" ", "")
    assert found[1] in client.get("/profile/second-step/app").text  # the phone may have it already
    assert client.post("/profile/second-step/app", {"code": "000000"}).status_code == 422
    shown = client.post("/profile/second-step/app", {"code": code_now(secret)}).text
    codes = re.findall(r"<code>([a-z0-9]{5}-[a-z0-9]{5})</code>", shown)
    assert len(codes) == 10
    assert codes[0] not in client.get("/profile/second-step").text
    assert "10 codes are left" in client.get("/profile/second-step").text


def test_a_passkey_is_added_used_and_removed(teammate: Agent, signed_in: SignedIn) -> None:
    client, key = signed_in(teammate), SoftKey()
    assert client.post("/profile/second-step/passkeys/asked").status_code == 404  # testserver is no place for one
    asked = client.post("/profile/second-step/passkeys/asked", headers=LOCAL).json()
    made = {"name": "My phone", "credential": key.create(asked, "http://localhost")}
    assert "not shown again" in client.post("/profile/second-step/passkeys", made, headers=LOCAL).text
    assert client.post("/profile/second-step/passkeys", made, headers=LOCAL).status_code == 422
    assert "My phone" in client.get("/profile/second-step").text

    visitor = Client(headers=LOCAL)
    asked = visitor.post("/login/passkey/asked").json()
    answer = visitor.post("/login/passkey", {"credential": key.sign(asked, "http://localhost"), "next": "/customers/"})
    assert (answer.status_code, answer["Location"]) == (302, "/customers/")
    assert visitor.get("/profile").status_code == 200
    assert AuditEntry.objects.get(action="agent.signed_in").changes == {"by": "passkey"}

    pk = teammate.passkeys.get().pk
    assert signed_in(teammate).post(f"/profile/second-step/passkeys/{pk}/remove").status_code == 302
    assert not teammate.passkeys.exists()
    assert visitor.get("/profile").status_code == 302  # A removed factor ends the other sessions.


def test_a_passkey_is_a_second_step_too(client: Client, teammate: Agent) -> None:
    key, made = SoftKey(), Client(headers=LOCAL)
    made.force_login(teammate)
    asked = made.post("/profile/second-step/passkeys/asked").json()
    made.post("/profile/second-step/passkeys", {"name": "A", "credential": key.create(asked, "http://localhost")})
    client.post("/login", {"email": teammate.email, "password": PASSWORD}, headers=LOCAL)
    asked = client.post("/login/passkey/asked?second", headers=LOCAL).json()
    assert len(asked["allowCredentials"]) == 1
    assert (
        client.post("/login/second", {"credential": key.sign(asked, "http://localhost")}, headers=LOCAL).status_code
        == 302
    )
    assert client.get("/profile", headers=LOCAL).status_code == 200


def test_a_forged_passkey_says_so_at_the_door(client: Client, db: None) -> None:
    asked = client.post("/login/passkey/asked", headers=LOCAL).json()
    answer = client.post("/login/passkey", {"credential": SoftKey().sign(asked, "http://localhost")}, headers=LOCAL)
    assert (answer.status_code, "This passkey opens nothing here" in answer.text) == (422, True)


def test_asking_for_challenges_is_limited(client: Client, db: None) -> None:
    answers = {client.post("/login/passkey/asked", headers=LOCAL).status_code for _ in range(130)}
    assert answers == {200, 429}


def test_a_role_that_owes_a_second_step_does_nothing_before_it_has_one(
    owner: Agent, teammate: Agent, signed_in: SignedIn
) -> None:
    earlier = signed_in(teammate)
    actions.require_second_factor(agent=owner, actor=actor_of(owner), roles=[Role.AGENT])
    assert earlier.get("/profile").status_code == 200  # Grace: from the next sign-in on.
    client = Client()
    answer = client.post("/login", {"email": teammate.email, "password": PASSWORD, "next": "/customers/"})
    assert answer["Location"] == "/profile/second-step"
    for path in ("/", "/customers/", "/profile", "/settings/people", "/profile/second-stepping"):
        assert client.get(path)["Location"] == "/profile/second-step", path
    assert client.post("/profile/tokens", {"name": "x", "scopes": "read"}).status_code == 403
    assert client.get("/rail", headers={"HX-Request": "true"}).status_code == 403
    assert not ApiToken.objects.exists()
    secret_page = client.get("/profile/second-step/app").text
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", secret_page)
    assert secret
    client.post("/profile/second-step/app", {"code": code_now(secret[1].replace(" ", ""))})
    assert client.get("/customers/").status_code == 200


def test_who_owes_a_second_step_hears_no_stream(owner: Agent, teammate: Agent, db: None) -> None:
    from tamada.config.stream import by_session

    client = Client()
    client.post("/login", {"email": teammate.email, "password": PASSWORD})
    cookie = f"tamada_session={client.cookies['tamada_session'].value}"
    scope = {"headers": [(b"cookie", cookie.encode())]}
    before = by_session(scope)
    assert before is not None
    assert f"agent:{teammate.pk}" in before.keys
    session = client.session
    session[sessions.MUST_ENROL] = True
    session.save()
    after = by_session(scope)
    assert after is not None  # Refused, the page would take it for a lost session.
    assert after.keys == frozenset()


def test_an_admin_resets_a_lost_second_step(owner: Agent, teammate: Agent, signed_in: SignedIn) -> None:
    enrolled(teammate)
    client, theirs = signed_in(owner), signed_in(teammate)
    assert "Reset the second step of Tamar" in client.get(f"/settings/people/{teammate.pk}").text
    assert "Reset the second step of Tamar?" in client.get(f"/settings/people/{teammate.pk}/second-step/reset").text
    assert client.post(f"/settings/people/{teammate.pk}/second-step/reset").status_code == 302
    assert not TotpKey.objects.exists()
    assert theirs.get("/profile").status_code == 302


# Sessions ------------------------------------------------------------------------------------------------------------


def test_sessions_are_listed_with_program_and_coarse_address(teammate: Agent) -> None:
    client = Client(headers={"user-agent": FIREFOX}, REMOTE_ADDR="192.0.2.77")
    client.post("/login", {"email": teammate.email, "password": PASSWORD})
    page = client.get("/profile/password").text
    assert "Firefox, Linux" in page
    assert "192.0.2.0/24" in page
    assert "192.0.2.77" not in page
    assert "this one" in page


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("127.0.0.1", "127.0.0.1"),
        ("", ""),
        ("nonsense", ""),
    ],
)
def test_an_address_is_kept_coarse(address: str, shown: str) -> None:
    assert sessions.coarse(address) == shown


@pytest.mark.parametrize(
    ("says", "program"),
    [
        (FIREFOX, "Firefox, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Mobile/15E148 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome, Android"),
        ("curl/8.0", ""),
        ("", ""),
    ],
)
def test_programs_are_recognised(says: str, program: str) -> None:
    assert program_of(says) == program


def test_one_session_is_ended_and_the_others_stay(teammate: Agent, signed_in: SignedIn) -> None:
    here, there, third = signed_in(teammate), signed_in(teammate), signed_in(teammate)
    row = there.session[sessions.ROW]
    before = StoredEvent.objects.filter(type="agent.access_changed").count()
    assert here.post(f"/profile/sessions/{row}/end").status_code == 302
    assert there.get("/profile").status_code == 302
    assert (here.get("/profile").status_code, third.get("/profile").status_code) == (200, 200)
    assert StoredEvent.objects.filter(type="agent.access_changed").count() == before + 1  # Its streams end too.
    assert here.post(f"/profile/sessions/{row}/end").status_code == 404


def test_nobody_ends_the_session_of_another(teammate: Agent, owner: Agent, signed_in: SignedIn) -> None:
    theirs = signed_in(teammate)
    row = theirs.session[sessions.ROW]
    assert signed_in(owner).post(f"/profile/sessions/{row}/end").status_code == 404
    assert theirs.get("/profile").status_code == 200


def test_ending_this_session_signs_out(teammate: Agent, signed_in: SignedIn) -> None:
    client = signed_in(teammate)
    assert client.post(f"/profile/sessions/{client.session[sessions.ROW]}/end").status_code == 302
    assert client.get("/profile").status_code == 302
    assert not sessions.of(teammate).exists()


@pytest.mark.parametrize("how", ["everywhere", "password", "factor"])
def test_all_other_sessions_end_and_this_one_stays_with_a_new_key(
    how: str, teammate: Agent, signed_in: SignedIn
) -> None:
    enrolled(teammate)
    here, there = signed_in(teammate), signed_in(teammate)
    here.get("/profile")
    old = here.session.session_key
    path, form = {
        "everywhere": ("/profile/sessions/end", {}),
        "password": ("/profile/password", {"current": PASSWORD, "password": "another horse battery"}),
        "factor": ("/profile/second-step/app/remove", {}),
    }[how]
    assert here.post(path, form).status_code == 302
    assert there.get("/profile").status_code == 302
    assert here.get("/profile").status_code == 200
    assert here.session.session_key != old
    assert [row.key for row in sessions.of(teammate)] == [here.session.session_key]


def test_a_deactivated_persons_sessions_are_gone(owner: Agent, teammate: Agent, signed_in: SignedIn) -> None:
    theirs = signed_in(teammate)
    actions.update_agent(agent=owner, actor=actor_of(owner), target=teammate, is_active=False)
    assert theirs.get("/profile").status_code == 302
    assert not OpenSession.objects.filter(agent=teammate).exists()


def test_a_session_of_an_earlier_version_gets_its_row(teammate: Agent, signed_in: SignedIn) -> None:
    client = signed_in(teammate)
    session = client.session
    del session[sessions.ROW], session[sessions.PROVED_AT]
    session.save()
    OpenSession.objects.all().delete()
    assert client.get("/profile/password").status_code == 200
    assert "this one" in client.get("/profile/password").text
    assert not sessions.is_fresh(client.session)


def test_rows_without_a_session_are_forgotten(teammate: Agent, signed_in: SignedIn) -> None:
    gone, stays = signed_in(teammate), signed_in(teammate)
    Session.objects.filter(pk=gone.session.session_key).update(expire_date=timezone.now() - timedelta(seconds=1))
    OpenSession.objects.update(last_used_at=timezone.now() - timedelta(hours=2))
    sessions.forget()
    assert [row.key for row in OpenSession.objects.all()] == [stays.session.session_key]


# Proving it once more ------------------------------------------------------------------------------------------------


def test_a_dangerous_act_asks_first_and_then_goes_on_with_what_was_posted(teammate: Agent, signed_in: SignedIn) -> None:
    client = stale(signed_in(teammate))
    assert client.get("/profile/tokens").status_code == 200
    asked = client.post("/profile/tokens", {"name": "Reports", "scopes": ["read", "write"]})
    assert asked.status_code == 403
    assert not ApiToken.objects.exists()
    assert "Reports" not in asked.text
    again = again_in(asked.text)
    wrong = client.post("/profile/tokens", {"again": again, "password": "wrong"})
    assert (wrong.status_code, ApiToken.objects.count()) == (422, 0)
    done = client.post("/profile/tokens", {"again": again_in(wrong.text), "password": PASSWORD})
    assert "tmd_" in done.text
    token = ApiToken.objects.get()
    assert (token.name, token.scopes) == ("Reports", ["read", "write"])
    assert AuditEntry.objects.get(action="agent.confirmed").changes == {"by": "password"}
    client.post("/profile/tokens", {"name": "Second", "scopes": "read"})
    assert ApiToken.objects.count() == 2


def test_what_was_posted_is_kept_for_its_writer_and_its_address_alone(
    teammate: Agent, owner: Agent, signed_in: SignedIn
) -> None:
    mine, theirs = stale(signed_in(teammate)), stale(signed_in(owner))
    again = again_in(mine.post("/profile/tokens", {"name": "Mine", "scopes": "read"}).text)
    for client, path in ((theirs, "/profile/tokens"), (mine, "/profile/second-step/codes")):
        assert client.post(path, {"again": again, "password": PASSWORD}).status_code == 403
    assert mine.post("/profile/tokens", {"again": again[:-4] + "AAAA", "password": PASSWORD}).status_code == 403
    assert not ApiToken.objects.exists()


def test_a_code_confirms_and_guessing_is_throttled(teammate: Agent, signed_in: SignedIn) -> None:
    secret, _codes = enrolled(teammate)
    client = stale(signed_in(teammate))
    assert (
        client.post("/confirm", {"code": code_now(secret), "next": "/profile/tokens"})["Location"] == "/profile/tokens"
    )
    stale(client)
    assert client.post("/confirm", {"password": PASSWORD, "next": "//evil.example"})["Location"] == "/"
    stale(client)
    for _ in range(throttle.PER_ACCOUNT):
        assert client.post("/confirm", {"password": "wrong"}).status_code == 422
    assert client.post("/confirm", {"password": PASSWORD}).status_code == 429


def test_a_passkey_confirms(teammate: Agent) -> None:
    key, client = SoftKey(), Client(headers=LOCAL)
    client.force_login(teammate)
    asked = client.post("/profile/second-step/passkeys/asked").json()
    client.post("/profile/second-step/passkeys", {"name": "A", "credential": key.create(asked, "http://localhost")})
    page = stale(client).post("/profile/tokens", {"name": "Reports", "scopes": "read"})
    assert "data-passkey" in page.text
    asked = client.post("/confirm/passkey").json()
    signed = {"again": again_in(page.text), "credential": key.sign(asked, "http://localhost")}
    assert client.post("/profile/tokens", signed).status_code == 200
    assert ApiToken.objects.get().name == "Reports"


def test_a_call_is_led_to_the_question(owner: Agent, teammate: Agent, signed_in: SignedIn) -> None:
    client = stale(signed_in(owner))
    headers = {"HX-Request": "true", "Referer": f"http://testserver/settings/people/{teammate.pk}?x=1"}
    answer = client.post(f"/settings/people/{teammate.pk}/leave", headers=headers)
    assert answer.status_code == 403
    assert answer["HX-Redirect"] == f"/confirm?next=%2Fsettings%2Fpeople%2F{teammate.pk}%3Fx%3D1"
    elsewhere = client.post(
        f"/settings/people/{teammate.pk}/leave", headers={**headers, "Referer": "https://evil.example/"}
    )
    assert elsewhere["HX-Redirect"] == "/confirm?next=%2F"
    for path in ("//evil.example", "/\\evil.example"):
        odd = client.post("/profile/tokens", headers={"HX-Request": "true", "Referer": f"http://testserver{path}"})
        assert odd["HX-Redirect"] == "/confirm?next=%2F"


# Every address that gives away rights or data or removes something, by name; others stay as they are.
DANGEROUS = {
    "profile_tokens", "profile_app", "remove_app", "add_passkey", "remove_passkey", "recovery_codes",
    "invite", "person", "leave", "come_back", "send_reset", "reset_factors", "unlink_sso", "resend_invitation",
    "team", "delete_team", "delete_hours", "settings_attributes", "export_audit", "keep_audit",
    "second_factor_roles", "sso_provider", "settings_language_model", "delete_centre",
    "new_assistant_action", "assistant_action", "delete_assistant_action",
    "new_inbox", "settings_inbox", "connect_inbox", "webhook_inbox",
    "new_webhook", "settings_webhook", "delete_webhook", "rotate_webhook",
    "settings_export", "export_file", "delete_export", "export_person", "erase_person",
    "settings_retention", "retention_inbox",
    "new_rule", "edit_rule", "delete_rule",  # they act in nobody's name, on what their maker does not see
}  # fmt: skip
# Words that tell of danger, and the addresses that hold one and are none: taking rights away, or no act at all.
TELLING = re.compile(r"token|delete|erase|export|remove|webhook|reset|person|role|second|passkey|recovery")
HARMLESS = {
    "revoke_token", "reset", "second_step", "passkey_sign_in", "passkey_asked", "new_passkey_asked",
    "settings_webhooks", "test_webhook", "replay_webhook", "webhook_delivery",  # to where an admin sent it before
    "delete", "deleted",  # comes back by one click
    "delete_article", "deleted_articles",  # and so does this
    "remove_article_file",  # what colleagues may write they may take away
    "delete_import", "delete_sla",  # an uploaded copy; what is counted anew
    "delete_macro", "delete_view",  # a way to write or to look, not what was written
}  # fmt: skip


def wrapped(view: Any) -> bool:
    while view is not None:
        if getattr(view, "is_proven", False):
            return True
        view = getattr(view, "__wrapped__", None)
    return False


def test_every_dangerous_address_asks_and_no_other() -> None:
    patterns = [pattern for pattern in urls.urlpatterns if isinstance(pattern, URLPattern)]
    assert {pattern.name for pattern in patterns if wrapped(pattern.callback)} == DANGEROUS
    telling = {str(pattern.name) for pattern in patterns if TELLING.search(str(pattern.name))}
    assert telling - DANGEROUS == HARMLESS


@pytest.mark.parametrize("name", sorted(DANGEROUS - {"export_audit", "export_file"}))
def test_a_stale_session_changes_nothing(name: str, owner: Agent, teammate: Agent, signed_in: SignedIn) -> None:
    client = stale(signed_in(owner))
    pattern = next(p for p in urls.urlpatterns if isinstance(p, URLPattern) and p.name == name)
    arguments = [teammate.pk] * len(pattern.pattern.converters)
    before = AuditEntry.objects.count()
    answer = client.post(reverse(f"desk:{name}", args=arguments), {"name": "x"})
    assert answer.status_code == 403
    assert 'name="again"' in answer.text
    assert AuditEntry.objects.count() == before
