"""Promises in what an agent writes, in four languages, seen from Thursday 26 November 2026, half past two in Yerevan.

The set was written before the finder, by the same hand; its held half was not looked at while the words were chosen.
A due time is days from today and a time (+1d12:00), or hours or minutes from now (+2h, +30m).
"""

import json
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple, TypedDict
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tamada.kit.promises import find_promises
from tamada.kit.promises.finding import LONGEST_TEXT, MOST, READ

NOW = datetime(2026, 11, 26, 14, 30, tzinfo=ZoneInfo("Asia/Yerevan"))
LANGUAGES = ("hy", "ka", "ru", "en")


class Sentence(TypedDict):
    language: str
    half: str
    promise: bool
    due: str | None
    text: str


SENTENCES: list[Sentence] = json.loads(Path(__file__).with_name("promises.json").read_text(encoding="utf-8"))


class Figures(NamedTuple):
    precision: float
    recall: float
    due: float
    """Of the promises found that have a time, how many are due at it; of those that have none, see `timeless`."""
    timeless: float

    @classmethod
    def of(cls, sentences: Iterable[Sentence]) -> "Figures":
        said = [(one, find_promises(one["text"], one["language"], now=NOW)) for one in sentences]
        right = [(one, found[0]) for one, found in said if one["promise"] and found]
        timed = [promise.due == moment(one["due"]) for one, promise in right if one["due"]]
        timeless = [promise.due is None for one, promise in right if not one["due"]]
        return cls(
            len(right) / sum(bool(found) for _, found in said),
            len(right) / sum(one["promise"] for one, _ in said),
            sum(timed) / len(timed),
            sum(timeless) / len(timeless),
        )


def moment(due: str) -> datetime:
    """What a due time of the set means."""
    if days := re.fullmatch(r"\+(\d+)d(\d\d):(\d\d)", due):
        ahead, hour, minute = (int(one) for one in days.groups())
        return (NOW + timedelta(days=ahead)).replace(hour=hour, minute=minute)
    unit = {"h": "hours", "m": "minutes"}[due[-1]]
    return NOW + timedelta(**{unit: int(due[1:-1])})


def half(name: str, *languages: str) -> list[Sentence]:
    return [one for one in SENTENCES if one["half"] == name and one["language"] in (languages or LANGUAGES)]


def test_the_set_is_as_large_as_it_says() -> None:
    for language in LANGUAGES:
        own = [one for one in SENTENCES if one["language"] == language]
        assert (len(own), sum(one["promise"] for one in own)) == (100, 45)
        assert sum(one["due"] is not None for one in own) >= 25
    assert len({one["text"] for one in SENTENCES}) == len(SENTENCES)
