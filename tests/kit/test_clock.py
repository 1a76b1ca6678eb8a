"""The clock: frozen for tests, and jumps noticed."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from tamada.kit import clock

NINE = datetime(2026, 3, 1, 9, tzinfo=UTC)


def test_now_is_aware_and_in_utc() -> None:
    assert clock.now().tzinfo is UTC
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_frozen_clock_moves_only_when_told() -> None:
    with clock.frozen(NINE) as held:
        start = clock.monotonic()
        assert clock.now() == clock.now() == NINE
        held.advance(minutes=5)
        assert clock.now() == NINE + timedelta(minutes=5)
        assert clock.monotonic() - start == pytest.approx(300, abs=1e-6)
    assert clock.now() != NINE + timedelta(minutes=5)


def test_a_frozen_clock_needs_a_time_zone_and_goes_forward() -> None:
    with pytest.raises(ValueError, match="aware"), clock.frozen(datetime(2026, 3, 1)):  # noqa: DTZ001
        pass
    with clock.frozen(NINE) as held, pytest.raises(ValueError, match="forward"):
        held.advance(seconds=-1)


def _now_in_a_thread() -> datetime:
    seen: list[datetime] = []
    thread = threading.Thread(target=lambda: seen.append(clock.now()))
    thread.start()
    thread.join()
    return seen[0]


def test_other_threads_see_a_clock_frozen_everywhere_and_no_other() -> None:
    with clock.frozen(NINE, everywhere=True):
        assert _now_in_a_thread() == NINE
    with clock.frozen(NINE):
        assert _now_in_a_thread() != NINE


def test_a_jump_of_the_wall_clock_is_noticed_once() -> None:
    with clock.frozen(NINE) as held:
        guard = clock.JumpGuard()
        held.advance(hours=3)
        assert guard.jumped() is None
        held.jump(hours=-2)
        assert guard.jumped() == timedelta(hours=-2)
        assert guard.jumped() is None


def test_steady_instants_never_go_back() -> None:
    with clock.frozen(NINE) as held:
        steady = clock.SteadyNow()
        first = steady()
        held.jump(hours=-1)
        second = steady()
        assert second > first
        held.jump(hours=2)
        assert steady() == NINE + timedelta(hours=1)
