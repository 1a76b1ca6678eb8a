"""Bands are found on a company's own questions: sure only where that is certain, and never from too few."""

from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tamada.assistant.nlu.bands import FLOOR, PRECISION, Band, Bands, certain_share, find_bands, shared_bands

Trials = list[tuple[float, bool]]
confidences = st.one_of(st.floats(0, 1), st.sampled_from([0.0, 0.25, 0.5, 0.9, 1.0]))
trials = st.lists(st.tuples(confidences, st.booleans()), max_size=400)


def told(confidence: float, right: int, wrong: int = 0) -> Trials:
    return [(confidence, True)] * right + [(confidence, False)] * wrong


@pytest.mark.parametrize(
    ("pairs", "sure", "unsure"),
    [
        ([], inf, inf),
        (told(0.9, 10), inf, 0.9),  # all right, but ten say little
        (told(0.9, 51), inf, 0.9),
        (told(0.9, 52), 0.9, 0.9),  # certain of .95
        (told(0.9, 400, 8), 0.9, 0.9),  # right to .98, certain of .95 only
        (told(0.9, 400, 9), inf, 0.9),
        (told(0.99, 200) + told(0.9, 400, 8), 0.9, 0.9),  # too few are certain to .98
        (told(0.99, 800) + told(0.9, 400, 20), 0.99, 0.9),  # enough are
        (told(0.99, 200) + told(0.9, 400, 40), 0.99, 0.9),
        (told(0.9, 200) + told(0.5, 40, 60) + told(0.2, 5, 95), 0.9, 0.5),
        (told(0.9, 200) + told(0.5, 1, 99) + told(0.2, 99, 1), 0.9, 0.2),  # what contradicts itself is taken together
        (told(0.9, 0, 300), inf, inf),
        (told(0.0, 300), inf, inf),  # what was refused was no answer
        ([(nan, True)] * 300, inf, inf),
        ([(inf, True)] * 300, inf, inf),
    ],
)
def test_thresholds(pairs: Trials, sure: float, unsure: float) -> None:
    found = find_bands(pairs)
    assert (found.sure, found.unsure, found.questions) == (sure, unsure, len(pairs))


def test_it_says_how_much_is_covered_and_how_much_of_that_was_right() -> None:
    found = find_bands(told(0.9, 297, 3) + told(0.4, 50, 50))
    assert (found.covered, found.right) == (0.75, 0.99)
    nothing = find_bands(told(0.9, 1))
    assert (nothing.covered, nothing.right) == (0, 0)


def test_languages_count_together_and_each_by_what_it_did() -> None:
    few = told(0.9, 30)
    assert find_bands(few).sure == inf
    found = shared_bands({"en": few, "hy": [*few, *told(0.4, 10, 20)]})
    assert {one.sure for one in found.values()} == {0.9}
    assert [(found[name].questions, found[name].covered, found[name].right) for name in ("en", "hy")] == [
        (30, 1, 1),
        (60, 0.5, 1),
    ]


def test_a_language_that_errs_is_sure_of_nothing_beside_one_that_does_not() -> None:
    found = shared_bands({"en": told(0.9, 500), "ka": told(0.9, 9, 1), "ru": []})
    assert [found[name].sure for name in ("en", "ka", "ru")] == [0.9, inf, inf]
    assert found["ka"].of(0.95) == Band.UNSURE
    assert (found["ka"].covered, found["ru"].questions) == (0, 0)


@pytest.mark.parametrize(
    ("confidence", "in_scope", "band"),
    [
        (0.95, True, Band.SURE),
        (0.9, True, Band.SURE),
        (0.89, True, Band.UNSURE),
        (0.4, True, Band.UNSURE),
        (0.39, True, Band.NONE),
        (0.99, False, Band.NONE),
        (nan, True, Band.NONE),
        (inf, True, Band.NONE),
    ],
)
def test_bands_of_a_confidence(confidence: float, in_scope: bool, band: Band) -> None:
    assert Bands(0.9, 0.4).of(confidence, in_scope=in_scope) == band


def test_without_bands_nothing_is_said() -> None:
    assert Bands().of(1.0) == Band.NONE


@given(trials)
def test_what_is_sure_was_right_often_enough(pairs: Trials) -> None:
    found = find_bands(pairs)
    sure = [right for confidence, right in pairs if found.of(confidence) == Band.SURE]
    assert found.unsure <= found.sure or found.sure == inf
    assert found.covered == pytest.approx(len(sure) / len(pairs) if pairs else 0)
    if sure:
        assert sum(sure) / len(sure) >= PRECISION
        assert certain_share(sum(sure), len(sure)) >= FLOOR
        assert min(confidence for confidence, _ in pairs if found.of(confidence) == Band.SURE) == found.sure > 0
    assert found.right == pytest.approx(sum(sure) / len(sure) if sure else 0)


@given(trials, st.randoms(use_true_random=False))
def test_the_order_of_trials_tells_nothing(pairs: Trials, chance: object) -> None:
    mixed = list(pairs)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert find_bands(mixed) == find_bands(pairs)


@given(trials)
def test_one_more_wrong_answer_at_the_top_makes_nothing_surer(pairs: Trials) -> None:
    assert find_bands([*pairs, (1.0, False)]).sure >= find_bands(pairs).sure


@given(st.integers(0, 500), st.integers(0, 500))
def test_the_certain_share_is_less_than_what_was_seen_and_grows_with_it(right: int, wrong: int) -> None:
    share = certain_share(right, right + wrong)
    assert 0 <= share <= (right / (right + wrong) if right + wrong else 0)
    assert certain_share(right + 1, right + 1 + wrong) >= share - 1e-12
    assert certain_share(right, right + wrong + 1) <= share + 1e-12
