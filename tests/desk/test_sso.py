"""Single sign-on: with a real provider on this machine, and with one that lies."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.test import Client

from tamada.accounts import actions, sessions, sso
from tamada.accounts.actors import actor_of
from tamada.accounts.errors import Invalid, SignInRefused
from tamada.accounts.models import Agent, Role, SsoIdentity
from tamada.core import settings_store
from tamada.core.actors import SYSTEM
from tamada.core.models import AuditEntry, StoredSetting
from tests.cast import PASSWORD, SignedIn
from tests.desk.test_second_step import stale
from tests.helpers.oidc import LyingProvider, lying_provider, real_provider

Use = Callable[[str], None]


@pytest.fixture
def use(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Use]:
    """`use(issuer)`: the owner of the installation named this provider, an admin entered what it calls us."""

    def named(issuer: str) -> None:
        monkeypatch.setattr(settings, "TAMADA", replace(settings.TAMADA, sso_issuer=issuer))
        settings_store.set("sso.client_id", "tamada", SYSTEM)
        settings_store.set("sso.label", "Company account", SYSTEM)

    sso.forget()
    yield named
    sso.forget()


@pytest.fixture
def provider(use: Use) -> Iterator[LyingProvider]:
    with lying_provider() as running:
        use(running.issuer)
        yield running


def there_and_back(client: Client, provider: LyingProvider, query: str = "", **bent: str) -> Any:
    leaving = client.get(f"/login/sso{query}")
    assert leaving.status_code == 302
    return client.get("/login/sso/back", {**provider.answer(leaving["Location"]), **bent})


def is_in(client: Client) -> bool:
    return client.get("/profile").status_code == 200


# A real provider -----------------------------------------------------------------------------------------------------


@pytest.mark.servers
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the provider's own library, in its thread
def test_with_a_real_provider_from_the_button_to_the_desk(use: Use, teammate: Agent, client: Client) -> None:
    with real_provider() as issuer:
        use(issuer)
        settings_store.set("sso.client_secret", "between us", SYSTEM)
        told = {"email": "Tamar@desk.example", "email_verified": True, "name": "Tamar"}
        assert httpx.put(f"{issuer}/users/t-1", json=told).status_code == 204
        assert "Sign in with Company account" in client.get("/login").text
        leaving = client.get("/login/sso?next=/customers/")
        allowed = httpx.post(leaving["Location"], data={"sub": "t-1"})
        assert allowed.status_code == 302
        back = urlsplit(allowed.headers["Location"])
        answer = client.get(f"{back.path}?{back.query}")
        assert (answer.status_code, answer["Location"]) == (302, "/customers/")
        assert is_in(client)
        assert AuditEntry.objects.get(action="agent.signed_in").changes == {"by": "sso"}
        link = SsoIdentity.objects.get()
        assert (link.agent, link.issuer, link.subject) == (teammate, issuer, "t-1")
        # The same way back a second time is no way in.
        assert Client().get(f"{back.path}?{back.query}").status_code == 422
        assert client.get(f"{back.path}?{back.query}").status_code == 422
        denied = httpx.post(Client().get("/login/sso")["Location"], data={"action": "deny"})
        assert denied.status_code in (302, 400)


# What is asked -------------------------------------------------------------------------------------------------------


def test_what_is_asked_holds_state_nonce_and_a_challenge(
    provider: LyingProvider, teammate: Agent, client: Client
) -> None:
    assert there_and_back(client, provider, "?next=/customers/")["Location"] == "/customers/"
    asked = provider.asked
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert asked["redirect_uri"] == "http://testserver/login/sso/back"
    assert set(asked["scope"].split()) == {"openid", "email", "profile"}
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 43
    other = dict(parse_qsl(urlsplit(Client().get("/login/sso")["Location"]).query))
    assert all(other[name] != asked[name] for name in ("state", "nonce", "code_challenge"))


def test_the_client_secret_is_sent_as_the_provider_takes_it_and_kept_hidden(
    provider: LyingProvider, owner: Agent, teammate: Agent
) -> None:
    actions.update_sso(
        agent=owner, actor=actor_of(owner), issuer="", client_id="tamada", client_secret="s3cret of ours", label="",
        create=False, role="agent", only=False,
    )  # fmt: skip
    stored = StoredSetting.objects.get(key="sso.client_secret").value
    assert "s3cret" not in str(stored)
    assert "s3cret" not in str(list(AuditEntry.objects.values()))
    there_and_back(Client(), provider)
    assert provider.token_requests[0]["authorization"].startswith("Basic ")
    sso.forget()
    provider.document = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    there_and_back(Client(), provider)
    assert provider.token_requests[1]["client_secret"] == "s3cret of ours"


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_the_way_back_never_leads_elsewhere(
    target: str, provider: LyingProvider, teammate: Agent, client: Client
) -> None:
    leaving = client.get("/login/sso", {"next": target})
    assert client.get("/login/sso/back", provider.answer(leaving["Location"]))["Location"] == "/"


def test_a_session_gets_a_new_key(provider: LyingProvider, teammate: Agent, client: Client) -> None:
    leaving = client.get("/login/sso")
    before = client.session.session_key
    client.get("/login/sso/back", provider.answer(leaving["Location"]))
    assert client.session.session_key != before


# Lies ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "somebody-else"},
        {"aud": ["tamada", "other"], "azp": "other"},
        {"iss": "https://evil.example"},
        {"nonce": "of another sign-in"},
        {"nonce": None},
        {"exp": 1},
        {"exp": None},
        {"iat": int(time.time()) + 3600},
        {"sub": None},
        {"sub": ""},
        {"sub": "x" * 300},
    ],
)
def test_a_token_that_is_not_ours_now_is_refused(
    claims: dict[str, Any], provider: LyingProvider, teammate: Agent, client: Client
) -> None:
    provider.claims = claims
    assert there_and_back(client, provider).status_code == 422
    assert not is_in(client)


def test_forged_signatures_are_refused(provider: LyingProvider, teammate: Agent) -> None:
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = jwt.algorithms.RSAAlgorithm.to_jwk(provider.key.public_key())
    forgeries: list[Callable[[dict[str, Any]], str]] = [
        lambda claims: jwt.encode(claims, "", algorithm="none", headers={"kid": "one"}),
        lambda claims: jwt.encode(claims, "tamada" * 8, algorithm="HS256", headers={"kid": "one"}),
        lambda claims: jwt.encode(claims, public.encode(), algorithm="HS512", headers={"kid": "one"}),
        lambda claims: jwt.encode(claims, stranger, algorithm="RS256", headers={"kid": "one"}),
        lambda claims: jwt.encode(claims, stranger, algorithm="RS256", headers={"kid": "two"}),
        lambda claims: provider.honest(claims)[:-8] + "AAAAAAAA",
        lambda claims: provider.honest(claims).rpartition(".")[0] + ".",
        lambda claims: "not.a.token",
        lambda claims: "",
    ]
    for forge in forgeries:
        provider.sign = forge
        client = Client()
        assert there_and_back(client, provider).status_code == 422
        assert not is_in(client)


def test_a_key_that_was_rotated_is_fetched_again(
    provider: LyingProvider, teammate: Agent, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    there_and_back(Client(), provider)
    provider.key, provider.kid = rsa.generate_private_key(public_exponent=65537, key_size=2048), "two"
    monkeypatch.setattr(sso, "_AGAIN_SECONDS", 0)
    there_and_back(client, provider)
    assert is_in(client)


def test_the_way_back_is_this_browsers_alone_once_and_not_for_long(
    provider: LyingProvider, teammate: Agent, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = provider.answer(client.get("/login/sso")["Location"])
    assert Client().get("/login/sso/back", answer).status_code == 422
    assert client.get("/login/sso/back", {**answer, "state": "guess"}).status_code == 422
    assert client.get("/login/sso/back", answer).status_code == 422  # the guess used it up
    assert not is_in(client)
    monkeypatch.setattr(sso, "PENDING_SECONDS", -1)
    assert there_and_back(client, provider).status_code == 422


def test_an_answer_of_another_provider_or_a_stolen_code_is_refused(
    provider: LyingProvider, teammate: Agent, client: Client
) -> None:
    assert there_and_back(client, provider, iss="https://evil.example").status_code == 422
    answer = provider.answer(client.get("/login/sso")["Location"])
    provider.asked["code_challenge"] = "that of the thief's own sign-in"
    assert client.get("/login/sso/back", answer).status_code == 422
    assert not is_in(client)


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://169.254.169.254/latest"},
        {"jwks_uri": "http://10.0.0.1/keys"},
        {"token_endpoint": "https://169.254.169.254/latest"},
        {"authorization_endpoint": None},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
)
def test_what_the_provider_tells_of_itself_is_not_believed_blindly(
    document: dict[str, Any], provider: LyingProvider, teammate: Agent, client: Client
) -> None:
    provider.document = document
    leaving = client.get("/login/sso")
    if leaving.status_code == 302:
        assert client.get("/login/sso/back", provider.answer(leaving["Location"])).status_code == 422
    else:
        assert leaving.status_code == 422
    assert not is_in(client)


def test_a_provider_inside_is_reached_only_when_the_owner_named_it(
    provider: LyingProvider, owner: Agent, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "TAMADA", replace(settings.TAMADA, sso_issuer=None))
    settings_store.set("sso.issuer", provider.issuer, SYSTEM)
    assert client.get("/login/sso").status_code == 422
    settings_store.set("sso.issuer", "https://127.0.0.1:1", SYSTEM)
    assert "not on the public internet" in client.get("/login/sso").text
    with pytest.raises(Invalid):
        actions.update_sso(
            agent=owner, actor=actor_of(owner), issuer="http://login.example", client_id="a", client_secret="",
            label="", create=False, role="agent", only=False,
        )  # fmt: skip


# Who it is -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("claims", [{"email_verified": False}, {"email_verified": None}, {"email": None}])
def test_an_address_that_nobody_verified_links_nobody(
    claims: dict[str, Any], provider: LyingProvider, teammate: Agent, client: Client
) -> None:
    provider.claims = claims
    assert there_and_back(client, provider).status_code == 422
    assert not SsoIdentity.objects.exists()


def test_the_address_counts_once_and_then_the_subject(provider: LyingProvider, teammate: Agent, owner: Agent) -> None:
    assert there_and_back(Client(), provider).status_code == 302
    provider.claims = {"email": owner.email}  # They write another address into their account.
    client = Client()
    there_and_back(client, provider)
    assert "Tamar" in client.get("/profile").text
    provider.claims = {"sub": "subject-2"}  # Somebody else gets the old address.
    assert there_and_back(Client(), provider).status_code == 422
    assert SsoIdentity.objects.count() == 1


def test_who_is_new_is_let_in_only_where_that_was_chosen(provider: LyingProvider, owner: Agent, client: Client) -> None:
    provider.claims = {"email": "nare@desk.example", "name": "Nare", "sub": "subject-9"}
    assert there_and_back(client, provider).status_code == 422
    assert not Agent.objects.filter(email="nare@desk.example").exists()
    settings_store.set("sso.create", True, SYSTEM)
    settings_store.set("sso.role", "observer", SYSTEM)
    assert there_and_back(client, provider).status_code == 302
    made = Agent.objects.get(email="nare@desk.example")
    assert (made.role, made.name, made.has_usable_password()) == (Role.OBSERVER, "Nare", False)


def test_somebody_who_left_stays_out(provider: LyingProvider, gone: Agent, client: Client) -> None:
    settings_store.set("sso.create", True, SYSTEM)
    provider.claims = {"email": gone.email}
    assert there_and_back(client, provider).status_code == 422
    assert not is_in(client)


def test_a_required_second_step_is_the_providers_matter(
    provider: LyingProvider, owner: Agent, teammate: Agent, client: Client
) -> None:
    actions.require_second_factor(agent=owner, actor=actor_of(owner), roles=["agent"])
    assert there_and_back(client, provider)["Location"] == "/"
    assert is_in(client)


# Passwords shut off --------------------------------------------------------------------------------------------------


def only(owner: Agent, value: bool = True) -> None:
    actions.update_sso(
        agent=owner, actor=actor_of(owner), issuer="", client_id="tamada", client_secret="", label="", create=False,
        role="agent", only=value,
    )  # fmt: skip


def test_passwords_are_shut_off_for_all_but_admins(
    provider: LyingProvider, owner: Agent, teammate: Agent, client: Client
) -> None:
    with pytest.raises(Invalid, match="yourself first"):
        only(owner)
    provider.claims = {"email": owner.email, "sub": "the-owner"}
    there_and_back(Client(), provider)
    only(owner)
    with pytest.raises(SignInRefused):
        actions.sign_in(email=teammate.email, password=PASSWORD, address="192.0.2.1")
    assert actions.sign_in(email=owner.email, password=PASSWORD, address="192.0.2.1") == owner
    settings_store.set("sso.client_id", "", SYSTEM)  # Without a provider passwords open again.
    assert actions.sign_in(email=teammate.email, password=PASSWORD, address="192.0.2.1") == teammate


@pytest.mark.parametrize("who", ["lead", "teammate", "observer"])
def test_only_admins_set_the_provider(who: str, request: pytest.FixtureRequest, db: None) -> None:
    with pytest.raises(PermissionDenied):
        only(request.getfixturevalue(who), value=False)


# Confirming, trying, unlinking ---------------------------------------------------------------------------------------


def test_the_provider_confirms_who_it_is(provider: LyingProvider, teammate: Agent, client: Client) -> None:
    there_and_back(client, provider)
    stale(client)
    assert there_and_back(client, provider, "?confirm=1&next=/profile/tokens")["Location"] == "/profile/tokens"
    assert (provider.asked["prompt"], provider.asked["max_age"]) == ("login", "0")
    assert sessions.is_fresh(client.session)
    for lie in ({"auth_time": int(time.time()) - 3600}, {"sub": "subject-2"}):
        stale(client)
        provider.claims = lie
        assert there_and_back(client, provider, "?confirm=1").status_code == 422
        assert not sessions.is_fresh(client.session)


def test_the_connection_is_tried_from_the_settings(provider: LyingProvider, owner: Agent, signed_in: SignedIn) -> None:
    client = signed_in(owner)
    page = client.get("/settings/sign-in").text
    assert "http://testserver/login/sso/back" in page
    assert "answers." in client.post("/settings/sign-in/try", follow=True).text
    provider.document = {"issuer": "https://evil.example"}
    assert "calls itself https://evil.example" in client.post("/settings/sign-in/try", follow=True).text


def test_an_admin_unlinks_somebody(provider: LyingProvider, owner: Agent, teammate: Agent, signed_in: SignedIn) -> None:
    theirs = Client()
    there_and_back(theirs, provider)
    client = signed_in(owner)
    assert "Unlink" in client.get(f"/settings/people/{teammate.pk}").text
    client.post(f"/settings/people/{teammate.pk}/sso/unlink")
    assert not SsoIdentity.objects.exists()
    assert not is_in(theirs)


def test_without_a_provider_there_is_no_door(client: Client, db: None) -> None:
    assert client.get("/login/sso").status_code == 404
    assert client.get("/login/sso/back", {"code": "a", "state": "b"}).status_code == 422
    assert "Sign in with" not in client.get("/login").text.replace("Sign in with a passkey", "")
