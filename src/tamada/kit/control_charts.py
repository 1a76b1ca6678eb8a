"""Control charts: what a process does by itself, and which points are more than that.

A point within the limits differs from its neighbours by chance, and asking for its reason leads nowhere; one beyond
them has a reason worth finding (Shewhart, "Economic Control of Quality of Manufactured Product", 1931; Wheeler,
"Understanding Variation", 1993). Three rules are looked for, those of Western Electric's handbook (1956) as Nelson
counts them ("The Shewhart control chart: tests for special causes", Journal of Quality Technology 16, 1984):

- `beyond`: a point beyond the limits (his rule 1);
- `side`: nine or more in a row on one side of the centre (rule 2): a shift;
- `trend`: six or more in a row, each higher than the one before, or each lower (rule 3): a drift.

His rules 4 to 8 find more and cry wolf more often; on a page that is read in a minute a false alarm costs more.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import fmean, median
from typing import Final, Literal

FEW: Final = 8
"""From fewer points no limits are drawn: they would say more than is known."""
ON_A_SIDE: Final = 9
IN_A_ROW: Final = 6
BEYOND: Final = 0.00135
"""The chance of a point beyond a limit while nothing has changed, at each side: three sigmas of a normal."""

_TO_LIMITS: Final = 2.66
"""3 / d₂, with d₂ = 1.128 for ranges of two: Wheeler's scaling factor for individual values."""
_TO_RANGE_LIMIT: Final = 3.268
"""D₄ for ranges of two."""
_TINY: Final = 1e-9

Rule = Literal["beyond", "side", "trend"]


@dataclass(frozen=True, slots=True)
class Signal:
    """Points that are more than chance, by their places, and the rule that says so."""

    rule: Rule
    points: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart in the order of its points; without a `centre` there are too few for limits, and nothing is a signal.

    `lower` and `upper` are each point's limits. `most_range` is how much a point differs at most from the one before
    it, in a chart of single values.
    """

    values: tuple[float, ...]
    centre: float | None = None
    lower: tuple[float, ...] = ()
    upper: tuple[float, ...] = ()
    signals: tuple[Signal, ...] = ()
    most_range: float | None = None

    @property
    def is_few(self) -> bool:
        """Whether there are too few points to say anything."""
        return self.centre is None

    def newest(self, count: int) -> "Chart":
        """Its last points alone, under the limits of all; of signals what reaches into them."""
        gone = max(0, len(self.values) - count)
        signals = (Signal(one.rule, tuple(p - gone for p in one.points if p >= gone)) for one in self.signals)
        return replace(
            self,
            values=self.values[gone:],
            lower=self.lower[gone:],
            upper=self.upper[gone:],
            signals=tuple(one for one in signals if one.points),
        )

    def points(self, *rules: Rule) -> frozenset[int]:
        """The places of all points that one of these rules names."""
        return frozenset(place for one in self.signals if one.rule in rules for place in one.points)


def xmr(values: Sequence[float]) -> Chart:
    """Single values and their moving ranges: limits are mean ± 2.66·mR̄, mR̄ being the mean of |xᵢ - xᵢ₋₁|.

    Neighbours differ by what the process does by itself even where it has shifted in between, so that a shift widens
    these limits little, unlike those from the standard deviation of all (Wheeler and Chambers, "Understanding
    Statistical Process Control", 1992, chapter 3). The limits expect values that lie evenly about their mean: give
    logarithms of what is skewed.

    >>> xmr([5.0] * 8).signals
    ()
    """
    if len(values) < FEW:
        return Chart(tuple(values))
    centre = fmean(values)
    jump = fmean(abs(after - before) for before, after in pairwise(values))
    low, high = centre - _TO_LIMITS * jump, centre + _TO_LIMITS * jump
    out = [place for place, value in enumerate(values) if not low - _TINY <= value <= high + _TINY]
    return Chart(
        tuple(values),
        centre,
        (low,) * len(values),
        (high,) * len(values),
        _signals(values, centre, out),
        _TO_RANGE_LIMIT * jump,
    )


def p_chart(counted: Sequence[tuple[int, int]]) -> Chart:
    """Rates, each as how many of how many; the centre is the rate of all together.

    Each point has its own limits, by how many it counts. They are not p̄ ± 3√(p̄(1-p̄)/n), which is wrong for small
    counts and for rates near 0 or 1 (below 0 and above 1, and too narrow at the other side), but the counts beyond
    which a binomial with p̄ lies with a chance of 0.135 % at each side ("probability limits": Montgomery,
    "Introduction to Statistical Quality Control", section 7.3). So one job in a week is never a signal.

    Rates near 1 are skewed: one bad week draws the centre below all others, which would then be nine on a side. So
    sides are those of the median, and a point on it breaks a run (as run charts do: Provost and Murray, "The Health
    Care Data Guide", 2011).

    Raises:
        ValueError: a point counts nothing, or more hits than there are.
    """
    if any(not 0 <= hits <= count or not count for hits, count in counted):
        raise ValueError("A rate is of at least one, and of no more than all.")
    rates = tuple(hits / count for hits, count in counted)
    if len(counted) < FEW:
        return Chart(rates)
    centre = sum(hits for hits, _count in counted) / sum(count for _hits, count in counted)
    spans = {count: _binomial_span(count, centre) for count in {count for _hits, count in counted}}
    out = [place for place, (hits, count) in enumerate(counted) if not spans[count][0] <= hits <= spans[count][1]]
    return Chart(
        rates,
        centre,
        tuple(spans[count][0] / count for _hits, count in counted),
        tuple(spans[count][1] / count for _hits, count in counted),
        _signals(rates, median(rates), out),
    )


def _binomial_span(count: int, rate: float) -> tuple[int, int]:
    """The lowest and highest of so many that are still chance."""
    if rate in (0, 1):
        return round(count * rate), round(count * rate)
    chances = [_chance(hits, count, rate) for hits in range(count + 1)]
    return _within(chances), count - _within(chances[::-1])


def _within(chances: Sequence[float]) -> int:
    """The first place below which there is no more than what is beyond."""
    below = 0.0
    for place, chance in enumerate(chances):
        below += chance
        if below > BEYOND:
            return place
    return len(chances) - 1


def _chance(hits: int, count: int, rate: float) -> float:
    ways = math.lgamma(count + 1) - math.lgamma(hits + 1) - math.lgamma(count - hits + 1)
    return math.exp(ways + hits * math.log(rate) + (count - hits) * math.log1p(-rate))


def _signals(values: Sequence[float], middle: float, out: Sequence[int]) -> tuple[Signal, ...]:
    beyond = [Signal("beyond", (place,)) for place in out]
    sides = [_sign(value - middle, middle) for value in values]
    moves = [_sign(after - before, middle) for before, after in pairwise(values)]
    shifts = [Signal("side", tuple(range(start, end))) for start, end in _runs(sides) if end - start >= ON_A_SIDE]
    # A run of so many moves joins one point more than that.
    drifts = [
        Signal("trend", tuple(range(start, end + 1))) for start, end in _runs(moves) if end + 1 - start >= IN_A_ROW
    ]
    return (*beyond, *shifts, *drifts)


def _sign(difference: float, scale: float) -> int:
    """Up, down, or neither: what differs by rounding alone does not differ."""
    if abs(difference) <= _TINY * max(1.0, abs(scale)):
        return 0
    return 1 if difference > 0 else -1


def _runs(signs: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Stretches of one sign that is not 0: where each starts, and where it has ended."""
    start = 0
    for place in range(1, len(signs) + 1):
        if place == len(signs) or signs[place] != signs[start]:
            if signs[start]:
                yield start, place
            start = place
