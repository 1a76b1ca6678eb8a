"""Where the boxes and arrows of a service's picture go: stages as bands from top to bottom, steps in rows within them.

Every arrow leads down, past the boxes between: where it crosses a row it has a slot of its own there. Only an arrow
from a later stage to an earlier one leads up, straight.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from . import graph
from .template import Service

MARGIN: Final = 12
GAP: Final = 16
LEAST_BOX: Final = 140
MOST_BOX: Final = 236
_PASSAGE: Final = 10
"""How wide a slot is through which an arrow passes a row."""
BETWEEN_ROWS: Final = 30
HEADING: Final = 34
BAND_FOOT: Final = 16
BETWEEN_BANDS: Final = 12

Slot = str | tuple[str, str]
"""A step, or the arrow from one step to another that passes here."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """Half its width."""
        return self.x + self.width / 2

    @property
    def foot(self) -> float:
        """Its lower edge."""
        return self.y + self.height


@dataclass(frozen=True, slots=True)
class Arrow:
    """From one step to another: the points it goes through, each with where it enters and leaves a row."""

    start: str
    end: str
    points: tuple[tuple[float, float], ...]
    is_back: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything in its place."""

    width: float
    height: float
    bands: tuple[Box, ...]
    boxes: Mapping[str, Box]
    arrows: tuple[Arrow, ...]


def needed(after: graph.After) -> list[tuple[str, str]]:
    """The arrows without those that others imply: a → c says nothing new beside a → b → c."""
    before = {one: graph.before(after, one) for one in after}
    return [
        (start, end)
        for end, starts in after.items()
        for start in starts
        if not any(start in before[other] for other in starts if other != start)
    ]


def rows_of(service: Service, columns: int) -> dict[str, int]:
    """Each step's row: below all that it waits for, in a row of its stage with room left."""
    order = graph.order(graph.after_in(service))
    rows: dict[str, int] = {}
    first = 0
    for stage in service.stages:
        own = {step.id for step in stage.steps}
        for name in (one for one in order if one in own):
            row = max((rows[other] + 1 for other in service.steps[name].after if other in rows), default=first)
            row = max(row, first)
            while sum(taken == row for taken in rows.values()) >= columns:
                row += 1
            rows[name] = row
        first = max(rows.values(), default=-1) + 1
    return rows


def box_width(width: float, columns: int) -> float:
    """What a box has in a row as full as can be."""
    return min(MOST_BOX, (width - 2 * MARGIN - (columns - 1) * GAP) / columns)


def columns_for(service: Service, width: float, least: float = LEAST_BOX) -> int:
    """How many boxes, each at least so wide, can stand beside each other, with room for the arrows that pass them."""
    links = needed(graph.after_in(service))
    most = max(1, int((width - 2 * MARGIN + GAP) // (max(least, LEAST_BOX) + GAP)))
    for columns in range(most, 1, -1):
        box = box_width(width, columns)
        slots = _slots(service, rows_of(service, columns), links)
        if all(_gap(row, box, width) >= GAP / 2 for row in slots):
            return max(sum(isinstance(slot, str) for slot in row) for row in slots)
    return 1


def _gap(row: Sequence[Slot], box: float, width: float) -> float:
    """Between the slots of a row: less where they are many."""
    left = width - 2 * MARGIN - sum(_size(slot, box) for slot in row)
    return min(GAP, left / max(1, len(row) - 1))


def arrange(service: Service, heights: Mapping[str, float], width: float, columns: int) -> Layout:
    """Place boxes of these heights on a sheet of this width."""
    box, rows = box_width(width, columns), rows_of(service, columns)
    links = needed(graph.after_in(service))
    slots = _slots(service, rows, links)
    middles = _middles(slots, links, width, box)
    tops, bands, height = _down(service, rows, heights, width)
    boxes = {name: Box(middles[row][name] - box / 2, tops[row][0], box, tops[row][1]) for name, row in rows.items()}
    arrows = [_arrow(link, rows, boxes, middles, tops) for link in links]
    return Layout(width, height, tuple(bands), boxes, tuple(arrows))


def _slots(service: Service, rows: Mapping[str, int], links: Sequence[tuple[str, str]]) -> list[list[Slot]]:
    slots: list[list[Slot]] = [[] for _ in range(max(rows.values()) + 1)]
    for name in service.steps:
        slots[rows[name]].append(name)
    for start, end in links:
        for row in range(rows[start] + 1, rows[end]):
            slots[row].append((start, end))
    return slots


def _middles(
    slots: list[list[Slot]], links: Sequence[tuple[str, str]], width: float, box: float
) -> list[dict[Slot, float]]:
    """Where each slot of each row has its middle: in the order of what leads to them, so that few arrows cross."""
    leads_to: dict[str, list[str]] = {}
    for start, end in links:
        leads_to.setdefault(end, []).append(start)
    placed: list[dict[Slot, float]] = []
    for row in slots:
        above = placed[-1] if placed else {}
        wish = {slot: _wish(slot, leads_to, above, width / 2) for slot in row}
        ordered = sorted(row, key=lambda slot: wish[slot])
        sizes, gap = [_size(slot, box) for slot in ordered], _gap(row, box, width)
        x = (width - sum(sizes) - gap * (len(row) - 1)) / 2
        middles: dict[Slot, float] = {}
        for slot, size in zip(ordered, sizes, strict=True):
            middles[slot] = x + size / 2
            x += size + gap
        placed.append(middles)
    return placed


def _size(slot: Slot, box: float) -> float:
    return box if isinstance(slot, str) else _PASSAGE


def _wish(slot: Slot, leads_to: Mapping[str, list[str]], above: Mapping[Slot, float], middle: float) -> float:
    if isinstance(slot, tuple):
        return above.get(slot, above.get(slot[0], middle))
    from_above = [above.get((start, slot), above.get(start)) for start in leads_to.get(slot, ())]
    known = [one for one in from_above if one is not None]
    return sum(known) / len(known) if known else middle


def _down(
    service: Service, rows: Mapping[str, int], heights: Mapping[str, float], width: float
) -> tuple[list[tuple[float, float]], list[Box], float]:
    """Top and height of each row, the bands, and the height of the sheet."""
    tops: list[tuple[float, float]] = []
    bands: list[Box] = []
    y = 0.0
    for stage in service.stages:
        own = [step.id for step in stage.steps]
        begun, y = y, y + HEADING
        for row in sorted({rows[name] for name in own}):
            tall = max(heights[name] for name in own if rows[name] == row)
            tops.append((y, tall))
            y += tall + BETWEEN_ROWS
        y += BAND_FOOT - BETWEEN_ROWS
        bands.append(Box(0, begun, width, y - begun))
        y += BETWEEN_BANDS
    return tops, bands, y - BETWEEN_BANDS


def _arrow(
    link: tuple[str, str],
    rows: Mapping[str, int],
    boxes: Mapping[str, Box],
    middles: Sequence[Mapping[Slot, float]],
    tops: Sequence[tuple[float, float]],
) -> Arrow:
    start, end = link
    first, last = boxes[start], boxes[end]
    if rows[end] <= rows[start]:
        return Arrow(start, end, ((first.middle, first.y), (last.middle, last.foot)), is_back=True)
    points = [(first.middle, first.foot)]
    for row in range(rows[start] + 1, rows[end]):
        x = middles[row][link]
        points += [(x, tops[row][0]), (x, tops[row][0] + tops[row][1])]
    return Arrow(start, end, (*points, (last.middle, last.y)))


# -- letters -----------------------------------------------------------------------------------------------------------

_NARROW: Final = frozenset(" .,:;'’!|()[]ijlft·՝՜՞-")
_WIDTHS: Final = {"LATIN": (0.6, 0.7), "CYRILLIC": (0.63, 0.75), "ARMENIAN": (0.7, 0.8), "GEORGIAN": (0.64, 0.7)}


def length(text: str, size: float) -> float:
    """How wide a line is, rather too much than too little: which font the reader has is not known."""
    return sum(_letter(one) for one in text) * size


def _letter(letter: str) -> float:
    if letter in _NARROW:
        return 0.34
    if letter.isdigit():
        return 0.58
    script = unicodedata.name(letter, "").partition(" ")[0]
    small, large = _WIDTHS.get(script, (1.0, 1.0))
    return large if letter.isupper() else small


def wrapped(text: str, size: float, width: float, most: int) -> list[str]:
    """The text in lines that fit; the last ends in … where there is more than fits."""
    lines: list[str] = [""]
    for word in text.split():
        grown = f"{lines[-1]} {word}".strip()
        if length(grown, size) <= width:
            lines[-1] = grown
            continue
        if lines[-1]:
            lines.append("")
        rest = word
        while length(rest, size) > width and len(rest) > 1:
            fits = next(at for at in range(len(rest), 0, -1) if at == 1 or length(rest[:at], size) <= width)
            lines[-1], rest = rest[:fits], rest[fits:]
            lines.append("")
        lines[-1] = rest
    if len(lines) > most:
        last = lines[most - 1]
        while last and length(f"{last}…", size) > width:
            last = last[:-1]
        lines = [*lines[: most - 1], f"{last.rstrip()}…"]
    return lines
