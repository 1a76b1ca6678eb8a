"""Times in words, in four languages, seen from Thursday 26 November 2026, half past two in Yerevan."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tamada.kit.spoken import read_time
from tamada.kit.spoken.words import STEMS, WORDS

YEREVAN = ZoneInfo("Asia/Yerevan")
NOW = datetime(2026, 11, 26, 14, 30, tzinfo=YEREVAN)

SAID = {
    "hy": {
        "հինգշաբթի 10-ին": "Thu 03.12 10:00",
        "Վաղը առավոտյան": "Fri 27.11 09:00",
        "վաղը ժամը տասին": "Fri 27.11 10:00",
        "վաղը չէ մյուս օրը": "Sat 28.11 09:00",
        "այսօր երեկոյան": "Thu 26.11 18:00",
        "երեկոյան 7-ին": "Thu 26.11 19:00",
        "ժամը 3-ին": "Thu 26.11 15:00",
        "կեսօրից հետո": "Fri 27.11 14:00",
        "2 օրից": "Sat 28.11 09:00",
        "երկու ժամից": "Thu 26.11 16:30",
        "երկու ժամ հետո": "Thu 26.11 16:30",
        "կես ժամից": "Thu 26.11 15:00",
        "մեկուկես ժամից": "Thu 26.11 16:00",
        "10 րոպեից": "Thu 26.11 14:40",
        "մեկ շաբաթից": "Thu 03.12 09:00",
        "շաբաթ օրը": "Sat 28.11 09:00",
        "հաջորդ շաբաթ": "Mon 30.11 09:00",
        "հաջորդ շաբաթ երեքշաբթի ժամը 11-ին": "Tue 01.12 11:00",
        "դեկտեմբերի 5-ին ժամը 15:00": "Sat 05.12 15:00",
        "մյուս ամիս": "Tue 01.12 09:00",
    },
    "ka": {
        "ხვალ დილით": "Fri 27.11 09:00",
        "ზეგ": "Sat 28.11 09:00",
        "დღეს საღამოს": "Thu 26.11 18:00",
        "საღამოს 7 საათზე": "Thu 26.11 19:00",
        "დილის ათზე": "Fri 27.11 10:00",
        "ნაშუადღევს": "Fri 27.11 14:00",
        "ხუთშაბათს 10 საათზე": "Thu 03.12 10:00",
        "მომავალ ორშაბათს": "Mon 30.11 09:00",
        "კვირას": "Sun 29.11 09:00",
        "შემდეგ კვირას": "Mon 30.11 09:00",
        "ერთ კვირაში": "Thu 03.12 09:00",
        "2 დღეში": "Sat 28.11 09:00",
        "ორ საათში": "Thu 26.11 16:30",
        "2 საათის შემდეგ": "Thu 26.11 16:30",
        "ნახევარ საათში": "Thu 26.11 15:00",
        "საათნახევარში": "Thu 26.11 16:00",
        "15 წუთში": "Thu 26.11 14:45",
        "5 დეკემბერს 15:00": "Sat 05.12 15:00",
        "5 რიცხვში": "Sat 05.12 09:00",
    },
    "ru": {
        "завтра утром": "Fri 27.11 09:00",
        "послезавтра вечером": "Sat 28.11 18:00",
        "сегодня вечером в 7": "Thu 26.11 19:00",
        "в четверг в 10": "Thu 03.12 10:00",
        "в следующую пятницу": "Fri 04.12 09:00",
        "во вторник на следующей неделе": "Tue 01.12 09:00",
        "на следующей неделе": "Mon 30.11 09:00",
        "через час": "Thu 26.11 15:30",
        "через полчаса": "Thu 26.11 15:00",
        "через полтора часа": "Thu 26.11 16:00",
        "через 2 дня": "Sat 28.11 09:00",
        "через неделю": "Thu 03.12 09:00",
        "через месяц": "Sat 26.12 09:00",
        "в 3 дня": "Thu 26.11 15:00",
        "в час": "Fri 27.11 13:00",
        "в 10 часов утра": "Fri 27.11 10:00",
        "после обеда": "Fri 27.11 14:00",
        "5-го числа": "Sat 05.12 09:00",
        "05.12 в 10.30": "Sat 05.12 10:30",
        "5 декабря в 15:00": "Sat 05.12 15:00",
    },
    "en": {
        "Tomorrow morning": "Fri 27.11 09:00",
        "the day after tomorrow": "Sat 28.11 09:00",
        "tomorrow at noon": "Fri 27.11 12:00",
        "tonight": "Thu 26.11 18:00",
        "Thursday at 10": "Thu 03.12 10:00",
        "thu 3pm": "Thu 26.11 15:00",
        "next Friday 9 a.m.": "Fri 04.12 09:00",
        "Thursday next week": "Thu 03.12 09:00",
        "next month": "Tue 01.12 09:00",
        "in an hour": "Thu 26.11 15:30",
        "half an hour": "Thu 26.11 15:00",
        "an hour and a half": "Thu 26.11 16:00",
        "in 2 and a half hours": "Thu 26.11 17:00",
        "in a couple of hours": "Thu 26.11 16:30",
        "two weeks from now": "Thu 10.12 09:00",
        "at 3": "Thu 26.11 15:00",
        "03:00": "Fri 27.11 03:00",
        "on the 5th": "Sat 05.12 09:00",
        "Dec 5 at 3:15 pm": "Sat 05.12 15:15",
        "5/12": "Sat 05.12 09:00",
        "2026-12-05 10:00": "Sat 05.12 10:00",
    },
}


@pytest.mark.parametrize(("text", "meant"), [pair for said in SAID.values() for pair in said.items()])
def test_what_people_say(text: str, meant: str) -> None:
    found = read_time(text, NOW)
    assert found
    assert found.strftime("%a %d.%m %H:%M") == meant
    assert found.tzinfo is YEREVAN


@pytest.mark.parametrize(
    "text",
    ["", "   ", "soon", "yesterday", "today at 9", "at 25", "31 february", "10 10", "friday monday", "in 0 days",
     "tomorrow in 2 hours", "in 2000 weeks", "1.1.2020", "99/99/9999", "13 pm", "1.2.3.4", "tomorrow or so", "x" * 500,
     "վաղը գուցե", "ხვალ ან ზეგ", "завтра, если успею"],
)  # fmt: skip
def test_what_is_not_understood_to_its_last_word_is_no_time(text: str) -> None:
    assert read_time(text, NOW) is None


def test_a_weekday_is_today_while_its_time_has_not_passed() -> None:
    assert read_time("Thursday at 16", NOW) == NOW.replace(hour=16, minute=0)
    assert read_time("Thursday at 14", NOW) == (NOW + timedelta(days=7)).replace(hour=14, minute=0)


def test_a_day_begins_when_the_asker_says() -> None:
    assert read_time("tomorrow", NOW, morning=time(10, 30)) == datetime(2026, 11, 27, 10, 30, tzinfo=YEREVAN)
    assert read_time("tomorrow at 10", NOW, morning=time(8)) == datetime(2026, 11, 27, 10, tzinfo=YEREVAN)


def test_hours_pass_also_when_the_clock_changes() -> None:
    before = datetime(2026, 10, 25, 1, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    found = read_time("in 3 hours", before)
    assert found
    assert found.astimezone(UTC) - before.astimezone(UTC) == timedelta(hours=3)
    assert found.hour == 3


PIECES = st.sampled_from(
    [*WORDS, *STEMS, "5", "05", "10:30", "2027", "5.12", "31/02/2027", "-", ",", "99", "0", "1.5", "9" * 12]
)


@given(st.lists(PIECES, max_size=7).map(" ".join) | st.text(max_size=40))
def test_whatever_is_said_it_is_a_time_to_come_or_none(text: str) -> None:
    found = read_time(text, NOW)
    assert found is None or found > NOW
