"""Whether two groups differ by more than chance: rates, and medians of what is skewed, each with an interval.

An interval that holds "no difference" says nothing but that more has to be seen. None of this is a test against a
hypothesis: the interval says how large the difference may be, which is what somebody who decides wants to know.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist, median
from typing import Final

USUAL: Final = 0.95
FEWEST: Final = 5
"""From fewer durations no interval of their median is made."""


@dataclass(frozen=True, slots=True)
class Interval:
    """What was seen, and between what the truth lies as often as was asked for, 19 times of 20 if nothing else."""

    seen: float
    low: float
    high: float

    def excludes(self, value: float) -> bool:
        """Whether it can hardly be this."""
        return not self.low <= value <= self.high


def rate(hits: int, count: int, level: float = USUAL) -> Interval:
    """A rate by Wilson's score ("Probable inference, the law of succession, and statistical inference", Journal of the
    American Statistical Association 22, 1927), which holds for few and for rates near 0 and 1.

    >>> rate(0, 10).low
    0.0
    """
    z = _deviations(level)
    share, weight = hits / count, z**2 / count
    middle = (share + weight / 2) / (1 + weight)
    half = z * math.sqrt(share * (1 - share) / count + weight / (4 * count)) / (1 + weight)
    return Interval(share, 0.0 if not hits else middle - half, 1.0 if hits == count else middle + half)


def rate_difference(now: tuple[int, int], before: tuple[int, int], level: float = USUAL) -> Interval:
    """How much a rate has grown, each as how many of how many: Newcombe's hybrid of two Wilson scores (method 10 of
    "Interval estimation for the difference between independent proportions", Statistics in Medicine 17, 1998)."""
    one, other = rate(*now, level), rate(*before, level)
    grown = one.seen - other.seen
    return Interval(
        grown,
        grown - math.hypot(one.seen - one.low, other.high - other.seen),
        grown + math.hypot(one.high - one.seen, other.seen - other.low),
    )


def median_ratio(now: Sequence[float], before: Sequence[float], level: float = USUAL) -> Interval | None:
    """How many times as long the median is, of durations above 0; None where either side has fewer than five.

    Of logarithms, the difference of two medians with variances from their order statistics (Bonett and Price,
    "Statistical inference for a linear function of medians", Psychological Methods 7, 2002): nothing is assumed of the
    shape of either side.
    """
    if min(len(now), len(before)) < FEWEST:
        return None
    one, other = ([math.log(value) for value in side] for side in (now, before))
    seen = median(one) - median(other)
    half = _deviations(level) * math.sqrt(_median_variance(one) + _median_variance(other))
    return Interval(math.exp(seen), math.exp(seen - half), math.exp(seen + half))


def _deviations(level: float) -> float:
    return NormalDist().inv_cdf((1 + level) / 2)


def _median_variance(values: Sequence[float]) -> float:
    ordered, count = sorted(values), len(values)
    place = max(1, round((count + 1) / 2 - math.sqrt(count)))
    beyond = sum(math.comb(count, lower) for lower in range(place)) / 2**count
    deviations = NormalDist().inv_cdf(1 - beyond)
    return ((ordered[count - place] - ordered[place - 1]) / (2 * deviations)) ** 2
