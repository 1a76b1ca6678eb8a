"""Colleagues named in a note: told of it and let into the conversation. So only whole names count."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable

from tamada.accounts.models import Agent

from .. import access
from ..models import Conversation, Mention, Message


def mention(
    conversation: Conversation, message: Message, *, in_markup: Collection[int], chosen: Collection[int]
) -> list[int]:
    """Open the conversation to whom a note names; returns their ids.

    `in_markup` are ids that its HTML holds, `chosen` those the writer picked from a list while writing plain text.
    """
    people = list(Agent.objects.filter(is_active=True).values_list("pk", "name"))
    named = {pk for pk, _name in people if pk in in_markup}
    if not message.html and "@" in message.text:
        named |= _named(message.text, people, chosen)
    if named:
        message.data = {**message.data, "named": sorted({name for pk, name in people if pk in named})}
        message.save(update_fields=["data"])
    for agent_id in sorted(named):
        access.grant(conversation, agent_id)
        Mention.objects.get_or_create(
            message=message,
            agent_id=agent_id,
            defaults={"conversation": conversation, "created_at": message.created_at},
        )
    return sorted(named)


def _named(text: str, people: Iterable[tuple[int, str]], chosen: Collection[int]) -> set[int]:
    """Who was picked and still stands there in whatever form; and whose whole name stands there, the longest first.

    Of several with one name those who were picked are meant, or else all of them.
    """
    folded = text.casefold()
    by_name: dict[str, set[int]] = defaultdict(set)
    for pk, name in people:
        by_name[name.casefold()].add(pk)
    picked = {pk for name, ids in by_name.items() if _begins(name, folded) for pk in ids if pk in chosen}
    for found in _whole_names(by_name).finditer(folded):
        namesakes = by_name[found[1]]
        picked |= namesakes & set(chosen) or namesakes
    return picked


def _begins(name: str, folded: str) -> bool:
    """Endings may follow the name of somebody who was picked: "@Անիին ասա"."""
    return re.search(rf"(?<!\w)@{re.escape(name)}", folded) is not None


def _whole_names(names: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile(rf"(?<!\w)@({'|'.join(map(re.escape, longest_first))})(?!\w)")
