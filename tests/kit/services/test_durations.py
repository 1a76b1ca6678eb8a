"""What is known of how long a step takes: the template first, what was seen later."""

import random
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tamada.kit.services.durations import PSEUDO, SHORTEST, Known, known

HOUR = timedelta(hours=1)


def hours(*values: float) -> list[timedelta]:
    return [value * HOUR for value in values]


def test_what_was_never_seen_takes_what_the_template_says() -> None:
    assert known([], 4 * HOUR).typical == 4 * HOUR
    assert 1.5 < known([], 4 * HOUR).slow / (4 * HOUR) < 2


def test_one_job_does_not_overturn_the_template_and_a_hundred_do() -> None:
    assert known(hours(12), 4 * HOUR).typical < 4.5 * HOUR
    ten = known(hours(*[12] * 10), 4 * HOUR).typical
    assert 8 * HOUR < ten < 12 * HOUR
    assert known(hours(*[12] * 100), 4 * HOUR).typical == 12 * HOUR


def test_the_figures_of_many_are_theirs_and_not_the_templates() -> None:
    chance = random.Random(1)
    seen = hours(*(chance.lognormvariate(1, 0.4) for _ in range(400)))
    found, alone = known(seen, 10 * HOUR), sorted(seen)
    assert abs(found.typical / alone[200] - 1) < 0.05
    assert abs(found.slow / alone[360] - 1) < 0.1


@pytest.mark.parametrize("count", [0, 1, 2, 5, 10, 30, 100])
@pytest.mark.parametrize("outlier", [timedelta(0), 1000 * HOUR])
def test_one_absurd_duration_moves_hardly_anything(count: int, outlier: timedelta) -> None:
    seen = hours(*(3 + place / 50 for place in range(count)))
    before, after = known(seen, 3 * HOUR), known([*seen, outlier], 3 * HOUR)
    assert 0.9 < after.typical / before.typical < 1.1
    assert 0.8 < after.slow / before.slow < 1.4


def test_many_that_are_slow_are_no_outliers() -> None:
    """Two of five take ten times as long: that is what nine of ten must reckon with."""
    assert known(hours(*[3] * 60, *[30] * 40), 3 * HOUR).slow == 30 * HOUR


def test_nothing_takes_no_time_at_all() -> None:
    assert known([timedelta(0)] * 50, timedelta(0)).typical == SHORTEST
    assert known([timedelta(hours=-1)] * 50, timedelta(0)).typical == SHORTEST


def test_what_makes_no_sense_is_refused() -> None:
    for typical, slow in ((2, 1), (-1, 1)):
        with pytest.raises(ValueError, match="typical"):
            Known(typical * HOUR, slow * HOUR)


_durations = st.lists(st.integers(0, 10_000).map(lambda minutes: timedelta(minutes=minutes)), max_size=40)


@given(_durations, st.integers(1, 5_000), st.randoms())
@settings(max_examples=100, deadline=None)
def test_order_does_not_matter_and_slower_work_is_never_known_as_faster(
    seen: list[timedelta], minutes: int, chance: random.Random
) -> None:
    template = timedelta(minutes=minutes)
    found = known(seen, template)
    mixed = list(seen)
    chance.shuffle(mixed)
    assert known(mixed, template) == found
    slower = known([one * 2 for one in seen], template)
    assert slower.typical >= found.typical
    assert slower.slow >= found.slow


def test_the_template_weighs_as_much_as_so_many_jobs() -> None:
    """Below that number it still holds the middle, above it what was seen does."""
    assert known(hours(*[40] * (PSEUDO - 1)), 4 * HOUR).typical < 20 * HOUR
    assert known(hours(*[40] * (PSEUDO + 1)), 4 * HOUR).typical == 40 * HOUR
