"""Control charts and differences: what is chance stays silent, what is more is found, and few say that they are few."""

import math
import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tamada.kit.control_charts import FEW, Chart, Signal, p_chart, xmr
from tamada.kit.differences import median_ratio, rate, rate_difference

CALM = [10.0, 12.0, 9.0, 11.0, 10.0, 12.0, 9.0, 11.0, 10.0, 12.0]
values = st.lists(st.floats(0.1, 1e4), min_size=FEW, max_size=60)
counted = st.lists(st.integers(1, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), max_size=40)


def rules(chart: Chart) -> list[tuple[str, int, int]]:
    return [(one.rule, one.points[0], one.points[-1]) for one in chart.signals]


# --- single values ----------------------------------------------------------------------------------------------------


def test_limits_are_the_mean_and_266_mean_ranges_about_it() -> None:
    chart = xmr(CALM)
    # Nine ranges: 2 3 2 1 2 3 2 1 2, their mean 2.
    assert chart.centre == pytest.approx(10.6)
    assert (chart.lower[0], chart.upper[0]) == (pytest.approx(10.6 - 5.32), pytest.approx(10.6 + 5.32))
    assert chart.most_range == pytest.approx(6.536)
    assert chart.signals == ()


@pytest.mark.parametrize(
    ("series", "expected"),
    [
        ([*CALM, 25.0], [("beyond", 10, 10)]),
        ([*CALM, 0.0], [("beyond", 10, 10)]),
        ([1, 2, 1, 2, 1, 2, 1, 2, 1, *[6, 7] * 5], [("side", 0, 8), ("side", 9, 18)]),
        ([5, 7, 3, 4, 5, 6, 7, 8, 5, 7, 5], [("trend", 2, 7)]),
        ([5, 3, 8, 7, 6, 5, 4, 3, 5, 3, 5], [("trend", 2, 7)]),
        ([5, 7, 3, 4, 5, 6, 7, 5, 7, 5], []),  # five in a row are not six
        ([5, 7, 3, 4, 5, 5, 6, 7, 8, 5, 7, 5], []),  # nor where two are alike
    ],
)
def test_what_is_more_than_chance_is_named_with_its_rule(
    series: Sequence[float], expected: list[tuple[str, int, int]]
) -> None:
    assert rules(xmr(series)) == expected


def test_eight_on_a_side_are_not_nine() -> None:
    eight = [1, 2, 1, 2, 1, 2, 1, 2, 6, 7, 6, 7, 6, 7, 6, 7]
    assert "side" not in [rule for rule, *_points in rules(xmr(eight))]


@given(st.floats(-1e6, 1e6), st.integers(FEW, 50))
def test_what_never_changes_has_no_signals(value: float, count: int) -> None:
    chart = xmr([value] * count)
    assert not chart.is_few
    assert chart.signals == ()


@given(st.lists(st.floats(0, 1e4), max_size=FEW - 1))
def test_few_points_have_no_limits_and_say_so(few: list[float]) -> None:
    chart = xmr(few)
    assert chart.is_few
    assert (chart.lower, chart.upper, chart.signals) == ((), (), ())
    assert chart.values == tuple(few)


@given(values, st.sampled_from([0.25, 2.0, 8.0]))
def test_signals_do_not_depend_on_the_unit(series: list[float], factor: float) -> None:
    rounded = [round(value, 3) for value in series]
    assert xmr([value * factor for value in rounded]).signals == xmr(rounded).signals


@given(values)
def test_a_point_is_beyond_if_and_only_if_it_lies_outside(series: list[float]) -> None:
    chart = xmr(series)
    for place, value in enumerate(series):
        outside = not chart.lower[place] - 1e-6 <= value <= chart.upper[place] + 1e-6
        if outside:
            assert Signal("beyond", (place,)) in chart.signals
    assert chart.points("beyond") <= set(range(len(series)))


def test_a_shift_is_found_within_a_dozen_points_and_chance_is_not() -> None:
    chance, found, alarms = random.Random(7), 0, 0
    for _ in range(200):
        calm = [chance.gauss(0, 1) for _ in range(30)]
        alarms += bool(xmr(calm).points("beyond"))
        shifted = xmr([*calm, *(value + 3 for value in calm[:12])])
        found += bool(shifted.points("beyond", "side") & set(range(30, 42)))
    assert found >= 190
    assert alarms < 40, "of 30 points one in ten charts has a point beyond its limits by chance"


def test_the_newest_points_keep_the_limits_of_all() -> None:
    whole = xmr([*CALM, 25.0, 1, 2, 1, 2, 1, 2, 1, 2, 1])
    part = whole.newest(5)
    assert (part.values, part.upper, part.centre) == (whole.values[-5:], whole.upper[-5:], whole.centre)
    assert rules(part) == [("side", 0, 4)]
    assert whole.newest(100) == whole


# --- rates ------------------------------------------------------------------------------------------------------------


def test_each_week_has_limits_by_what_it_counts() -> None:
    chart = p_chart([(9, 10), (1, 1), (90, 100), (0, 1), (8, 10), (10, 10), (9, 10), (93, 110)])
    assert chart.centre == pytest.approx(220 / 252)
    assert (chart.lower[1], chart.upper[1]) == (0, 1), "one job in a week says nothing"
    assert chart.lower[2] > chart.lower[0]
    assert chart.upper[0] == 1
    assert chart.signals == ()


@pytest.mark.parametrize("bad", [2, 3])
def test_a_bad_week_is_found_if_it_counts_enough(bad: int) -> None:
    weeks = [(18, 20)] * 10
    assert rules(p_chart([*weeks, (bad * 2, 20)])) == [("beyond", 10, 10)]
    assert p_chart([*weeks, (1, bad)]).signals == ()


def test_rates_that_have_sunk_for_nine_weeks_are_a_shift() -> None:
    weeks = [(19, 20), (18, 20)] * 6 + [(16, 20), (17, 20)] * 5
    assert ("side", 12, 21) in rules(p_chart(weeks))


def test_the_limits_of_a_small_count_are_those_of_the_binomial() -> None:
    chart = p_chart([(8, 10)] * 8)
    below = [sum(math.comb(10, k) * 0.8**k * 0.2 ** (10 - k) for k in range(most)) for most in range(11)]
    lowest = round(chart.lower[0] * 10)
    assert below[lowest] <= 0.00135 < below[lowest + 1]


@given(counted)
def test_rates_stay_within_0_and_1_and_few_are_told(weeks: list[tuple[int, int]]) -> None:
    chart = p_chart(weeks)
    assert chart.is_few == (len(weeks) < FEW)
    assert all(0 <= low <= high <= 1 for low, high in zip(chart.lower, chart.upper, strict=True))


def test_all_kept_and_all_broken_are_no_signals() -> None:
    for hits in (0, 7):
        assert p_chart([(hits, 7)] * 12).signals == ()


@pytest.mark.parametrize("point", [(0, 0), (3, 2), (-1, 2)])
def test_a_rate_is_of_something(point: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="at least one"):
        p_chart([point])


# --- differences ------------------------------------------------------------------------------------------------------


def test_rates_by_wilson_and_newcombe() -> None:
    # Newcombe 1998: 56/70 against 48/80, method 10, gives 0.0524 to 0.3339; 15/148 alone gives 0.0624 to 0.1605.
    assert (rate(15, 148).low, rate(15, 148).high) == (pytest.approx(0.0624, abs=5e-5), pytest.approx(0.1605, abs=5e-5))
    found = rate_difference((56, 70), (48, 80))
    assert found.seen == pytest.approx(0.2)
    assert (found.low, found.high) == (pytest.approx(0.0524, abs=5e-5), pytest.approx(0.3339, abs=5e-5))
    assert found.excludes(0)
    assert not rate_difference((9, 10), (7, 10)).excludes(0), "ten against ten say little"
    surer = rate_difference((56, 70), (48, 80), 0.99)
    assert (surer.seen, surer.low < found.low, surer.high > found.high) == (found.seen, True, True)


@given(counted.filter(lambda rows: len(rows) > 1))
def test_a_difference_turns_its_sign_with_its_sides(rows: list[tuple[int, int]]) -> None:
    one, other = rate_difference(rows[0], rows[1]), rate_difference(rows[1], rows[0])
    assert one.seen == pytest.approx(-other.seen)
    assert (one.low, one.high) == (pytest.approx(-other.high), pytest.approx(-other.low))
    assert -1 - 1e-9 <= one.low <= one.seen <= one.high <= 1 + 1e-9


def test_medians_are_compared_with_an_interval_that_holds_the_truth_19_times_of_20() -> None:
    assert median_ratio([1.0] * 4, [2.0] * 30) is None
    chance, held, false = random.Random(11), 0, 0
    for _ in range(400):
        before = [chance.lognormvariate(3, 0.55) for _ in range(25)]
        now = [chance.lognormvariate(3 + math.log(1.5), 0.55) for _ in range(30)]
        found = median_ratio(now, before)
        assert found is not None
        held += not found.excludes(1.5)
        same = median_ratio(before, [chance.lognormvariate(3, 0.55) for _ in range(25)])
        false += bool(same and same.excludes(1))
    assert 370 <= held <= 398
    assert false <= 30
