"""Lengths of working time in words, in four languages."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tamada.kit.services.sections import duration, written
from tamada.kit.spoken import read_length

SAID = {
    "en": {
        "2 days": "16h",
        "2 d": "16h",
        "2d": "16h",
        "4h": "4h",
        "90 min": "1h30m",
        "1 day 4 h": "12h",
        "1 day, 4 hours and 30 minutes": "12h30m",
        "two days": "16h",
        "an hour": "1h",
        "half an hour": "30m",
        "an hour and a half": "1h30m",
        "a day and half an hour": "8h30m",
        "2 and a half hours": "2h30m",
        "1.5 h": "1h30m",
        "1:30": "1h30m",
        "3 working days": "24h",
        "1 week": "40h",
        "2 Days": "16h",
    },
    "hy": {
        "2 օր": "16h",
        "4 ժամ": "4h",
        "4 ժ": "4h",
        "30 րոպե": "30m",
        "1 ժ 30 ր": "1h30m",
        "երկու օր": "16h",
        "կես ժամ": "30m",
        "մեկուկես ժամ": "1h30m",
        "1 օր և 4 ժամ": "12h",
        "2 աշխատանքային օր": "16h",
        "1 շաբաթ": "40h",
    },
    "ka": {
        "2 დღე": "16h",
        "4 საათი": "4h",
        "4 სთ": "4h",
        "30 წუთი": "30m",
        "1 სთ 30 წთ": "1h30m",
        "ორი დღე": "16h",
        "ნახევარი საათი": "30m",
        "საათნახევარი": "1h30m",
        "1 დღე და 4 საათი": "12h",
        "2 სამუშაო დღე": "16h",
        "1 კვირა": "40h",
    },
    "ru": {
        "2 дня": "16h",
        "1 день": "8h",
        "5 дней": "40h",
        "4 часа": "4h",
        "4 ч": "4h",
        "30 минут": "30m",
        "1 ч 30 мин": "1h30m",
        "два дня": "16h",
        "полчаса": "30m",
        "полтора часа": "1h30m",
        "1,5 часа": "1h30m",
        "1 день и 4 часа": "12h",
        "2 рабочих дня": "16h",
        "2 недели": "80h",
    },
}


@pytest.mark.parametrize(("text", "means"), [pair for said in SAID.values() for pair in said.items()])
def test_what_people_write_is_understood(text: str, means: str) -> None:
    assert read_length(text) == duration(means)


@pytest.mark.parametrize(
    "text",
    [
        *("", "soon", "tomorrow", "2", "2 2 days", "days 2", "2-3 days", "-2 h", "2 moons", "1 day and", "2 days ago"),
        *("0 h", "0.001 h", "1:75", "1.2.3 h", "h h 3", "до завтра", "2 месяца", "ვერ", "չգիտեմ", "2 days" * 40),
        *("monday", "3 May", "noon", "and a half", "half", "and"),
    ],
)
def test_what_names_no_length_is_none(text: str) -> None:
    assert read_length(text) is None


UNITS = {
    "en": ("days", "hours", "minutes"),
    "en, short": ("d", "h", "min"),
    "hy": ("օր", "ժամ", "րոպե"),
    "hy, short": ("օր", "ժ", "ր"),
    "ka": ("დღე", "საათი", "წუთი"),
    "ka, short": ("დღ", "სთ", "წთ"),
    "ru": ("дней", "часов", "минут"),
    "ru, short": ("д", "ч", "мин"),
}


@given(
    figures=st.tuples(st.integers(0, 99), st.integers(0, 23), st.integers(0, 59)).filter(any),
    units=st.sampled_from(sorted(UNITS)),
    space=st.sampled_from(["", " ", "\u00a0", "  "]),
    between=st.sampled_from([" ", ", "]),
    is_loud=st.booleans(),
)
def test_any_length_is_read_in_any_language(
    figures: tuple[int, int, int], units: str, space: str, between: str, is_loud: bool
) -> None:
    text = between.join(f"{n}{space}{unit}" for n, unit in zip(figures, UNITS[units], strict=True) if n)
    days, hours, minutes = figures
    wanted = timedelta(hours=8 * days + hours, minutes=minutes)
    assert read_length(text.upper() if is_loud else text) == wanted


@given(st.text() | st.text("0123456789 .,:hmdանд\n", max_size=12))
def test_anything_else_is_none_or_a_length_that_can_be_written(text: str) -> None:
    found = read_length(text)
    assert found is None or duration(written(found)) == found > timedelta(0)
