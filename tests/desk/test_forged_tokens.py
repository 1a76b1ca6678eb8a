"""What opens a door and was made up, altered, used before, or meant for another door or another house opens none."""

from collections.abc import Iterator
from unittest.mock import Mock

import pytest
from django.contrib.auth import hashers
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import URLPattern, URLResolver, get_resolver

from tamada.accounts import actions, factors, links, sso, throttle, totp
from tamada.accounts.actors import actor_of
from tamada.accounts.errors import SignInRefused
from tamada.accounts.models import Agent, ApiToken, Invitation, Role
from tests.cast import PASSWORD, SignedIn, make_agent
from tests.desk.test_access import everything

HERE = "192.0.2.7"
KINDS = ("reset", "join", "setup")
NEW = {"password": "another horse battery", "name": "Eve", "email": "eve@evil.example", "company_name": "Evil"}


def altered(token: str) -> Iterator[str]:
    """The token with one character another, cut, longer, in capitals; and what never was one."""
    for place in (0, len(token) // 2, len(token) - 1):
        yield token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
    yield from (token[:-1], token[1:], token + "A", token + token, token.swapcase(), "0" * len(token), "x")


def token_of(kind: str, agent: Agent) -> str:
    """A token of this kind that opens its door now."""
    if kind == "reset":
        return links.reset_token(agent)
    if kind == "setup":
        return actions.fresh_setup_token() or ""
    admin = make_agent("Anna", Role.ADMIN)
    invited = actions.invite(agent=admin, actor=actor_of(admin), email="ani@desk.example")
    Agent.objects.filter(pk=admin.pk).update(is_active=False)  # or the set-up would be closed
    return links.invitation_token(invited)


def api_token(agent: Agent) -> tuple[ApiToken, str]:
    return actions.create_token(agent=agent, actor=actor_of(agent), owner=agent, name="a", scopes=["read"])


# Links ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_link_that_was_altered_opens_nothing(kind: str, client: Client, teammate: Agent) -> None:
    token = token_of(kind, teammate)
    assert client.get(f"/{kind}/{token}").status_code == 200
    before = everything()
    for forged in altered(token):
        assert client.get(f"/{kind}/{forged}").status_code == 410, forged
        assert client.post(f"/{kind}/{forged}", NEW).status_code == 410, forged
    assert everything() == before


@pytest.mark.parametrize("kind", KINDS)
def test_a_link_opens_no_other_door_than_its_own(kind: str, client: Client, teammate: Agent) -> None:
    tokens = [token_of(other, teammate) for other in KINDS if other != kind]
    _row, raw = actions.create_token(
        agent=teammate, actor=actor_of(teammate), owner=teammate, name="a", scopes=["read"]
    )
    for token in (*tokens, raw):
        assert client.post(f"/{kind}/{token}", NEW).status_code == 410
        assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == (
            200 if token == raw else 401
        )


def test_what_another_house_signed_is_none(client: Client, teammate: Agent) -> None:
    token_of("join", teammate)
    with override_settings(SECRET_KEY="k" * 50):
        tokens = {"reset": links.reset_token(teammate), "join": links.invitation_token(Invitation.objects.get())}
    for kind, token in tokens.items():
        assert client.get(f"/{kind}/{token}").status_code == 410


def test_a_reset_link_is_of_one_address_and_one_password(client: Client, teammate: Agent, owner: Agent) -> None:
    token = links.reset_token(teammate)
    Agent.objects.filter(pk=teammate.pk).update(email="moved@desk.example")
    assert client.get(f"/reset/{token}").status_code == 410
    assert client.get(f"/reset/{links.reset_token(owner)}").status_code == 200


# Sessions and API tokens ----------------------------------------------------------------------------------------------


def test_a_session_that_was_made_up_or_altered_is_none(teammate: Agent, signed_in: SignedIn) -> None:
    client = signed_in(teammate)
    key = client.cookies["tamada_session"].value
    for forged in (*altered(key), "", "../" * 8, "a" * 5000):
        stranger = Client()
        stranger.cookies["tamada_session"] = forged
        answer = stranger.get("/profile")
        assert (answer.status_code, answer["Location"]) == (302, "/login?next=/profile"), forged
    assert client.get("/profile").status_code == 200


def test_a_session_that_was_ended_stays_so_however_often_it_is_sent(teammate: Agent, signed_in: SignedIn) -> None:
    client, thief = signed_in(teammate), Client()
    thief.cookies["tamada_session"] = client.cookies["tamada_session"].value
    assert thief.get("/profile").status_code == 200
    client.post("/logout")
    assert thief.get("/profile").status_code == 302
    signed_in(teammate)
    assert thief.get("/profile").status_code == 302


def test_a_key_that_somebody_else_chose_is_not_taken_over(client: Client, teammate: Agent) -> None:
    """Whoever sent a link or set a cookie beforehand knows nothing of the session that begins."""
    for chosen in ("a" * 32, Client().session.session_key or "b" * 32):
        victim = Client()
        victim.cookies["tamada_session"] = chosen
        victim.post("/login", {"email": teammate.email, "password": PASSWORD})
        assert victim.get("/profile").status_code == 200
        attacker = Client()
        attacker.cookies["tamada_session"] = chosen
        assert attacker.get("/profile").status_code == 302


def test_an_api_token_that_was_altered_or_read_from_the_table_is_none(client: Client, teammate: Agent) -> None:
    row, raw = api_token(teammate)

    def status(token: str) -> int:
        return client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code

    assert status(raw) == 200
    kept = [str(value) for value in ApiToken.objects.filter(pk=row.pk).values_list()[0] if value]
    assert raw not in kept
    assert [status(forged) for forged in (*altered(raw), *kept) if status(forged) != 401] == []


# Codes ----------------------------------------------------------------------------------------------------------------


def enrolled(agent: Agent) -> tuple[str, list[str]]:
    secret = totp.new_secret()
    code = totp.code_at(secret, totp.step_at(1_000_000))
    return secret, actions.add_totp(agent=agent, actor=actor_of(agent), secret=secret, code=code, now=1_000_000)


def test_recovery_codes_are_their_owners_and_only_as_they_were_given(
    teammate: Agent, owner: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "begin", lambda *_args, **_more: None)
    (_, mine), (_, theirs) = enrolled(teammate), enrolled(owner)
    tries = [*theirs, *(forged for forged in altered(mine[0]) if forged.upper() != mine[0].upper()), mine[0] + mine[1]]
    for code in tries:
        with pytest.raises(SignInRefused):
            actions.sign_in_by_code(agent=teammate, code=code, address=HERE)
    assert actions.sign_in_by_code(agent=teammate, code=mine[0], address=HERE) == teammate
    with pytest.raises(SignInRefused):
        actions.sign_in_by_code(agent=teammate, code=mine[0], address=HERE)


# Forms ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["/login", "/login/second", "/login/passkey", "/login/passkey/asked", "/logout", "/forgot", "/language"],
)
def test_no_door_takes_a_form_without_our_token(path: str, teammate: Agent) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(teammate)
    client.get("/login")
    for headers in ({}, {"X-CSRFToken": "x" * 64}, {"Origin": "https://evil.example"}):
        assert client.post(path, {"email": teammate.email, "language": "hy"}, headers=headers).status_code == 403
    assert client.get("/profile").status_code == 200


@pytest.mark.parametrize("kind", KINDS)
def test_no_link_takes_a_form_without_our_token(kind: str, teammate: Agent) -> None:
    token = token_of(kind, teammate)
    assert Client(enforce_csrf_checks=True).post(f"/{kind}/{token}", NEW).status_code == 403


def views(patterns: list[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from views(pattern.url_patterns)
        else:
            yield pattern


def test_only_the_doors_of_providers_ask_for_no_token_of_ours() -> None:
    """They have secrets of their own; and the API and the widget's, which stand before cookies are read."""
    free = {view.name for view in views(get_resolver().url_patterns) if getattr(view.callback, "csrf_exempt", False)}
    assert free == {"mail-webhook", "telegram-webhook"}


# Who has an account ---------------------------------------------------------------------------------------------------


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Mock:
    """Every hashing of a password, made or compared."""
    counted = Mock()
    for name in ("make_password", "verify_password"):
        real = getattr(hashers, name)

        def run(*args: object, of: object = real, **more: object) -> object:
            counted()
            return of(*args, **more)  # type: ignore[operator]

        monkeypatch.setattr(hashers, name, run)
    return counted


@pytest.mark.parametrize("who", ["nobody", "known", "gone", "no_password", "second_factor", "by_sso_only"])
def test_whoever_is_named_a_wrong_password_costs_one_hashing_and_as_many_statements(
    who: str, client: Client, teammate: Agent, gone: Agent, work: Mock, monkeypatch: pytest.MonkeyPatch
) -> None:
    email = {"nobody": "nobody@desk.example", "gone": gone.email}.get(who, teammate.email)
    if who == "no_password":
        teammate.set_unusable_password()
        teammate.save()
    elif who == "second_factor":
        enrolled(teammate)
    elif who == "by_sso_only":
        monkeypatch.setattr(sso, "may_use_password", lambda agent: False)
    client.post("/login", {"email": "first@desk.example", "password": "a guess of mine"})
    work.reset_mock()
    with CaptureQueriesContext(connection) as asked:
        answer = client.post("/login", {"email": email, "password": "a guess of mine"})
    assert answer.status_code == 422
    assert work.call_count == 1
    with CaptureQueriesContext(connection) as of_nobody:
        client.post("/login", {"email": "somebody.else@desk.example", "password": "a guess of mine"})
    assert len(asked) == len(of_nobody)


def test_forgetting_a_password_takes_the_same_for_everybody(
    client: Client, teammate: Agent, gone: Agent, work: Mock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tamada.accounts.mail.is_configured", lambda: True)
    client.post("/forgot", {"email": "first@desk.example"})
    statements = []
    for email in (teammate.email, gone.email, "nobody@desk.example"):
        with CaptureQueriesContext(connection) as asked:
            client.post("/forgot", {"email": email})
        statements.append([query["sql"].split("VALUES")[0][:60] for query in asked])
    assert statements[0] == statements[1] == statements[2]
    assert work.call_count == 0


def test_asking_for_a_passkey_tells_nothing_of_who_has_one(client: Client, teammate: Agent) -> None:
    assert factors.has_second(teammate) is False
    answer = client.post("/login/passkey/asked", headers={"Host": "localhost"}).json()
    assert not answer.get("allowCredentials")


# Where one is sent ----------------------------------------------------------------------------------------------------

ELSEWHERE = (
    "https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)",
    "http:evil", "///evil.example", "/\t/evil.example", "\x01//evil.example", "/%09/evil.example\r\nSet-Cookie: a=b",
)  # fmt: skip


@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_way_in_leads_elsewhere_or_writes_a_header(target: str, teammate: Agent, signed_in: SignedIn) -> None:
    client = signed_in(teammate)
    client.post("/confirm", {"password": PASSWORD})
    answers = [
        client.post("/confirm", {"password": PASSWORD, "next": target}),
        client.get("/login", {"next": target}),
        client.post("/language", {"language": "en", "next": target}),
        Client().post("/login", {"email": teammate.email, "password": PASSWORD, "next": target}),
        Client().get("/login/second", {"next": target}),
    ]
    for answer in answers:
        assert answer.status_code == 302
        place = answer["Location"].split("?")[0]
        assert place.startswith("/")
        assert not place.startswith(("//", "/\\"))
        assert not set("\r\n\t") & set(answer["Location"])
        assert "a" not in answer.cookies
