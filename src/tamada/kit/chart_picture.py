"""A control chart as a picture: points in their order, the middle, the limits, and what is beyond them by its name.

Colours are the page's own variables, so it follows light and dark. What is more than chance has another shape, not only
another colour. It goes on a page twice, wide and for a phone; a table beside it is for whoever can't see it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from .control_charts import Chart
from .services.layout import length

WIDE: Final = 760
PHONE: Final = 352

_HEIGHT: Final = 220
_TOP: Final = 22
_FOOT: Final = 24
_FINE: Final = 12
_AIR: Final = 14
_OUT: Final = 'fill="var(--late)" stroke="var(--raised)" stroke-width="4" stroke-linejoin="round" paint-order="stroke"'
"""A name's edge is in the colour of the ground: what passes behind does not strike it through."""


@dataclass(frozen=True, slots=True)
class Labels:
    """What the chart says, in the language of who looks. `ticks` are values with their words, `names` those of points,
    `first` and `last` what stands below both ends."""

    title: str
    about: str
    ticks: Sequence[tuple[float, str]]
    names: Sequence[str]
    first: str
    last: str


def draw(chart: Chart, labels: Labels, *, width: float = WIDE) -> str:
    """The picture as one SVG element."""
    scene = _Scene(chart, labels, width)
    parts = [f"<title>{escape(labels.title)}</title><desc>{escape(labels.about)}</desc>"]
    parts += [scene.tick(value, word) for value, word in labels.ticks]
    if not chart.is_few:
        parts += [scene.limits(chart.lower), scene.limits(chart.upper), scene.centre()]
    parts += [scene.line(), *(scene.point(place) for place in range(len(chart.values))), *scene.names()]
    parts += [
        _text(scene.left, _HEIGHT - 6, labels.first, "start"),
        _text(width - _AIR, _HEIGHT - 6, labels.last, "end"),
    ]
    wide = _n(width)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {wide} {_HEIGHT}" '
        f'width="{wide}" height="{_HEIGHT}" font-size="{_FINE}">{"".join(parts)}</svg>'
    )


class _Scene:
    """Where values and places lie."""

    def __init__(self, chart: Chart, labels: Labels, width: float) -> None:
        self.chart, self.labels, self.width = chart, labels, width
        self.left = max((length(word, _FINE) for _value, word in labels.ticks), default=0) + 12
        seen = [*chart.values, *chart.lower, *chart.upper, *(value for value, _word in labels.ticks)]
        self._low, high = min(seen, default=0.0), max(seen, default=1.0)
        self._span = (high - self._low) or 1.0
        self._beyond, self._runs = chart.points("beyond"), chart.points("side", "trend")

    def x(self, place: float) -> float:
        """Points are spread evenly, each in the middle of its part."""
        return self.left + (self.width - _AIR - self.left) * (place + 0.5) / max(1, len(self.chart.values))

    def y(self, value: float) -> float:
        return _TOP + (_HEIGHT - _TOP - _FOOT - _AIR) * (1 - (value - self._low) / self._span)

    def tick(self, value: float, word: str) -> str:
        y = self.y(value)
        line = _path(f"M{_n(self.left)} {_n(y)}H{_n(self.width - _AIR)}", "--line", 1)
        return line + _text(self.left - 6, y + 4, word, "end")

    def limits(self, values: Sequence[float]) -> str:
        """A step where a limit changes from point to point."""
        half = self.x(0.5) - self.x(0)
        path = "".join(
            f"{'V' if place else f'M{_n(self.x(0) - half)} '}{_n(self.y(value))}H{_n(self.x(place) + half)}"
            for place, value in enumerate(values)
        )
        return _path(path, "--waiting", 1.5, "5 4")

    def centre(self) -> str:
        y = self.y(self.chart.centre or 0.0)
        return _path(f"M{_n(self.left)} {_n(y)}H{_n(self.width - _AIR)}", "--ink-soft", 1.5)

    def line(self) -> str:
        """From point to point."""
        points = [f"{_n(self.x(place))} {_n(self.y(value))}" for place, value in enumerate(self.chart.values)]
        return _path("M" + "L".join(points), "--line-strong", 1) if len(points) > 1 else ""

    def point(self, place: int) -> str:
        """A dot; a square where it is part of a shift or drift; a diamond where it is beyond the limits."""
        x, y = self.x(place), self.y(self.chart.values[place])
        if place in self._beyond:
            return f'<path d="M{_n(x)} {_n(y - 6.5)}l6.5 6.5l-6.5 6.5l-6.5 -6.5z" fill="var(--late)"/>'
        if place in self._runs:
            return f'<rect x="{_n(x - 4)}" y="{_n(y - 4)}" width="8" height="8" fill="var(--told)"/>'
        return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="3" fill="var(--ink-soft)"/>'

    def names(self) -> list[str]:
        """Of what is beyond, the newest first, above it or below; where another name stands already, none."""
        found, taken = [], list[tuple[float, float, float]]()
        for place in sorted(self._beyond, reverse=True):
            name, x, y = self.labels.names[place], self.x(place), self.y(self.chart.values[place])
            half = length(name, _FINE) / 2
            x = min(max(x, self.left + half), self.width - half - 2)
            for at in (y - 11, y + 19):
                is_free = all(
                    abs(at - row) > _FINE + 2 or x + half < left or right < x - half for left, right, row in taken
                )
                if is_free and _FINE < at < _HEIGHT - _FOOT:
                    taken.append((x - half, x + half, at))
                    found.append(_text(x, at, name, "middle", _OUT))
                    break
        return found


def _path(path: str, colour: str, width: float, dashes: str = "") -> str:
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<path d="{path}" fill="none" stroke="var({colour})" stroke-width="{width}"{dashed}/>'


def _text(x: float, y: float, words: str, anchor: str, look: str = 'fill="var(--ink-soft)"') -> str:
    return f'<text x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}" {look}>{escape(words)}</text>'


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
