"""A control chart drawn: well-formed, within its frame, in the page's colours, and what is beyond by its name."""

from xml.etree import ElementTree as ET

import pytest

from tamada.kit.chart_picture import PHONE, WIDE, Labels, draw
from tamada.kit.control_charts import Chart, p_chart, xmr

SVG = "{http://www.w3.org/2000/svg}"


def drawn(chart: Chart, width: float = WIDE) -> ET.Element:
    names = [f"#{place} <Ani & Co>" for place in range(len(chart.values))]
    labels = Labels("Durations", "Forty jobs", [(0, "0 h"), (10, "10 h")], names, "3 Oct", "1 Dec")
    return ET.fromstring(draw(chart, labels, width=width))  # noqa: S314  our own


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_what_is_beyond_has_a_shape_and_a_name_of_its_own(width: float) -> None:
    picture = drawn(xmr([9, 11, 10, 9, 10, 11, 9, 10, 60]), width)
    words = [text.text for text in picture.iter(f"{SVG}text")]
    assert "#8 <Ani & Co>" in words
    assert "#7 <Ani & Co>" not in words
    assert len(list(picture.iter(f"{SVG}circle"))) == 8
    assert picture.get("role") == "img"
    assert picture.findtext(f"{SVG}title") == "Durations"
    for text in picture.iter(f"{SVG}text"):
        assert 0 <= float(text.get("x", "")) <= width
    assert all(
        look.startswith("var(") for one in picture.iter() for look in (one.get("fill", "var("),) if look != "none"
    )


def test_a_shift_is_squares_and_too_few_have_no_limits() -> None:
    shifted = drawn(xmr([1, 2, 1, 2, 1, 2, 1, 2, 1, *[6, 7] * 5]))
    assert len(list(shifted.iter(f"{SVG}rect"))) == 19
    few = drawn(p_chart([(1, 2)] * 3))
    assert "stroke-dasharray" not in ET.tostring(few, encoding="unicode")
    assert len(list(drawn(xmr([])).iter(f"{SVG}circle"))) == 0
