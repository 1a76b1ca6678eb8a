"""Second factors: codes are right once, counted together with passwords, and hidden in the database."""

import base64
import time
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.core.exceptions import PermissionDenied

from tamada.accounts import actions, factors, throttle, totp
from tamada.accounts.actors import actor_of
from tamada.accounts.errors import Invalid, LockedOut, SecondFactorNeeded, SignInRefused
from tamada.accounts.models import Agent, RecoveryCode, Role, TotpKey
from tamada.core.models import AuditEntry
from tamada.core.tasks import run_pending
from tests.cast import PASSWORD

HERE = "192.0.2.7"


@pytest.fixture
def can_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "TAMADA", replace(settings.TAMADA, smtp_url="smtp://127.0.0.1:1"))


def enrolled(agent: Agent) -> tuple[str, list[str]]:
    """An app for somebody, whose code of two steps ago was used to add it; the secret and the recovery codes."""
    secret = totp.new_secret()
    now = time.time()
    codes = actions.add_totp(
        agent=agent, actor=actor_of(agent), secret=secret, code=totp.code_at(secret, totp.step_at(now)), now=now
    )
    TotpKey.objects.filter(agent=agent).update(last_step=totp.step_at(now) - 2)
    return secret, codes


def code_now(secret: str) -> str:
    return totp.code_at(secret, totp.step_at(time.time()))


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    secret = base64.b32encode(b"12345678901234567890").decode()
    assert totp.code_at(secret, totp.step_at(seconds)) == code


def test_a_code_holds_half_a_minute_before_and_after_and_no_longer() -> None:
    secret, now = totp.new_secret(), 1_700_000_000
    step = totp.step_at(now)
    codes = [totp.code_at(secret, step + n) for n in (-2, -1, 0, 1, 2)]
    assert [totp.step_of(secret, code, now) is not None for code in codes] == [False, True, True, True, False]
    assert totp.step_of(secret, codes[2], now, after=step) is None


@pytest.mark.parametrize("code", ["", "12345", "1234567", "١٢٣٤٥٦", "абвгде", "\0\0\0\0\0\0", "-12345", "1" * 5000])
def test_nonsense_is_no_code(code: str, teammate: Agent) -> None:
    enrolled(teammate)
    assert factors.use_code(teammate, code) is None


def test_the_address_in_the_picture_names_the_company_and_the_person() -> None:
    address = totp.address("ABC", account="ani@desk.example", issuer="Ararat: Net")
    assert (
        address
        == "otpauth://totp/Ararat%20%20Net:ani%40desk.example?secret=ABC&issuer=Ararat%20%20Net&digits=6&period=30"
    )


def test_a_password_alone_opens_no_more_and_a_code_does_once(teammate: Agent) -> None:
    secret, _codes = enrolled(teammate)
    with pytest.raises(SecondFactorNeeded) as owed:
        actions.sign_in(email=teammate.email, password=PASSWORD, address=HERE)
    assert owed.value.agent == teammate
    assert not AuditEntry.objects.filter(action="agent.signed_in").exists()
    code = code_now(secret)
    assert actions.sign_in_by_code(agent=teammate, code=f" {code[:3]} {code[3:]}", address=HERE) == teammate
    assert AuditEntry.objects.get(action="agent.signed_in").changes == {"by": "totp"}
    with pytest.raises(SignInRefused):
        actions.sign_in_by_code(agent=teammate, code=code, address=HERE)


def test_the_code_that_added_the_app_is_used_up(teammate: Agent) -> None:
    secret, now = totp.new_secret(), time.time()
    code = totp.code_at(secret, totp.step_at(now))
    actions.add_totp(agent=teammate, actor=actor_of(teammate), secret=secret, code=code, now=now)
    assert factors.use_code(teammate, code) is None


def test_a_wrong_password_never_tells_of_a_second_factor(teammate: Agent) -> None:
    enrolled(teammate)
    with pytest.raises(SignInRefused):
        actions.sign_in(email=teammate.email, password="wrong", address=HERE)


def test_who_knows_the_password_still_guesses_five_codes_and_no_more(teammate: Agent) -> None:
    secret, _codes = enrolled(teammate)
    wrong = str((int(code_now(secret)) + 1) % 10**6).zfill(6)
    for _ in range(throttle.PER_ACCOUNT):
        with pytest.raises(SecondFactorNeeded):
            actions.sign_in(email=teammate.email, password=PASSWORD, address=HERE)
        with pytest.raises(SignInRefused):
            actions.sign_in_by_code(agent=teammate, code=wrong, address=HERE)
    with pytest.raises(LockedOut):
        actions.sign_in_by_code(agent=teammate, code=code_now(secret), address="198.51.100.1")
    with pytest.raises(LockedOut):
        actions.sign_in(email=teammate.email, password=PASSWORD, address="198.51.100.1")


@pytest.mark.usefixtures("can_mail")
def test_a_recovery_code_works_once_and_its_owner_hears_of_it(teammate: Agent, outsider: Agent) -> None:
    _secret, codes = enrolled(teammate)
    assert len(set(codes)) == factors.RECOVERY_CODES
    assert factors.use_code(outsider, codes[0]) is None
    assert actions.sign_in_by_code(agent=teammate, code=codes[0].upper().replace("-", " "), address=HERE) == teammate
    with pytest.raises(SignInRefused):
        actions.sign_in_by_code(agent=teammate, code=codes[0], address=HERE)
    assert teammate.recovery_codes.count() == factors.RECOVERY_CODES - 1
    run_pending()
    assert [letter.subject for letter in mail.outbox] == ["How you sign in was changed", "A recovery code was used"]


def test_new_recovery_codes_kill_the_old_ones(teammate: Agent) -> None:
    _secret, old = enrolled(teammate)
    fresh = actions.renew_recovery_codes(agent=teammate, actor=actor_of(teammate))
    assert not set(fresh) & set(old)
    assert factors.use_code(teammate, old[0]) is None
    assert factors.use_code(teammate, fresh[0]) == "recovery"


def test_without_a_second_factor_there_is_nothing_to_recover(teammate: Agent) -> None:
    with pytest.raises(Invalid):
        actions.renew_recovery_codes(agent=teammate, actor=actor_of(teammate))


def test_no_table_keeps_a_secret_or_a_code_as_it_is(teammate: Agent) -> None:
    secret, codes = enrolled(teammate)
    kept = str(list(TotpKey.objects.values())) + str(list(RecoveryCode.objects.values()))
    kept += str(list(AuditEntry.objects.values()))
    assert secret not in kept
    assert not any(code in kept or code.replace("-", "") in kept for code in codes)


def test_a_secret_of_another_installation_opens_nothing(teammate: Agent, settings: Any) -> None:
    secret, _codes = enrolled(teammate)
    settings.SECRET_KEY = "another key of at least thirty-two characters, as it should"
    assert factors.use_code(teammate, code_now(secret)) is None


def test_removing_the_last_factor_takes_the_recovery_codes_along_and_ends_sessions(teammate: Agent) -> None:
    enrolled(teammate)
    epoch = teammate.session_epoch
    actions.remove_totp(agent=teammate, actor=actor_of(teammate))
    teammate.refresh_from_db()
    assert teammate.session_epoch == epoch + 1
    assert not RecoveryCode.objects.exists()
    assert actions.sign_in(email=teammate.email, password=PASSWORD, address=HERE) == teammate


def test_a_factor_that_is_owed_stays(owner: Agent, teammate: Agent) -> None:
    enrolled(teammate)
    actions.require_second_factor(agent=owner, actor=actor_of(owner), roles=[Role.AGENT])
    with pytest.raises(Invalid, match="Your role needs"):
        actions.remove_totp(agent=teammate, actor=actor_of(teammate))
    assert factors.has_second(teammate)


def test_only_an_admin_requires_a_second_factor(lead: Agent, owner: Agent) -> None:
    with pytest.raises(PermissionDenied):
        actions.require_second_factor(agent=lead, actor=actor_of(lead), roles=[Role.ADMIN])
    with pytest.raises(Invalid):
        actions.require_second_factor(agent=owner, actor=actor_of(owner), roles=["nobody"])
    assert factors.required_roles() == frozenset()


@pytest.mark.usefixtures("can_mail")
def test_an_admin_resets_somebodys_factors_which_is_written_down_and_told(owner: Agent, teammate: Agent) -> None:
    enrolled(teammate)
    run_pending()
    mail.outbox.clear()
    actions.reset_factors(agent=owner, actor=actor_of(owner), target=teammate)
    assert not factors.has_second(teammate)
    assert not RecoveryCode.objects.exists()
    entry = AuditEntry.objects.get(action="agent.factors_reset")
    assert (entry.actor_id, entry.object_id, entry.changes) == (owner.pk, teammate.pk, {"passkeys": 0, "apps": 1})
    run_pending()
    assert [letter.to for letter in mail.outbox] == [[teammate.email]]


@pytest.mark.parametrize("who", ["lead", "teammate", "observer", "outsider"])
def test_nobody_else_resets_factors(who: str, request: pytest.FixtureRequest, owner: Agent) -> None:
    enrolled(owner)
    agent = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        actions.reset_factors(agent=agent, actor=actor_of(agent), target=owner)
    assert factors.has_second(owner)


def test_an_admin_does_not_reset_their_own(owner: Agent) -> None:
    enrolled(owner)
    with pytest.raises(PermissionDenied):
        actions.reset_factors(agent=owner, actor=actor_of(owner), target=owner)
