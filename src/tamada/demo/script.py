"""What is said in the demo company: scenarios in four languages become conversations with times, owners and states."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any, Final

from .files import KINDS
from .people import SPAMMERS, TECHNICIANS, Person

DAYS: Final = 90
OLD: Final = 0.02
"""The share of conversations that are older, up to two years."""

# How often each scenario comes, in the order of the texts.
WEIGHTS: Final = (22, 13, 9, 10, 14, 6, 9, 8, 6, 3)


@dataclass(slots=True)
class Said:
    """One message of a script: `by` is `customer`, `agent` or `note`; `file` is a kind of `files.KINDS`."""

    by: str
    text: str
    at: datetime
    file: str = ""


@dataclass(slots=True)
class Script:
    """One conversation to be. `status` is where it stands today; `owner` counts agents, None for nobody's.

    `page` is where who chats was.
    """

    key: str
    person: int
    subject: str
    said: list[Said] = field(default_factory=list)
    status: str = "closed"
    owner: int | None = None
    priority: str = "normal"
    thanked: bool = False
    is_spam: bool = False
    page: str = ""


@cache
def texts(language: str) -> dict[str, Any]:
    """The texts of one language."""
    return tomllib.loads(files("tamada.demo").joinpath("texts", f"{language}.toml").read_text("utf-8"))


def scripts(random: Random, people: list[Person], count: int, now: datetime) -> Iterator[Script]:
    """`count` conversations, nearly all of the last 90 days, oldest first; the newest are still open."""
    starts = sorted(_start(random, now) for _ in range(count))
    for number, start in enumerate(starts):
        who = random.randrange(len(people))
        yield _script(random, people[who], who, start, now, newness=count - number)


def spam(random: Random, first: int, now: datetime) -> Iterator[Script]:
    """What nobody asked for: a mail from each of `SPAMMERS`, who are the people from number `first` on."""
    for number, (_person, subject, text) in enumerate(SPAMMERS):
        at = now - timedelta(hours=random.randrange(5, 24 * 30))
        said = [Said("customer", text, at)]
        yield Script("praise", first + number, subject, said, status="open", is_spam=True)


def _start(random: Random, now: datetime) -> datetime:
    """A moment of the last 90 days, seldom of the last two years; mostly in working hours and on working days."""
    is_old = random.random() < OLD
    while True:
        at = now - timedelta(days=random.uniform(DAYS, 730) if is_old else random.random() ** 1.15 * DAYS)
        day = at.replace(hour=min(23, max(0, round(random.gauss(13, 3.6)))), minute=random.randrange(60))
        if day < now - timedelta(minutes=2) and (day.weekday() < 6 or random.random() < 0.3):
            return day


def _script(random: Random, person: Person, who: int, start: datetime, now: datetime, *, newness: int) -> Script:
    source = texts(person.language)
    scenario = random.choices(source["scenario"], WEIGHTS)[0]
    fill = _Filler(random, person, source)
    script = Script(scenario["key"], who, fill(random.choice(scenario["subjects"])))
    for by, text, gap in _turns(random, scenario, source):
        at = start if not script.said else script.said[-1].at + gap
        if at >= now:
            break
        script.thanked = by == "thanks"
        file = next((kind for kind in KINDS if f"{{{kind}}}" in text), "")
        script.said.append(Said("customer" if script.thanked else by, fill(text), at, file))
    _settle(random, script, newness)
    return script


def _turns(random: Random, scenario: dict[str, Any], source: dict[str, Any]) -> Iterator[tuple[str, str, timedelta]]:
    """Question, answer, and sometimes more: who says what, and how long after the one before."""
    ask = f"{random.choice(source['greetings'])}\n\n{random.choice(scenario['asks'])}"
    yield "customer", ask, timedelta()
    if random.random() < 0.22:
        yield "note", random.choice(scenario["notes"]), timedelta(minutes=random.randrange(4, 40))
    answer = f"{random.choice(source['hello'])}\n\n{random.choice(scenario['answers'])}"
    yield "agent", answer, timedelta(minutes=int(random.lognormvariate(3.6, 0.9)) + 3)
    if random.random() < 0.55:
        yield "customer", random.choice(scenario["more"]), timedelta(minutes=random.randrange(8, 900))
        yield "agent", random.choice(source["later"]), timedelta(minutes=int(random.lognormvariate(3.4, 0.8)) + 3)
    if random.random() < 0.5:
        yield "thanks", random.choice(source["thanks"]), timedelta(minutes=random.randrange(5, 300))


def _settle(random: Random, script: Script, newness: int) -> None:
    """Where the conversation stands: the newest are open, some unowned; older ones are closed but for a few."""
    answered = any(s.by == "agent" for s in script.said)
    if script.thanked and 9 < newness <= 70:
        # Who said thanks waits for nothing.
        script.status, script.owner = "closed", random.randrange(5)
        return
    waits = script.said[-1].by == "customer" and len(script.said) < 5
    if newness <= 14:
        script.said = script.said[:1] if newness <= 9 else script.said
        script.status, answered = "open", newness > 9
    elif newness <= 70:
        script.status = "open" if waits or random.random() < 0.35 else random.choice(("pending", "closed", "snoozed"))
    elif random.random() < 0.012:
        script.status = random.choice(("pending", "snoozed"))
    if answered:
        # Who tries the demo signs in as the first of them, and should find work.
        script.owner = random.choice((0, 0, 0, 1, 2, 3, 4)) if script.status == "open" else random.randrange(5)
    if script.key == "no_internet" and random.random() < 0.25:
        script.priority = random.choice(("high", "urgent"))


class _Filler:
    """Fills the {…} of texts; one conversation keeps its values."""

    def __init__(self, random: Random, person: Person, source: dict[str, Any]) -> None:
        self.values = {
            "name": person.first_name,
            "street": random.choice(source["streets"]),
            "house": random.randrange(1, 90),
            "flat": random.randrange(1, 120),
            "hour": f"{random.randrange(11, 20)}:00",
            "day": random.randrange(4, 21),  # All of them end in "th" in English.
            "speed": random.choice((100, 200, 300, 500)),
            "slow": random.randrange(2, 20),
            "amount": _money(random, person.language),
            "contract": f"{random.choice('ABC')}-{random.randrange(10000, 99999)}",
            "order": f"R-{random.randrange(300, 990)}",
            "technician": random.choice(TECHNICIANS[person.language]),
            **dict.fromkeys(KINDS, ""),
        }

    def __call__(self, text: str) -> str:
        return text.format_map(self.values)


def _money(random: Random, language: str) -> str:
    if language == "ka":
        return str(random.randrange(25, 140))
    amount = f"{random.randrange(60, 420) * 100:,}".replace(",", "\u202f")
    return amount if language == "hy" else f"{amount} {'драмов' if language == 'ru' else 'AMD'}"
