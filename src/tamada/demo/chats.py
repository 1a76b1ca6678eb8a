"""The demo company's chats: a few short talks on its site, some of them of the last minutes."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Final

from tamada.accounts.models import Team
from tamada.calendars.models import Calendar
from tamada.channels.chat.actions import update_chat_inbox
from tamada.channels.chat.models import Line, Thread, Visitor
from tamada.conversations.actions import create_inbox
from tamada.conversations.models import Conversation, Inbox, Kind, Message
from tamada.core.actors import SYSTEM
from tamada.customers.models import Identity, IdentityType

from .people import DOMAIN, SHARES, Person
from .script import Said, Script, texts

KEY: Final = "chat"
# By the place of the talk in the texts: who asked last is still waiting, and one is being looked into.
_MINUTES_AGO: Final = {("hy", 0): 7, ("ka", 0): 12, ("ru", 0): 21, ("en", 0): 4, ("hy", 1): 16}
_BUSY: Final = ("hy", 1)
_CONTACTS: Final = (
    {"type": "phone", "value": "+374 10 000000", "label": ""},
    {"type": "email", "value": f"support@{DOMAIN}", "label": ""},
)


def open_chat(team: Team, hours: Calendar | None) -> Inbox:
    """The inbox of the company's site, open when the company is: its help centre stands beside it and says when."""
    inbox = create_inbox(agent=None, actor=SYSTEM, name="Կայք", channel="chat", team=team)
    offers = [{"when": "search_empty", "after": 1}, {"when": "form_pause", "after": 60}]
    update_chat_inbox(agent=None, actor=SYSTEM, inbox=inbox, contacts=list(_CONTACTS), offers=offers)
    inbox.refresh_from_db()
    inbox.calendar = hours
    inbox.save(update_fields=["calendar"])
    return inbox


def chats(random: Random, people: Sequence[Person], now: datetime) -> Iterator[Script]:
    """Every talk of the texts, each by somebody who speaks its language."""
    for language in SHARES:
        speakers = [number for number, person in enumerate(people) if person.language == language]
        for place, told in enumerate(texts(language)["chat"]):
            ago = _MINUTES_AGO.get((language, place)) or random.randrange(24 * 60, 9 * 24 * 60)
            who = random.choice(speakers)
            said = list(_said(random, told["said"], people[who].first_name, now - timedelta(minutes=ago)))
            script = Script(KEY, who, told["said"][0], said, page=f"https://{DOMAIN}/{language}/{told['page']}")
            _settle(random, script, is_busy=(language, place) == _BUSY)
            yield script


def _said(random: Random, texts: Sequence[str], name: str, at: datetime) -> Iterator[Said]:
    """The visitor begins and ends, and what lies between is ours."""
    for place, text in enumerate(texts):
        by = "customer" if place in (0, len(texts) - 1) else "agent"
        yield Said(by, text.format(name=name), at)
        at += timedelta(seconds=random.randrange(25, 140))


def _settle(random: Random, script: Script, *, is_busy: bool) -> None:
    if is_busy:
        script.said = script.said[:2]
    if is_busy or len(script.said) == 1:
        script.status = "open"
    if len(script.said) > 1:
        script.owner = 0 if is_busy else random.randrange(4)


def open_threads(pairs: Sequence[tuple[Script, Conversation]], messages: Sequence[Message]) -> None:
    """What the visitors see of their talks: all of it, and they have read it."""
    talks = [row for script, row in pairs if script.key == KEY]
    visitors = Visitor.objects.bulk_create(_visitor(row, script.page) for script, row in pairs if script.key == KEY)
    Identity.objects.bulk_create(
        Identity(customer=row.customer, type=IdentityType.CHAT, value=value, display=value)
        for row, value in zip(talks, (f"visitor-{visitor.pk}" for visitor in visitors), strict=True)
    )
    threads = Thread.objects.bulk_create(_thread(row, v) for row, v in zip(talks, visitors, strict=True))
    by_conversation = {thread.conversation_id: thread for thread in threads}
    theirs = [message for message in messages if message.conversation_id in by_conversation]
    Line.objects.bulk_create(_line(by_conversation[message.conversation_id], message) for message in theirs)
    Thread.objects.bulk_update(threads, ["answered_seq", "agents"])


def _visitor(row: Conversation, page: str) -> Visitor:
    return Visitor(
        inbox=row.inbox,
        token=hashlib.sha256(f"demo {row.pk}".encode()).hexdigest()[:63],  # no token's: nobody comes back as them
        customer=row.customer,
        name=row.customer.name,
        language=row.language,
        page=page,
        created_at=row.created_at,
        seen_at=row.last_activity_at,
    )


def _thread(row: Conversation, visitor: Visitor) -> Thread:
    return Thread(
        visitor=visitor,
        inbox=row.inbox,
        conversation=row,
        last_seq=row.last_seq,
        got_seq=row.last_seq,
        read_seq=row.last_seq,
        seen_seq=row.last_seq if row.first_replied_at else 0,
        created_at=row.created_at,
        last_activity_at=row.last_activity_at,
    )


def _line(thread: Thread, message: Message) -> Line:
    ours = message.kind == Kind.OUT
    if ours:
        thread.answered_seq, thread.agents = message.seq, [message.author_name]
    return Line(thread=thread, seq=message.seq, message=message, is_ours=ours, created_at=message.created_at)
