"""What macros put into the composer: which they were, and their steps, still to be taken when the message is sent."""

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from tamada.automation.actions import note_used, take_steps
from tamada.automation.points import Missing, Step
from tamada.automation.variables import gaps_in, in_words
from tamada.conversations.actions import include_in_undo
from tamada.conversations.models import Kind, Message
from tamada.kit.html import to_text

from .access import actor_of, agent_of

MOST = 12
LONGEST = 20_000


class Gaps(ValueError):
    """Placeholders still stand in what was to be sent; `names` are their words."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


@dataclass(frozen=True, slots=True)
class Chosen:
    """The macros of a message by id, and the steps that stand as chips below it."""

    macros: list[int]
    steps: list[Step]


def read_chosen(value: str) -> Chosen:
    """The field `macro` of the composer: `{"ids": […], "steps": [{do, value}]}`. Raises `Missing`."""
    try:
        given: Any = json.loads(value[:LONGEST]) if value else {}
    except ValueError:
        raise Missing(value[:40]) from None
    if not isinstance(given, dict):
        raise Missing(value[:40])
    ids, steps = given.get("ids"), given.get("steps")
    known = [int(i) for i in ids if str(i).isdecimal() and len(str(i)) <= 18] if isinstance(ids, list) else []
    return Chosen(known[:MOST], [Step.read(one) for one in steps[:MOST]] if isinstance(steps, list) else [])


def refuse_gaps(html: str, text: str) -> None:
    """Raises `Gaps` while something is still to be filled in."""
    if "{{" in html or "{{" in text:
        missing = gaps_in(to_text(html) if html else text)
        if missing:
            raise Gaps([in_words(name) for name in missing])


def take_chosen(request: HttpRequest, message: Message, chosen: Chosen) -> None:
    """Take the steps with the message, in its transaction: undoing it undoes them."""
    agent = agent_of(request)
    if chosen.steps:
        but = ("status", "snoozed_until") if request.POST.get("then") in ("close", "snooze") else ()
        take_steps(agent=agent, actor=actor_of(request), conversation=message.conversation, steps=chosen.steps, but=but)
        if message.kind == Kind.OUT:
            include_in_undo(message)
    if chosen.macros:
        note_used(agent=agent, macros=chosen.macros)
