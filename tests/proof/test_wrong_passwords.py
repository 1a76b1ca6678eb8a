"""A hundred thousand wrong passwords, from many addresses, at known and unknown accounts: nobody comes in."""

import random
import time
from importlib import import_module

import pytest

from tamada.accounts import actions, totp
from tamada.accounts.actors import actor_of
from tamada.accounts.errors import LockedOut, SecondFactorNeeded, SignInRefused
from tamada.accounts.models import Agent
from tests.cast import PASSWORD, make_agent
from tests.helpers.proof import report, sized

ACCOUNTS = 40
ADDRESSES = 400
TRIES = sized(600, 100_000)
# Five are free; after that each account's next try is looked at after 1, 2, 4 … 15 minutes of the run.
MOST_LOOKED_AT = ACCOUNTS * (5 + 8)


@pytest.mark.proof
@pytest.mark.timeout(7200)
def test_wrong_passwords_and_codes_in_number_let_nobody_in(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    known = [make_agent(f"Person{n}") for n in range(ACCOUNTS // 2)]
    secret, now = totp.new_secret(), time.time()
    code = totp.code_at(secret, totp.step_at(now))
    guarded = make_agent("Guarded")
    actions.add_totp(agent=guarded, actor=actor_of(guarded), secret=secret, code=code, now=now)
    targets = [agent.email for agent in known] + [f"nobody{n}@desk.example" for n in range(ACCOUNTS // 2)]
    looked_at = 0
    door = import_module("tamada.accounts.actions.sign_in")
    matches = door.matches

    def counted(password: str, agent: Agent | None) -> bool:
        nonlocal looked_at
        looked_at += 1
        return bool(matches(password, agent))

    monkeypatch.setattr(door, "matches", counted)
    monkeypatch.setattr(door.log, "disabled", True)  # a line for each that is held back
    rng = random.Random(7)
    refused = held_back = codes = 0
    for n in range(TRIES):
        number = rng.randrange(ADDRESSES)
        address = f"198.51.{100 + number // 250}.{number % 250 + 1}"
        try:
            if n % 10 == 9:
                codes += 1
                actions.sign_in_by_code(agent=guarded, code=f"{rng.randrange(10**6):06}", address=address)
            else:
                actions.sign_in(email=rng.choice(targets), password=f"guess {n}", address=address)
        except SignInRefused:
            refused += 1
        except LockedOut:
            held_back += 1
        else:
            pytest.fail("somebody came in")
    assert refused + held_back == TRIES
    assert looked_at <= MOST_LOOKED_AT
    fresh = make_agent("Fresh")
    assert actions.sign_in(email=fresh.email, password=PASSWORD, address="203.0.113.9") == fresh
    with pytest.raises((LockedOut, SecondFactorNeeded)):
        actions.sign_in(email=guarded.email, password=PASSWORD, address="203.0.113.9")
    report(
        "Wrong passwords and codes",
        tried=TRIES, of_them_codes=codes, looked_at=refused, held_back=held_back, let_in=0,
    )  # fmt: skip
