"""A service, or one job by it, as a picture: bands for its stages, boxes for its steps, arrows for what waits.

Colours are the page's own variables, so it follows light and dark. It goes on a page twice, wide and for a phone, and
the style sheet shows one; the steps stand beside it as a list, for whoever can't see it. Text is never only a colour.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from html import escape
from typing import Final, Literal

from .layout import MOST_BOX, Arrow, Box, arrange, box_width, columns_for, length, wrapped
from .template import Doer, Service, Step, in_language

WIDE: Final = 760
PHONE: Final = 352

Status = Literal["blocked", "open", "active", "done", "skipped"]
Risk = Literal["on_track", "at_risk", "late"]

_NAME: Final = 13.5
_FINE: Final = 12
_BOLD: Final = 1.06
"""How much wider bold letters are."""
_LINE: Final = 18
_FINE_LINE: Final = 16
_PAD: Final = 12
_ICON: Final = 15
_LONGEST_NAME: Final = 4

# Fill, border, its width, its dashes.
_FRAMES: Final[Mapping[str, tuple[str, str, str, str]]] = {
    "": ("--raised", "--line-strong", "1", ""),
    "blocked": ("--raised", "--line-strong", "1", "4 4"),
    "open": ("--raised", "--line-strong", "1.5", ""),
    "active": ("--accent-wash", "--accent", "2", ""),
    "done": ("--kept-wash", "--kept", "1.5", ""),
    "skipped": ("--sunken", "--line-strong", "1", "2 4"),
}
_RISKS: Final = {"at_risk": ("--waiting-wash", "--waiting"), "late": ("--late-wash", "--late")}
_DOERS: Final = {"customer": "--accent", "outside": "--told", "role": "--ink-soft", "team": "--ink-soft"}

# Drawn on a grid of 24, like the desk's own icons.
_ICONS: Final = {
    "role": '<circle cx="12" cy="8" r="4"/><path d="M5 20a7 7 0 0 1 14 0"/>',
    "team": (
        '<circle cx="9" cy="8" r="3.5"/>'
        '<path d="M2.5 20a6.5 6.5 0 0 1 13 0M16 4.8a3.5 3.5 0 0 1 0 6.4M18 14.5a6.5 6.5 0 0 1 3.5 5.5"/>'
    ),
    "customer": '<path d="m4 11 8-7 8 7v9h-5v-6H9v6H4z"/>',
    "outside": (
        '<path d="M2 6h12v10H2zM14 9h4.5l3.5 3.5V16h-8"/>'
        '<circle cx="6.5" cy="18" r="2"/><circle cx="17.5" cy="18" r="2"/>'
    ),
}


@dataclass(frozen=True, slots=True)
class State:
    """How a step of a job stands."""

    status: Status
    risk: Risk = "on_track"


def is_endangered(state: State) -> bool:
    """Whether its risk matters: what is over is neither late nor at risk any more."""
    return state.risk in _RISKS and state.status not in ("done", "skipped")


@dataclass(frozen=True, slots=True)
class Words:
    """What the picture says besides the service's own texts, in the language of who looks."""

    doer: Callable[[Doer], str]
    lasts: Callable[[timedelta], str]
    about: str
    """One sentence for who can't see it: what it is, and where it stands as a list."""
    status: Mapping[str, str]
    """Of each status and risk."""


@dataclass(frozen=True, slots=True)
class _Text:
    """What a box says."""

    name: list[str]
    who: list[str]
    state: list[str]

    @property
    def height(self) -> float:
        fine = len(self.who) + len(self.state)
        return 2 * _PAD + len(self.name) * _LINE + fine * _FINE_LINE + (6 if self.state else 2)


def draw(
    service: Service, language: str, words: Words, *, width: float = WIDE, states: Mapping[str, State] | None = None
) -> str:
    """The picture as one SVG element. `states` are those of a job's steps, by id."""
    states = states or {}
    columns = columns_for(service, width, _longest_word(service, language) + 2 * _PAD)
    box = box_width(width, columns)
    texts = {name: _text(step, language, words, states.get(name), box) for name, step in service.steps.items()}
    placed = arrange(service, {name: text.height for name, text in texts.items()}, width, columns)
    title = in_language(service.name, language)
    parts = [f"<title>{escape(title)}</title><desc>{escape(words.about)}</desc>"]
    parts += [_band(band) for band in placed.bands]
    parts += [_arrow(arrow, states) for arrow in placed.arrows]
    parts += [
        _heading(band, in_language(stage.name, language))
        for band, stage in zip(placed.bands, service.stages, strict=True)
    ]
    parts += [_box(service.steps[name], texts[name], box, states.get(name)) for name, box in placed.boxes.items()]
    wide, tall = _n(placed.width), _n(placed.height)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" class="service-picture" viewBox="0 0 {wide} {tall}" '
        f'width="{wide}" height="{tall}" font-size="{_NAME}">{"".join(parts)}</svg>'
    )


def _longest_word(service: Service, language: str) -> float:
    words = [word for step in service.steps.values() for word in in_language(step.name, language).split()]
    return min(MOST_BOX - 2 * _PAD, max(length(word, _NAME * _BOLD) for word in words))


def _text(step: Step, language: str, words: Words, state: State | None, box: float) -> _Text:
    room = box - 2 * _PAD
    told = [words.status[state.status]] if state else []
    if state and is_endangered(state):
        told.append(words.status[state.risk])
    return _Text(
        wrapped(in_language(step.name, language), _NAME * _BOLD, room, _LONGEST_NAME),
        _joined([words.doer(step.doer), words.lasts(step.takes)], _FINE, room - _ICON - 5),
        _joined(told, _FINE * _BOLD, room),
    )


def _joined(parts: list[str], size: float, width: float) -> list[str]:
    """In one line where they fit beside each other, otherwise each from a line of its own."""
    line = " · ".join(parts)
    if not line or length(line, size) <= width:
        return [line] if line else []
    return [line for part in parts for line in wrapped(part, size, width, 2)]


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def _band(band: Box) -> str:
    size = f'width="{_n(band.width)}" height="{_n(band.height)}"'
    return f'<rect x="0" y="{_n(band.y)}" {size} rx="12" fill="var(--sunken)"/>'


def _heading(band: Box, name: str) -> str:
    """Above the arrows, with an edge in the colour of the ground: one that passes does not strike it through."""
    edge = 'stroke="var(--sunken)" stroke-width="6" stroke-linejoin="round" paint-order="stroke"'
    line = wrapped(name, _FINE * _BOLD, band.width - 2 * _PAD, 1)[0]
    return (
        f'<text x="{_PAD}" y="{_n(band.y + 22)}" font-size="{_FINE}" font-weight="600" '
        f'fill="var(--ink-soft)" {edge}>{escape(line)}</text>'
    )


def _arrow(arrow: Arrow, states: Mapping[str, State]) -> str:
    """Bent where it goes from row to row, straight past a row, with its head at the end."""
    is_done = arrow.start in states and states[arrow.start].status in ("done", "skipped")
    colour = "--kept" if is_done else "--ink-faint"
    (x, y), *rest = arrow.points
    path = [f"M{_n(x)} {_n(y)}"]
    for at, (next_x, next_y) in enumerate(rest):
        is_last = at == len(rest) - 1
        tip = next_y - 5 if is_last and not arrow.is_back else next_y
        if abs(next_x - x) < 0.1 or arrow.is_back:
            path.append(f"L{_n(next_x)} {_n(tip)}")
        else:
            half = (y + tip) / 2
            path.append(f"C{_n(x)} {_n(half)} {_n(next_x)} {_n(half)} {_n(next_x)} {_n(tip)}")
        x, y = next_x, next_y
    dashes = ' stroke-dasharray="3 4"' if arrow.is_back else ""
    sign = 1 if not arrow.is_back else -1
    head = f"M{_n(x)} {_n(y)}l-4.5 {-8 * sign}h9z"
    return (
        f'<path d="{"".join(path)}" fill="none" stroke="var({colour})" stroke-width="1.5"{dashes}/>'
        f'<path d="{head}" fill="var({colour})"/>'
    )


def _box(step: Step, text: _Text, box: Box, state: State | None) -> str:
    fill, line, weight, dashes = _FRAMES[state.status if state else ""]
    if state and is_endangered(state):
        (fill, line), weight, dashes = _RISKS[state.risk], "2", ""
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    x, y = box.x + _PAD, box.y + _PAD
    size = f'width="{_n(box.width)}" height="{_n(box.height)}"'
    look = f'fill="var({fill})" stroke="var({line})" stroke-width="{weight}"{dashed}'
    parts = [f'<rect x="{_n(box.x)}" y="{_n(box.y)}" {size} rx="9" {look}/>']
    is_faint = state is not None and state.status in ("blocked", "skipped")
    ink = "--ink-soft" if is_faint else "--ink"
    struck = ' text-decoration="line-through"' if state and state.status == "skipped" else ""
    parts.append(_lines(text.name, x, y + 13, _LINE, f'fill="var({ink})" font-weight="550"{struck}'))
    y += len(text.name) * _LINE + 2
    colour = _DOERS[step.doer.by]
    scale = _ICON / 24
    parts.append(
        f'<g transform="translate({_n(x)} {_n(y)}) scale({scale})" fill="none" stroke="var({colour})" '
        f'stroke-width="2" stroke-linecap="round" stroke-linejoin="round">{_ICONS[step.doer.by]}</g>'
    )
    fine = f'font-size="{_FINE}"'
    parts.append(_lines(text.who, x + _ICON + 5, y + 12, _FINE_LINE, f'{fine} fill="var({colour})"'))
    if state:
        y += len(text.who) * _FINE_LINE + 4
        parts.append(_lines(text.state, x, y + 12, _FINE_LINE, f'{fine} font-weight="600" fill="var({_told(state)})"'))
    return "".join(parts)


def _told(state: State) -> str:
    if state.status == "done":
        return "--kept"
    if is_endangered(state):
        return _RISKS[state.risk][1]
    return "--accent" if state.status == "active" else "--ink-soft"


def _lines(lines: list[str], x: float, y: float, height: float, look: str) -> str:
    spans = "".join(
        f'<tspan x="{_n(x)}" y="{_n(y + at * height)}">{escape(line)}</tspan>' for at, line in enumerate(lines)
    )
    return f"<text {look}>{spans}</text>"
