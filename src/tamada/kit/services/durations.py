"""How long a step takes: what the template says, and more and more what was seen.

Ten durations that the template might have led to are put beside those seen, and the median and the p90 of all of them
are what is known. So a first job does not overturn the template, ten jobs weigh as much as it, a hundred leave little
of it, and one absurd duration among them moves neither figure by more than a place in the order. (A prior worth so many
pseudo-observations: Gelman et al., Bayesian Data Analysis, section 2.4. That work times lie about their median as a
lognormal: Trietsch, Mazmanyan, Gevorgyan and Baker, "Modeling activity times by the Parkinson distribution with a
lognormal core", European Journal of Operational Research 216, 2012.)
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import NormalDist
from typing import Final

PSEUDO: Final = 10
"""So many durations seen are worth as much as the template. With these one outlier never is the p90."""

SPREAD: Final = 0.55
"""What is thought of a step that was never seen: the standard deviation of the logarithm of its duration."""

SHORTEST: Final = timedelta(minutes=1)
"""Nothing takes less."""

_FACTORS: Final = tuple(math.exp(SPREAD * NormalDist().inv_cdf((place + 0.5) / PSEUDO)) for place in range(PSEUDO))
_SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Known:
    """The working time from a step's opening (or its date, if that is later) until it is done: median and p90.

    Raises:
        ValueError: one of them is negative, or `slow` is less than `typical`.
    """

    typical: timedelta
    slow: timedelta

    def __post_init__(self) -> None:
        if not timedelta(0) <= self.typical <= self.slow:
            raise ValueError("What is slow takes no less than what is typical, and nothing less than no time.")


def known(seen: Sequence[timedelta], template: timedelta) -> Known:
    """What is known of a step that lasted so long each time it was `seen`, and of which the template says `template`.

    `seen` is best the latest hundred, by `Part.took`; its order does not matter.

    >>> known([], timedelta(hours=4)).typical
    datetime.timedelta(seconds=14400)
    """
    thought = max(template, SHORTEST) / _SECOND
    every = sorted([*(thought * factor for factor in _FACTORS), *(max(one, SHORTEST) / _SECOND for one in seen)])
    return Known(_rounded(_quantile(every, 0.5)), _rounded(_quantile(every, 0.9)))


def _quantile(ordered: Sequence[float], share: float) -> float:
    """Between two neighbours by their ratio, at the place that spreadsheets take."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return float(ordered[below] * (ordered[above] / ordered[below]) ** (place - below))


def _rounded(seconds: float) -> timedelta:
    return timedelta(seconds=round(seconds))
