"""Whatever colour a brand has, it can be read in light and in dark."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tamada.kit.colour import AA, Oklch, contrast, from_rgb, parse, shades, to_rgb
from tamada.portal.help.look import DARK, LIGHT, style


@given(st.integers(0, 0xFFFFFF))
def test_every_colour_reads_on_every_ground(number: int) -> None:
    colour = parse(f"#{number:06x}")
    assert colour is not None
    for grounds in (LIGHT, DARK):
        found = shades(colour, grounds)
        for ground in (*grounds, found.wash):
            assert contrast(found.accent, ground) >= AA
            assert contrast(found.strong, ground) >= AA
        assert contrast(found.on_accent, found.accent) >= AA
        assert contrast(found.on_accent, found.strong) >= AA
        assert all(-0.01 <= part <= 1.01 for part in to_rgb(found.accent))


@pytest.mark.parametrize("name", ["red", "#12", "", "#12345g", "}body{display:none", "#123456;}", None])
def test_what_is_no_colour_is_none(name: str | None) -> None:
    assert parse(str(name)) is None
    assert "display" not in style(str(name))


def test_a_colour_comes_back_as_it_went() -> None:
    for rgb in ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0), (0.5, 0.1, 0.02)):
        assert to_rgb(from_rgb(rgb)) == pytest.approx(rgb, abs=1e-4)
    assert contrast(Oklch(0, 0, 0), Oklch(1, 0, 0)) == pytest.approx(21, abs=0.1)
