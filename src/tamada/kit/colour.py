"""One colour of a brand as those that a page needs: in OKLCH, readable in light and in dark (WCAG AA).

Only the lightness moves, and the chroma no further than a screen can show: the hue stays the brand's.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from math import atan2, cos, degrees, hypot, radians, sin
from typing import Final

AA: Final = 4.5
_ENOUGH: Final = 4.7
"""A little more than asked, so that rounding takes nothing away."""

_HEX: Final = re.compile(r"#?([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})", re.IGNORECASE)
_STEP: Final = 0.005

type_rgb = tuple[float, float, float]
"""Linear light, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Oklch:
    """Lightness 0 to 1, chroma, hue in degrees."""

    lightness: float
    chroma: float
    hue: float

    def __str__(self) -> str:
        return f"oklch({self.lightness * 100:.2f}% {self.chroma:.4f} {self.hue:.1f})"

    def shown(self) -> "Oklch":
        """The same with as much chroma as a screen can show."""
        found = self
        while found.chroma > 0 and not all(-1e-4 <= part <= 1.0001 for part in to_rgb(found)):
            found = Oklch(found.lightness, max(0.0, found.chroma - _STEP), found.hue)
        return found


@dataclass(frozen=True, slots=True)
class Shades:
    """What a page paints in a brand's colour on one ground: text and fills, what stands on a fill, and a faint wash."""

    accent: Oklch
    strong: Oklch
    on_accent: Oklch
    wash: Oklch


def parse(text: str) -> Oklch | None:
    """`#a02c3c` as OKLCH; None for what is no such colour."""
    found = _HEX.fullmatch(text.strip())
    if found is None:
        return None
    r, g, b = (_linear(int(part, 16) / 255) for part in found.groups())
    return from_rgb((r, g, b))


@lru_cache(maxsize=256)
def shades(colour: Oklch, grounds: tuple[Oklch, ...]) -> Shades:
    """The colour on these grounds, which are all light or all dark."""
    dark = grounds[0].lightness < 0.5
    calm = Oklch(0.28 if dark else 0.955, min(colour.chroma, 0.05 if dark else 0.025), colour.hue).shown()
    accent = _readable(colour, (*grounds, calm), dark=dark)
    further = accent.lightness + (0.06 if dark else -0.06)
    strong = Oklch(min(max(further, 0.0), 1.0), accent.chroma, accent.hue).shown()
    on_accent = Oklch(0.18, min(accent.chroma, 0.04), colour.hue) if dark else Oklch(0.99, 0.003, colour.hue)
    return Shades(accent, strong, on_accent.shown(), calm)


def _readable(colour: Oklch, grounds: tuple[Oklch, ...], *, dark: bool) -> Oklch:
    """The nearest lightness from which it reads on all of these grounds."""
    found = colour.shown()
    while any(contrast(found, ground) < _ENOUGH for ground in grounds) and 0 < found.lightness < 1:
        lightness = min(found.lightness + _STEP, 1.0) if dark else max(found.lightness - _STEP, 0.0)
        found = Oklch(lightness, colour.chroma, colour.hue).shown()
    return found


def contrast(one: Oklch, two: Oklch) -> float:
    """WCAG's contrast of two colours, 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(two)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Oklch) -> float:
    r, g, b = (min(max(part, 0.0), 1.0) for part in to_rgb(colour))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def from_rgb(rgb: type_rgb) -> Oklch:
    """Linear light as OKLCH (Björn Ottosson's matrices)."""
    r, g, b = rgb
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    middle = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    lightness = 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    return Oklch(lightness, hypot(a, b), degrees(atan2(b, a)) % 360)


def to_rgb(colour: Oklch) -> type_rgb:
    """Back to linear light; beyond 0 and 1 where no screen can show it."""
    a, b = colour.chroma * cos(radians(colour.hue)), colour.chroma * sin(radians(colour.hue))
    long = (colour.lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (colour.lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (colour.lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
