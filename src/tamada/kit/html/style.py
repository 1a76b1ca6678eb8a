"""CSS in `style` attributes: which properties stay, and with which values."""

import re

_BOX_SIDES = ("", "-top", "-right", "-bottom", "-left")
CSS = {
    *("color", "background-color", "direction", "line-height", "letter-spacing", "word-spacing", "white-space"),
    *("font", "font-family", "font-size", "font-style", "font-variant", "font-weight"),
    *("text-align", "text-decoration", "text-decoration-line", "text-transform", "vertical-align", "unicode-bidi"),
    *("width", "max-width", "min-width", "height", "border-collapse", "border-spacing", "border-radius"),
    *("list-style-type", "list-style-position", "table-layout", "overflow-wrap", "word-break"),
    *(f"margin{side}" for side in _BOX_SIDES),
    *(f"padding{side}" for side in _BOX_SIDES),
    *(f"border{side}" for side in _BOX_SIDES),
    *(f"border{side}-{what}" for side in _BOX_SIDES for what in ("color", "style", "width")),
}

_DECLARATION = re.compile(r"""((?:[^;"']|"[^"]*"|'[^']*')+)""")
# Values are words, numbers, colours, quoted font names, and the functions that make colours; so no url(), no escapes.
_PLAIN_VALUE = re.compile(
    r"""(?:[\w\s#%.,/!-]|"[\w\s.,&+-]*"|'[\w\s.,&+-]*'|\b(?:rgb|hsl)a?\([\d\s.,%/deg-]*\))*""", re.IGNORECASE
)
_NUMBER = re.compile(
    r"(?<![\w#.])(-?\d*\.?\d+)(px|pt|em|rem|ex|ch|vw|vh|vmin|vmax|in|cm|mm|pc|q|%)?(?![\w(])", re.IGNORECASE
)
_PIXELS = {"": 1, "px": 1, "pt": 1.33, "em": 16, "rem": 16, "ex": 8, "ch": 8, "in": 96, "cm": 38, "mm": 3.8, "pc": 16}
_MOST_PIXELS = 2_000
_SMALLEST_FONT = 6


def clean_style(style: str) -> str:
    """The declarations of a ``style`` attribute that neither load, hide, shrink away nor move over anything."""
    kept = []
    for declaration in _DECLARATION.findall(style):
        name, colon, value = declaration.partition(":")
        name, value = name.strip().lower(), value.strip()
        if colon and name in CSS and _harmless(name, value):
            kept.append(f"{name}:{value}")
    return ";".join(kept)


def _harmless(name: str, value: str) -> bool:
    if not value or len(value) > 300 or not _PLAIN_VALUE.fullmatch(value):
        return False
    if value.lower() == "transparent" and name in ("color", "font"):
        return False
    sizes = [(float(number), (unit or "").lower()) for number, unit in _NUMBER.findall(value)]
    if "color" not in name and any(_out_of_bounds(number, unit) for number, unit in sizes):
        return False
    return not (name in _MUST_NOT_VANISH and _vanishes(name, sizes))


_MUST_NOT_VANISH = frozenset(("font-size", "font", "line-height", "width", "height", "max-width"))


def _out_of_bounds(number: float, unit: str) -> bool:
    if unit.startswith("v"):
        return True  # measured in the window, to cover it
    limit = 100 if unit == "%" else _MOST_PIXELS
    return number < 0 or number * _PIXELS.get(unit, 1) > limit


def _vanishes(name: str, sizes: list[tuple[float, str]]) -> bool:
    if name in ("width", "height", "max-width"):
        return any(number * _PIXELS.get(unit, 1) < 1 for number, unit in sizes)
    if name == "line-height":
        return any(number * (1 if unit == "" else _PIXELS.get(unit, 0.01)) < 0.8 for number, unit in sizes)
    sized = [number * _PIXELS.get(unit, 0.16) for number, unit in sizes if unit or name == "font-size"]
    return any(size < _SMALLEST_FONT for size in sized[:1])
