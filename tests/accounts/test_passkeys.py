"""Passkeys hold against replay, other places, copies and other people's keys."""

import json
from typing import Any

import pytest
from django.test import RequestFactory

from tamada.accounts import actions, passkeys
from tamada.accounts.actors import actor_of
from tamada.accounts.errors import Invalid, SignInRefused
from tamada.accounts.models import Agent, Passkey
from tamada.accounts.passkeys import BadPasskey, Site
from tests.helpers.passkey import PRESENT, SoftKey

SITE = Site(host="desk.example", origin="https://desk.example")


def added(agent: Agent, key: SoftKey, site: Site = SITE) -> Passkey:
    session: dict[str, Any] = {}
    asked = passkeys.creation_options(session, site, agent, company="Ararat Net")
    fresh = passkeys.read_new(session, site, key.create(asked, site.origin))
    actions.add_passkey(agent=agent, actor=actor_of(agent), fresh=fresh, host=site.host, name="My phone")
    return Passkey.objects.get(credential=fresh.credential)


def sign_in(session: dict[str, Any], answer: str, site: Site = SITE) -> Agent:
    passkey, count = passkeys.read_used(session, site, answer, "sign_in")
    return actions.sign_in_by_passkey(passkey=passkey, sign_count=count)


@pytest.fixture
def key(teammate: Agent) -> SoftKey:
    made = SoftKey()
    added(teammate, made)
    return made


def test_a_passkey_signs_in_without_a_password_each_time_with_a_fresh_challenge(teammate: Agent, key: SoftKey) -> None:
    session: dict[str, Any] = {}
    for _ in range(2):
        asked = passkeys.request_options(session, SITE, "sign_in")
        assert asked["userVerification"] == "required"
        assert sign_in(session, key.sign(asked, SITE.origin)) == teammate
    assert Passkey.objects.get().sign_count == 2


def test_what_is_asked_makes_a_key_that_knows_its_owner_and_tells_nothing_of_them(teammate: Agent) -> None:
    asked = passkeys.creation_options({}, SITE, teammate, company="Ararat Net")
    chosen = asked["authenticatorSelection"]
    assert (chosen["residentKey"], chosen["userVerification"]) == ("required", "required")
    assert (asked["rp"]["id"], asked["user"]["name"]) == ("desk.example", teammate.email)
    assert teammate.email not in asked["user"]["id"]
    assert len(asked["user"]["id"]) == 43  # a digest, no number


def test_an_answer_is_good_once(key: SoftKey) -> None:
    session: dict[str, Any] = {}
    answer = key.sign(passkeys.request_options(session, SITE, "sign_in"), SITE.origin)
    sign_in(session, answer)
    with pytest.raises(BadPasskey):
        sign_in(session, answer)
    passkeys.request_options(session, SITE, "sign_in")
    with pytest.raises(BadPasskey):
        sign_in(session, answer)


def test_a_challenge_is_gone_after_a_wrong_answer_too(key: SoftKey) -> None:
    session: dict[str, Any] = {}
    asked = passkeys.request_options(session, SITE, "sign_in")
    with pytest.raises(BadPasskey):
        sign_in(session, "{}")
    with pytest.raises(BadPasskey):
        sign_in(session, key.sign(asked, SITE.origin))


def test_a_challenge_of_another_browser_purpose_or_time_is_none(key: SoftKey, monkeypatch: pytest.MonkeyPatch) -> None:
    session: dict[str, Any] = {}
    asked = passkeys.request_options(session, SITE, "prove")
    with pytest.raises(BadPasskey):
        sign_in(session, key.sign(asked, SITE.origin))
    asked = passkeys.request_options({}, SITE, "sign_in")
    with pytest.raises(BadPasskey):
        sign_in({}, key.sign(asked, SITE.origin))
    asked = passkeys.request_options(session, SITE, "sign_in")
    monkeypatch.setattr(passkeys, "CHALLENGE_SECONDS", -1)
    with pytest.raises(BadPasskey):
        sign_in(session, key.sign(asked, SITE.origin))


@pytest.mark.parametrize(
    "lie",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://desk.example"},
        {"origin": "https://desk.example:8443"},
        {"host": "evil.example"},
        {"flags": PRESENT},
        {"flags": 0},
    ],
)
def test_another_origin_another_name_or_an_unverified_person_is_refused(lie: dict[str, Any], key: SoftKey) -> None:
    session: dict[str, Any] = {}
    asked = passkeys.request_options(session, SITE, "sign_in")
    with pytest.raises(BadPasskey):
        sign_in(session, key.sign(asked, lie.pop("origin", SITE.origin), **lie))


@pytest.mark.parametrize("lie", [{"origin": "https://evil.example"}, {"flags": PRESENT}])
def test_a_new_key_is_held_to_the_same(lie: dict[str, Any], teammate: Agent) -> None:
    session: dict[str, Any] = {}
    asked = passkeys.creation_options(session, SITE, teammate, company="Ararat Net")
    with pytest.raises(BadPasskey):
        passkeys.read_new(session, SITE, SoftKey().create(asked, lie.pop("origin", SITE.origin), **lie))


def test_a_counter_that_goes_back_or_stands_still_is_a_copy(key: SoftKey) -> None:
    session: dict[str, Any] = {}
    sign_in(session, key.sign(passkeys.request_options(session, SITE, "sign_in"), SITE.origin, count=7))
    for count in (7, 3):
        asked = passkeys.request_options(session, SITE, "sign_in")
        with pytest.raises(BadPasskey):
            sign_in(session, key.sign(asked, SITE.origin, count=count))
    assert Passkey.objects.get().sign_count == 7


def test_of_two_answers_with_one_count_the_second_is_refused(key: SoftKey, teammate: Agent) -> None:
    session: dict[str, Any] = {}
    answer = key.sign(passkeys.request_options(session, SITE, "sign_in"), SITE.origin)
    passkey, count = passkeys.read_used(session, SITE, answer, "sign_in")
    again = Passkey.objects.select_related("agent").get(pk=passkey.pk)
    assert actions.sign_in_by_passkey(passkey=passkey, sign_count=count) == teammate
    with pytest.raises(SignInRefused):
        actions.sign_in_by_passkey(passkey=again, sign_count=count)


def test_another_keys_signature_or_owner_is_refused(key: SoftKey, outsider: Agent) -> None:
    forger, session = SoftKey(), dict[str, Any]()
    forger.id, forger.handle = key.id, key.handle
    asked = passkeys.request_options(session, SITE, "sign_in")
    with pytest.raises(BadPasskey):
        sign_in(session, forger.sign(asked, SITE.origin))
    key.handle = passkeys.creation_options({}, SITE, outsider, company="A")["user"]["id"]
    asked = passkeys.request_options(session, SITE, "sign_in")
    with pytest.raises(BadPasskey):
        sign_in(session, key.sign(asked, SITE.origin))


def test_a_key_of_another_name_of_ours_does_not_count_here(teammate: Agent) -> None:
    key, other, session = SoftKey(), Site("other.example", "https://other.example"), dict[str, Any]()
    added(teammate, key, other)
    asked = passkeys.request_options(session, SITE, "sign_in", teammate)
    assert asked["allowCredentials"] == []
    with pytest.raises(BadPasskey):
        sign_in(session, key.sign(asked, SITE.origin))


def test_a_strangers_key_opens_nothing(teammate: Agent) -> None:
    session: dict[str, Any] = {}
    stranger = SoftKey()
    asked = passkeys.request_options(session, SITE, "sign_in")
    with pytest.raises(BadPasskey):
        sign_in(session, stranger.sign(asked, SITE.origin))


def test_somebody_who_left_does_not_come_in_by_their_key(teammate: Agent, key: SoftKey) -> None:
    Agent.objects.filter(pk=teammate.pk).update(is_active=False)
    session: dict[str, Any] = {}
    asked = passkeys.request_options(session, SITE, "sign_in")
    with pytest.raises(SignInRefused):
        sign_in(session, key.sign(asked, SITE.origin))


def test_anothers_key_is_no_second_step(teammate: Agent, outsider: Agent, key: SoftKey) -> None:
    session: dict[str, Any] = {}
    asked = passkeys.request_options(session, SITE, "sign_in", outsider)
    passkey, count = passkeys.read_used(session, SITE, key.sign(asked, SITE.origin), "sign_in")
    with pytest.raises(SignInRefused):
        actions.sign_in_by_passkey(passkey=passkey, sign_count=count, expected=outsider)
    with pytest.raises(SignInRefused):
        actions.confirm_by_passkey(agent=outsider, passkey=passkey, sign_count=count)


@pytest.mark.parametrize("answer", ["", "[]", "null", "{", '{"id": 5}', '{"id": "x", "response": []}', "x" * 30_000])
def test_nonsense_is_refused_and_breaks_nothing(answer: str, key: SoftKey) -> None:
    session: dict[str, Any] = {}
    passkeys.request_options(session, SITE, "sign_in")
    with pytest.raises(BadPasskey):
        sign_in(session, answer)


def test_a_truncated_answer_is_refused(key: SoftKey) -> None:
    for part in ("clientDataJSON", "authenticatorData", "signature"):
        session: dict[str, Any] = {}
        whole = json.loads(key.sign(passkeys.request_options(session, SITE, "sign_in"), SITE.origin))
        whole["response"][part] = whole["response"][part][:20]
        with pytest.raises(BadPasskey):
            sign_in(session, json.dumps(whole))


def test_the_same_key_is_not_kept_twice(teammate: Agent, outsider: Agent) -> None:
    key = SoftKey()
    added(teammate, key)
    with pytest.raises(Invalid):
        added(outsider, key)


@pytest.mark.parametrize(
    ("host", "secure", "possible"),
    [
        ("desk.example", True, True),
        ("desk.example", False, False),
        ("localhost:8000", False, True),
        ("127.0.0.1:8000", False, False),
        ("[::1]:8000", False, False),
        ("192.0.2.7", True, False),
    ],
)
def test_browsers_make_passkeys_for_names_with_encryption(
    host: str, secure: bool, possible: bool, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    request = RequestFactory().get("/", headers={"host": host}, secure=secure)
    site = passkeys.site_of(request)
    assert passkeys.is_possible(site) == possible
    assert site.origin == f"{'https' if secure else 'http'}://{host}"
    assert ":8000" not in site.host
