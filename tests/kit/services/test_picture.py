"""The picture of a service: everything in its place, in the page's colours, and nothing that a text could break."""

import re
from collections.abc import Mapping
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tamada.kit.services.layout import Box, Layout, arrange, columns_for, length, needed, wrapped
from tamada.kit.services.picture import PHONE, WIDE, State, Words, draw
from tamada.kit.services.sections import written
from tamada.kit.services.template import Doer, Service
from tests.kit.services.services import service, services, step

ROOT = Path(__file__).resolve().parents[3]
SVG = "{http://www.w3.org/2000/svg}"
DIAMOND = service(
    [step("a")],
    [step("b", "a"), step("c", "a", doer=Doer("customer"))],
    [step("d", "a", "b", "c", doer=Doer("team", "X"))],
)
WORDS = Words(
    doer=lambda doer: doer.name or doer.by,
    lasts=written,
    about="The steps are listed below.",
    status={one: f"is {one}" for one in ("blocked", "open", "active", "done", "skipped", "at_risk", "late")},
)


def drawn(made: Service, width: float = WIDE, states: Mapping[str, State] | None = None) -> ET.Element:
    return ET.fromstring(draw(made, "en", WORDS, width=width, states=states))  # noqa: S314 (our own)


def texts(picture: ET.Element) -> list[str]:
    return [" ".join(span.text or "" for span in text) or text.text or "" for text in picture.iter(f"{SVG}text")]


def test_it_says_what_it_is_and_names_stages_and_steps() -> None:
    picture = drawn(DIAMOND)
    assert picture.get("role") == "img"
    assert [(one.tag.removeprefix(SVG), one.text) for one in picture[:2]] == [
        ("title", "Test"),
        ("desc", "The steps are listed below."),
    ]
    assert texts(picture) == [
        *("Stage 0", "Stage 1", "Stage 2"),
        *("a", "agent · 1h", "b", "agent · 1h", "c", "customer · 1h", "d", "X · 1h"),
    ]


def test_it_speaks_the_language_asked_for_and_english_where_there_is_none() -> None:
    made = service([step("a", name={"en": "Visit", "ru": "Визит"}), step("b", name={"en": "Call"})])
    said = re.findall(r"<tspan[^>]*>([^<]*)", draw(made, "ru", WORDS))
    assert "Визит" in said
    assert "Call" in said


def test_what_is_written_in_a_template_is_text_and_nothing_else() -> None:
    bad = '<script>alert("1")</script>&amp;'
    made = service([step("a", name={"en": bad}, doer=Doer("team", bad))], name={"en": bad})
    picture = drawn(made)
    assert not list(picture.iter(f"{SVG}script"))
    assert picture[0].text == bad
    assert "<script" not in draw(made, "en", WORDS)


def test_its_colours_are_the_pages_and_it_needs_no_style_that_a_policy_could_refuse() -> None:
    states = {"a": State("done"), "b": State("active", "late"), "c": State("open", "at_risk"), "d": State("blocked")}
    text = draw(DIAMOND, "en", WORDS, states=states)
    colours = set(re.findall(r'(?:fill|stroke)="([^"]*)"', text)) - {"none"}
    assert all(re.fullmatch(r"var\(--[a-z-]+\)", colour) for colour in colours)
    tokens = (ROOT / "frontend" / "css" / "tokens.css").read_text(encoding="utf-8")
    assert [colour for colour in colours if f"{colour[4:-1]}:" not in tokens] == []
    assert "style" not in text
    assert " id=" not in text  # it stands on a page twice


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (State("blocked"), "is blocked"),
        (State("active", "at_risk"), "is active · is at_risk"),
        (State("open", "late"), "is open · is late"),
        (State("done", "late"), "is done"),
        (State("skipped", "at_risk"), "is skipped"),
    ],
)
def test_how_a_step_stands_is_said_in_words(state: State, told: str) -> None:
    assert told in texts(drawn(DIAMOND, states={"b": state}))


def test_without_a_job_nothing_is_said_of_how_it_stands() -> None:
    assert "is " not in " ".join(texts(drawn(DIAMOND)))


# --- where things are -------------------------------------------------------------------------------------------------


def test_an_arrow_that_others_imply_is_not_drawn() -> None:
    assert needed({"a": (), "b": ("a",), "c": ("a", "b")}) == [("a", "b"), ("b", "c")]


def laid(made: Service, width: float) -> Layout:
    return arrange(made, dict.fromkeys(made.steps, 60.0), width, columns_for(made, width))


def overlap(one: Box, other: Box) -> bool:
    return one.x < other.x + other.width and other.x < one.x + one.width and one.y < other.foot and other.y < one.foot


def is_inside(x: float, y: float, box: Box) -> bool:
    return box.x < x < box.x + box.width and box.y < y < box.foot


def crossed(made: Layout) -> list[tuple[str, str, str]]:
    """Boxes that an arrow which goes down passes through, where it passes a row."""
    return [
        (arrow.start, arrow.end, name)
        for arrow in made.arrows
        for (x, top), (next_x, foot) in pairwise(arrow.points)
        for name, box in made.boxes.items()
        if x == next_x and not arrow.is_back and is_inside(x, (top + foot) / 2, box)
    ]


@pytest.mark.parametrize("width", [PHONE, WIDE])
@settings(max_examples=15, deadline=None)
@given(made=services())
def test_nothing_overlaps_and_nothing_stands_outside(width: float, made: Service) -> None:
    found = laid(made, width)
    assert set(found.boxes) == set(made.steps)
    assert not any(overlap(one, other) for one, other in combinations(found.boxes.values(), 2))
    assert all(box.x >= 0 and box.x + box.width <= width and box.foot <= found.height for box in found.boxes.values())
    for stage, band in zip(made.stages, found.bands, strict=True):
        assert all(band.y < found.boxes[one.id].y and found.boxes[one.id].foot < band.foot for one in stage.steps)
    assert crossed(found) == []
    assert all(
        first[1] < last[1] for arrow in found.arrows if not arrow.is_back for first, last in pairwise(arrow.points)
    )


def test_a_step_that_waits_for_a_later_stage_has_an_arrow_up() -> None:
    found = laid(service([step("a", "b")], [step("b")]), WIDE)
    assert [(arrow.start, arrow.end, arrow.is_back) for arrow in found.arrows] == [("b", "a", True)]
    assert drawn(service([step("a", "b")], [step("b")])) is not None


def test_steps_side_by_side_stay_readable_on_a_phone() -> None:
    many = service([step("a"), *(step(f"s{number}", "a") for number in range(6))])
    for width in (PHONE, WIDE):
        found = laid(many, width)
        assert min(box.width for box in found.boxes.values()) >= 140
    assert len({box.y for box in laid(many, PHONE).boxes.values()}) > len(
        {box.y for box in laid(many, WIDE).boxes.values()}
    )


def test_two_hundred_steps_are_drawn_too() -> None:
    many = [step(f"s{at}", *(f"s{other}" for other in (at // 2, at // 3) if other < at)) for at in range(200)]
    assert len(list(drawn(service(many[:90], many[90:]), PHONE).iter(f"{SVG}rect"))) == 202


@given(st.text(max_size=60), st.floats(20, 200), st.integers(1, 4))
def test_lines_fit_and_say_it_all_or_end_in_dots(text: str, width: float, most: int) -> None:
    lines = wrapped(text, 13, width, most)
    assert 1 <= len(lines) <= most
    assert all(length(line, 13) <= width for line in lines)
    if "…" not in lines[-1]:
        assert "".join(lines).replace(" ", "") == "".join(text.split())
