"""Signing in: the right person, once; guessing costs a growing wait and tells nothing."""

from datetime import UTC, datetime, timedelta
from unittest.mock import Mock

import pytest
from django.contrib.auth import hashers

from tamada.accounts import actions, throttle
from tamada.accounts.errors import LockedOut, SignInRefused
from tamada.accounts.models import Agent, SignInAttempt
from tamada.core.models import AuditEntry
from tests.cast import PASSWORD

HERE = "192.0.2.7"
NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)


def wrong(email: str, address: str = HERE) -> None:
    with pytest.raises(SignInRefused):
        actions.sign_in(email=email, password="not this one", address=address)


def test_the_right_password_opens_and_leaves_a_trace(teammate: Agent) -> None:
    assert actions.sign_in(email=" Tamar@DESK.example ", password=PASSWORD, address=HERE) == teammate
    assert AuditEntry.objects.get(action="agent.signed_in").actor_id == teammate.pk


def test_a_wrong_password_an_unknown_account_and_somebody_who_left_are_refused_alike(
    teammate: Agent, gone: Agent
) -> None:
    wrong(teammate.email)
    wrong("nobody@desk.example")
    with pytest.raises(SignInRefused):
        actions.sign_in(email=gone.email, password=PASSWORD, address=HERE)


def test_an_unknown_account_costs_one_hashing_as_a_known_one_does(
    teammate: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed = Mock(side_effect=hashers.make_password)
    verified = Mock(side_effect=hashers.verify_password)
    monkeypatch.setattr(hashers, "make_password", hashed)
    monkeypatch.setattr(hashers, "verify_password", verified)
    wrong("nobody@desk.example")
    assert (hashed.call_count, verified.call_count) == (1, 0)
    wrong(teammate.email)
    assert (hashed.call_count, verified.call_count) == (1, 1)


def test_an_agent_without_a_password_cannot_sign_in(teammate: Agent) -> None:
    teammate.set_unusable_password()
    teammate.save()
    with pytest.raises(SignInRefused):
        actions.sign_in(email=teammate.email, password=teammate.password, address=HERE)


def test_five_failures_lock_an_account_even_for_the_right_password(teammate: Agent) -> None:
    for _ in range(throttle.PER_ACCOUNT):
        wrong(teammate.email)
    with pytest.raises(LockedOut) as locked:
        actions.sign_in(email=teammate.email.upper(), password=PASSWORD, address="198.51.100.1")
    assert 0 < locked.value.seconds <= 60


def test_a_lock_does_not_touch_other_accounts(teammate: Agent, owner: Agent) -> None:
    for _ in range(throttle.PER_ACCOUNT):
        wrong(teammate.email)
    assert actions.sign_in(email=owner.email, password=PASSWORD, address=HERE) == owner


def test_an_unknown_account_is_locked_in_the_same_way(db: None) -> None:
    for _ in range(throttle.PER_ACCOUNT):
        wrong("nobody@desk.example")
    with pytest.raises(LockedOut):
        actions.sign_in(email="nobody@desk.example", password="x", address=HERE)


def test_twenty_failures_lock_an_address_for_every_account(teammate: Agent) -> None:
    for number in range(throttle.PER_ADDRESS):
        wrong(f"guess{number}@desk.example")
    with pytest.raises(LockedOut):
        actions.sign_in(email=teammate.email, password=PASSWORD, address=HERE)
    assert actions.sign_in(email=teammate.email, password=PASSWORD, address="198.51.100.1") == teammate


def test_a_success_forgets_the_failures_before_it(teammate: Agent) -> None:
    for _ in range(throttle.PER_ACCOUNT - 1):
        wrong(teammate.email)
    actions.sign_in(email=teammate.email, password=PASSWORD, address=HERE)
    assert not SignInAttempt.objects.exists()
    wrong(teammate.email)


def test_a_clock_that_was_ahead_and_came_back_keeps_nobody_out() -> None:
    failures = [NOON + timedelta(days=365)] * throttle.PER_ACCOUNT
    assert throttle.wait_for(failures, throttle.PER_ACCOUNT, NOON) == throttle.FIRST_WAIT


def test_each_failure_beyond_the_free_ones_doubles_the_wait_up_to_a_quarter_of_an_hour(db: None) -> None:
    now, waits = NOON, []
    for _ in range(throttle.PER_ACCOUNT - 1):
        throttle.begin("a@b.example", HERE, now=now)
    for _ in range(6):
        throttle.begin("a@b.example", HERE, now=now)
        with pytest.raises(LockedOut) as locked:
            throttle.begin("a@b.example", HERE, now=now)
        waits.append(locked.value.seconds)
        now += timedelta(seconds=locked.value.seconds)
    assert waits == [60, 120, 240, 480, 900, 900]


def test_failures_older_than_a_day_count_no_longer_and_are_pruned(db: None) -> None:
    for _ in range(throttle.PER_ACCOUNT):
        throttle.begin("a@b.example", HERE, now=NOON)
    tomorrow = NOON + timedelta(hours=24, seconds=1)
    throttle.begin("a@b.example", HERE, now=tomorrow)
    throttle.prune(tomorrow)
    assert SignInAttempt.objects.count() == 1


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", "0.0.0.0"),
    ],
)
def test_an_ipv6_neighbourhood_counts_as_one_address(address: str, key: str) -> None:
    assert throttle.address_key(address) == key


def test_an_outdated_hash_is_renewed_by_a_sign_in(teammate: Agent, settings: object) -> None:
    settings.PASSWORD_HASHERS = ["tamada.accounts.passwords.Argon2Hasher", *settings.PASSWORD_HASHERS]  # type: ignore[attr-defined]
    assert actions.sign_in(email=teammate.email, password=PASSWORD, address=HERE) == teammate
    teammate.refresh_from_db()
    assert teammate.password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert actions.sign_in(email=teammate.email, password=PASSWORD, address=HERE) == teammate
