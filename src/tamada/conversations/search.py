"""Looking for conversations: words and marks by the index, everything else by the rows, only what the agent may see.

The index streams message ids, newest first. A chunk of them is narrowed to what the agent may see and the operators
ask, one hit a conversation, and another chunk follows until the page is full. `MOST` bounds the work of one page; its
cursor goes on from there, so everything is reached.
"""

from dataclasses import dataclass, field, replace
from typing import Final

from django.db.models import Q, QuerySet, prefetch_related_objects

from tamada.accounts.models import Agent
from tamada.accounts.queries import team_ids
from tamada.kit import cursors
from tamada.kit.cursors import BadCursor
from tamada.kit.text import fold
from tamada.search import lookup
from tamada.search.queries import Cursor, Hit, Page
from tamada.search.query import Query, parse
from tamada.search.vocabulary import Kind

from .indexing import inbox_mark
from .models import Access, Conversation, ConversationCount, Message
from .queries import inboxes_visible_to, visible_to
from .search_operators import Asked, read

MOST: Final = 20_000
_CHUNK: Final = 2
_SHOWN: Final = ("conversation_id", "kind", "subject", "text", "author_name", "has_attachments", "created_at")


def search(agent: Agent, query: Query, *, cursor: Cursor, limit: int) -> Page[Conversation]:
    """One page of conversations, by their newest matching message; a number asked for comes first."""
    asked = read(agent, query)
    jump = _numbered(agent, query) if not cursor.mode else None
    if asked.groups or query.words.strip() or query.phrases:
        page = _by_index(agent, query, asked, cursor, limit)
    elif asked.narrows:
        page = _by_rows(agent, asked, cursor, limit)
    else:
        page = Page([])
    hits = page.hits
    if jump:
        hits = [Hit(jump), *(hit for hit in hits if hit.item.pk != jump.pk)]
    return replace(page, hits=hits, problems=asked.problems, jump=jump, query=query)


def _numbered(agent: Agent, query: Query) -> Conversation | None:
    if query.number is None or query.number >= 2**63:
        return None
    return _loaded(visible_to(agent)).filter(pk=query.number).first()


def _loaded(found: QuerySet[Conversation]) -> QuerySet[Conversation]:
    # Inboxes, teams and owners are few: each is read once, not with every row.
    return found.select_related("customer").prefetch_related("inbox", "team", "assignee", "tags")


# --- without words: a list --------------------------------------------------------------------------------------


def _by_rows(agent: Agent, asked: Asked, cursor: Cursor, limit: int) -> Page[Conversation]:
    found = _loaded(asked.active(asked.conversations(visible_to(agent))))
    if cursor.mode:
        found = found.filter(_beyond(cursor))
    rows = list(found.order_by("-last_activity_at", "-pk")[: limit + 1])
    following = None
    if len(rows) > limit:
        last = rows[limit - 1]
        following = Cursor("l", last.pk, last.last_activity_at.isoformat()).written()
    return Page([Hit(c) for c in rows[:limit]], following)


def _beyond(cursor: Cursor) -> Q:
    at = cursors.instant(cursor.key)
    if cursor.mode != "l":
        raise BadCursor(cursor.key)
    return Q(last_activity_at__lte=at) & (Q(last_activity_at__lt=at) | Q(pk__lt=cursor.before))


# --- with words: the index --------------------------------------------------------------------------------------


def _by_index(agent: Agent, query: Query, asked: Asked, cursor: Cursor, limit: int) -> Page[Conversation]:
    words = lookup.groups_of(Kind.MESSAGE, query.words)
    words += [g for p in query.phrases for g in lookup.groups_of(Kind.MESSAGE, p, live=False)]
    if not words and not asked.groups:
        return Page([])
    nearly = cursor.mode == "n"
    if nearly:
        words = lookup.nearly(Kind.MESSAGE, words, query.words) or words
    scope = [*asked.groups, *own_inboxes(agent)]
    walk = _Walk(agent, [*words, *scope], asked, query.phrases, cursor.before, limit)
    walk.run()
    if (
        not walk.found
        and not cursor.mode
        and not query.phrases
        and (guess := lookup.nearly(Kind.MESSAGE, words, query.words))
    ):
        walk = _Walk(agent, [*guess, *scope], asked, (), None, limit)
        walk.run()
        nearly = bool(walk.found)
    following = walk.following()
    after = None if following is None else Cursor("n" if nearly else "e", following).written()
    return Page(walk.hits(), after, nearly=nearly)


def own_inboxes(agent: Agent) -> list[list[str]]:
    """The agent's inboxes as a group of the index, when they see nothing beyond: then no row is looked at in vain.

    Otherwise nothing; `visible_to` decides in either case.
    """
    if agent.is_admin or not agent.is_active:
        return []
    inboxes = list(inboxes_visible_to(agent).order_by().values_list("pk", flat=True))
    theirs = Q(team__in=team_ids(agent)) | Q(assignee_id=agent.pk)
    elsewhere = ConversationCount.objects.filter(theirs, total__gt=0).exclude(inbox__in=inboxes)
    doors = Access.objects.filter(agent=agent, is_open=True).exclude(conversation__inbox__in=inboxes)
    if elsewhere.exists() or doors.exists():
        return []
    return [[inbox_mark(pk) for pk in inboxes]]


# --- as a condition of a saved view -----------------------------------------------------------------------------

IN_VIEWS: Final = 2_000
"""Words narrow a view to the conversations of so many of the newest messages that have them."""


def found_by(agent: Agent, text: str) -> Q:
    """The conversations that a search for this would find, as a condition on rows that joins no tables."""
    query = parse(text)
    asked = read(agent, query)
    found = asked.conversations(Conversation.objects.order_by())
    if asked.groups or query.words.strip() or query.phrases:
        said = set(_saying(agent, query, asked))
        return Q(pk__in=found.filter(pk__in=said).values("pk")) if said else _NONE
    return Q(pk__in=asked.active(found).values("pk")) if asked.narrows else _NONE


# No row has such a number; an empty list could not be asked of the database.
_NONE: Final = Q(pk__lt=0)


def problems_in(agent: Agent, text: str) -> list[str]:
    """What made no sense in a search, as sentences."""
    return read(agent, parse(text)).problems


def _saying(agent: Agent, query: Query, asked: Asked) -> list[int]:
    texts = [query.words, *query.phrases]
    words = [group for text in texts for group in lookup.groups_of(Kind.MESSAGE, text, live=False)]
    groups = [*words, *asked.groups, *own_inboxes(agent)]
    ids = lookup.newest(Kind.MESSAGE, groups, before=None, limit=IN_VIEWS) if words or asked.groups else []
    rows = asked.messages(Message.objects.filter(pk__in=ids))
    if not query.phrases:
        return list(rows.values_list("conversation", flat=True))
    kept = rows.only("pk", "conversation_id", "subject", "text").prefetch_related("attachments")
    return [m.conversation_id for m in kept if says(m, query.phrases)]


@dataclass(slots=True)
class _Walk:
    """Going down the ids that the index gives until a page is full; `found` maps conversations to their hit."""

    agent: Agent
    groups: lookup.type_groups
    asked: Asked
    phrases: tuple[str, ...]
    start: int | None
    limit: int
    found: dict[int, int] = field(default_factory=dict)
    seen: int = 0
    stopped_at: int | None = None

    def run(self) -> None:
        """Fill `found` with one conversation more than the page has, where there is one."""
        visible = self.asked.conversations(visible_to(self.agent))
        before, size = self.start, max(50, _CHUNK * self.limit)
        while len(self.found) <= self.limit:
            ids = lookup.newest(Kind.MESSAGE, self.groups, before=before, limit=size)
            self._take(visible, ids)
            self.seen += len(ids)
            if len(ids) < size:
                return
            before = ids[-1]
            if self.seen >= MOST:
                self.stopped_at = before
                return
            size = min(4 * size, 4_000)

    def _take(self, visible: QuerySet[Conversation], ids: list[int]) -> None:
        newest: dict[int, int] = {}
        for pk, conversation in self._messages(ids):
            if conversation not in self.found:
                newest.setdefault(conversation, pk)
        shown = set(visible.filter(pk__in=newest).order_by().values_list("pk", flat=True)) if newest else set()
        shown -= self._earlier(shown)
        self.found |= {conversation: pk for conversation, pk in newest.items() if conversation in shown}

    def _messages(self, ids: list[int]) -> list[tuple[int, int]]:
        """(message, conversation) of those ids that the operators and phrases let through, newest first."""
        if not ids:
            return []
        rows = self.asked.messages(Message.objects.filter(pk__in=ids)).order_by("-pk")
        if not self.phrases:
            return list(rows.values_list("pk", "conversation_id"))
        kept = rows.only("pk", "conversation_id", "subject", "text").prefetch_related("attachments")
        return [(m.pk, m.conversation_id) for m in kept if says(m, self.phrases)]

    def _earlier(self, conversations: set[int]) -> set[int]:
        """Those that stand on an earlier page already, by a message at or above this page's start."""
        if self.start is None or not conversations:
            return set()
        above = Message.objects.filter(conversation__in=conversations, pk__gte=self.start).values_list("pk", flat=True)
        ids = sorted(lookup.matching(Kind.MESSAGE, self.groups, list(above)))
        return {conversation for _pk, conversation in self._messages(ids)}

    def following(self) -> int | None:
        """Where the next page begins, or None at the end."""
        if len(self.found) > self.limit:
            return list(self.found.values())[self.limit - 1]
        return self.stopped_at

    def hits(self) -> list[Hit[Conversation]]:
        """The page's conversations with the message that each is found by."""
        page = dict(list(self.found.items())[: self.limit])
        conversations = _loaded(Conversation.objects.all()).in_bulk(page)
        messages = Message.objects.only(*_SHOWN).in_bulk(page.values())
        prefetch_related_objects([m for m in messages.values() if m.has_attachments], "attachments")
        return [
            Hit(conversations[pk], messages[message])
            for pk, message in page.items()
            if pk in conversations and message in messages
        ]


def says(message: Message, phrases: tuple[str, ...]) -> bool:
    """True if every phrase stands in the message, word for word, in any letter case."""
    names = [a.name for a in message.attachments.all()]
    said = _plain("\n".join([message.subject, message.text, *names]))
    return all(_plain(phrase) in said for phrase in phrases)


def _plain(text: str) -> str:
    """Folded words with one space around each, so that a phrase begins and ends where words do."""
    words = "".join(c if c.isalnum() else " " for c in fold(text))
    return f" {' '.join(words.split())} "
