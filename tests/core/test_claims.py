"""Who signed a claim: this process, one that is gone, or one of another machine."""

import os

from tamada.core import claims, wakeup
from tamada.core.health import started


def test_a_process_knows_its_own_signature() -> None:
    assert claims.lives(claims.signature()) is True
    assert len(claims.signature()) <= 64


def test_a_process_that_ended_or_whose_pid_was_used_again_is_gone() -> None:
    assert claims.lives(f"{wakeup.node()}:{2**22 + 1}:1") is False
    assert claims.lives(f"{wakeup.node()}:{os.getpid()}:1") is False


def test_a_process_from_before_the_machine_was_booted_again_is_gone() -> None:
    before = f"{wakeup.node()[:12]}00000000"
    assert claims.lives(f"{before}:{os.getpid()}:{started(os.getpid())}") is False


def test_nothing_is_known_of_other_machines() -> None:
    for signed in ("another:12:34", "", "machine/boot/12/34", f"{wakeup.node()}:x:1"):
        assert claims.lives(signed) is None
