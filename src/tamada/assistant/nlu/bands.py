"""From when on an answer is given, and from when on it is only offered: found on a company's own questions.

Needed are pairs of questions that the model had not learned from: how confident it was (0 where it took a question to
be out of scope), and whether it was right. `IntentModel.trials` has them from training, and a person's verdict on an
answer is one more. Sure is what lies above the lowest confidence above which answers were right often enough, with the
doubt that a small number leaves taken off: Wilson's lower bound (1927, doi:10.1080/01621459.1927.10502953). Where there
are too few of them nothing is sure: so those of several languages count together, in which a confidence means the same.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby
from math import inf, isfinite, sqrt
from typing import Final

PRECISION: Final = 0.98
"""The share of sure answers that shall be right."""
FLOOR: Final = 0.95
"""What it certainly is at least, where too few answers are known to be certain of more."""
ENOUGH: Final = 0.6
"""Where so many questions are covered, more certainty goes before more answers."""
WORTH: Final = 0.3
"""How likely the first of three suggestions is to be right at least; the others add to it."""
DOUBT: Final = 1.645
"""Standard deviations taken off: certain means nineteen times in twenty."""


class Band(StrEnum):
    """What to do with an answer: give it, offer it, or fetch a person."""

    SURE = "sure"
    UNSURE = "unsure"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Bands:
    """From which confidence on an answer is sure, and from which it is worth offering. Infinite: never."""

    sure: float = inf
    unsure: float = inf
    questions: int = 0
    """On how many questions that rests."""
    covered: float = 0.0
    """The share of them that were answered surely."""
    right: float = 0.0
    """The share of those answers that were right."""

    def of(self, confidence: float, *, in_scope: bool = True) -> Band:
        """What to do with an answer of this confidence. A question out of scope never gets one."""
        if not in_scope or not isfinite(confidence):
            return Band.NONE
        if confidence >= self.sure:
            return Band.SURE
        return Band.UNSURE if confidence >= self.unsure else Band.NONE


@dataclass(frozen=True, slots=True)
class _Step:
    """Questions of one confidence, and how many there are with it or more."""

    confidence: float
    asked: int
    right: int
    asked_above: int
    right_above: int


def find_bands(
    trials: Iterable[tuple[float, bool]], *, precision: float = PRECISION, floor: float = FLOOR, worth: float = WORTH
) -> Bands:
    """The bands by which as many questions as possible are answered surely, of pairs of confidence and "right?".

    Sure answers are certain to be right as often as `precision` says. Where that leaves most questions out, or too
    few trials are known for it, they were right so often, and are certain to be as often as `floor` says.
    """
    steps = list(_steps(trials))
    if not steps:
        return Bands()
    questions = steps[-1].asked_above
    sure = _lowest(steps, precision, precision)
    if sure is None or sure.asked_above < ENOUGH * questions:
        sure = _lowest(steps, precision, floor)
    unsure = _worth_offering(steps, worth)
    if sure is None:
        return Bands(inf, unsure, questions)
    covered, right = sure.asked_above / questions, sure.right_above / sure.asked_above
    return Bands(sure.confidence, min(unsure, sure.confidence), questions, covered, right)


def shared_bands(trials: Mapping[str, Iterable[tuple[float, bool]]]) -> dict[str, Bands]:
    """The bands of several languages whose trials count together, and how well each does by them.

    One whose own sure answers are not right as often as `FLOOR` says is sure of nothing.
    """
    told = {name: list(pairs) for name, pairs in trials.items()}
    shared = find_bands(pair for pairs in told.values() for pair in pairs)
    return {name: _of_its_own(shared, pairs) for name, pairs in told.items()}


def _of_its_own(shared: Bands, pairs: list[tuple[float, bool]]) -> Bands:
    verdicts = [right for confidence, right in pairs if shared.of(confidence) == Band.SURE]
    share = sum(verdicts) / len(verdicts) if verdicts else 0.0
    if share < FLOOR:
        return replace(shared, sure=inf, questions=len(pairs), covered=0.0, right=0.0)
    return replace(shared, questions=len(pairs), covered=len(verdicts) / len(pairs), right=share)


def certain_share(right: int, asked: int) -> float:
    """At least so large the share of right answers is, that many having been right of so many: Wilson's lower bound."""
    if not right:
        return 0.0
    share, square = right / asked, DOUBT * DOUBT
    middle = share + square / (2 * asked)
    spread = DOUBT * sqrt(share * (1 - share) / asked + square / (4 * asked * asked))
    return max(0.0, (middle - spread) / (1 + square / asked))


def _steps(trials: Iterable[tuple[float, bool]]) -> Iterator[_Step]:
    """From the most confident down. What is no number was no answer."""
    told = sorted(((c if isfinite(c) else 0.0, bool(right)) for c, right in trials), reverse=True)
    asked_above = right_above = 0
    for confidence, group in groupby(told, key=lambda pair: pair[0]):
        verdicts = [right for _, right in group]
        asked_above, right_above = asked_above + len(verdicts), right_above + sum(verdicts)
        yield _Step(confidence, len(verdicts), sum(verdicts), asked_above, right_above)


def _lowest(steps: Iterable[_Step], share: float, certain: float) -> _Step | None:
    """The lowest step above which so large a share was right, and certainly is so large. What was refused is none."""
    found = None
    for step in steps:
        if step.confidence <= 0:
            break
        right, asked = step.right_above, step.asked_above
        if right / asked >= share and certain_share(right, asked) >= certain:
            found = step
    return found


def _worth_offering(steps: Iterable[_Step], worth: float) -> float:
    """The lowest confidence at which the likelihood of being right, made to fall with it, is large enough.

    Neighbours that contradict that order are taken together (pool adjacent violators: Ayer et al. 1955).
    """
    pools: list[tuple[float, int, int]] = []
    for step in steps:
        if step.confidence <= 0:
            break
        lowest, asked, right = step.confidence, step.asked, step.right
        while pools and pools[-1][2] * asked <= right * pools[-1][1]:
            _, before, right_before = pools.pop()
            asked, right = asked + before, right + right_before
        pools.append((lowest, asked, right))
    return min((lowest for lowest, asked, right in pools if right / asked >= worth), default=inf)
