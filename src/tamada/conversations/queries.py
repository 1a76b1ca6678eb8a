"""Reads. Every door to a conversation is `visible_to(agent)`; every list is a keyset page."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Literal

from django.db import connection
from django.db.models import Exists, Max, OuterRef, Q, QuerySet, prefetch_related_objects

from tamada.accounts.models import Agent
from tamada.accounts.queries import team_ids
from tamada.kit import cursors
from tamada.kit.cursors import BadCursor

from .counts import SPAM, CountKey, key_of
from .errors import MergedAway
from .models import (
    TROUBLED,
    Access,
    Channel,
    Conversation,
    ConversationCount,
    Inbox,
    Kind,
    Mention,
    Message,
    ReadMark,
    Status,
)

Order = Literal["newest", "waiting", "created", "waking"]

MOST_PARAMS: Final = 1_500
"""So many values a statement that counts lists has: enough for thirty lists of somebody in ten inboxes and teams."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFilter:
    """What a list shows; None leaves a field open. `assignee` is an agent's id, or `"none"` for nobody's.

    `where` are further conditions, all of which hold. They join no tables: a conversation stands in a list once.
    """

    status: str | Sequence[str] | None = None
    assignee: int | Literal["none"] | None = None
    team: int | None = None
    inbox: int | None = None
    channel: str | None = None
    tag: str | None = None
    customer: int | None = None
    updated_since: datetime | None = None
    mentioned: bool = False
    spam: bool = False
    where: tuple[Q, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, and the cursor of the next one or None."""

    items: list[Conversation]
    next: str | None


@dataclass(slots=True)
class Counts:
    """Live badges for one agent. `inboxes` and `teams` count open conversations by id."""

    mine: int = 0
    unassigned: int = 0
    mentions: int = 0
    snoozed: int = 0
    open: int = 0
    spam: int = 0
    inboxes: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    teams: dict[int, int] = field(default_factory=lambda: defaultdict(int))


# --- doors ------------------------------------------------------------------------------------------------------


def inboxes_visible_to(agent: Agent) -> QuerySet[Inbox]:
    """The inboxes an agent works in: all for an admin, else those of their teams."""
    inboxes = Inbox.objects.select_related("team")
    return inboxes if agent.is_admin else inboxes.filter(team__memberships__agent=agent)


def visible_to(agent: Agent) -> QuerySet[Conversation]:
    """The conversations an agent may see: by inbox, by team, as their owner, or by a door that a note opened."""
    return _visible(agent, Conversation.objects.all())


def rows_visible_to(agent: Agent) -> QuerySet[Conversation]:
    """As `visible_to`, what was merged or deleted included: for whoever brings it back, and for its customer."""
    return _visible(agent, Conversation.everything.all())


def _visible(agent: Agent, rows: QuerySet[Conversation]) -> QuerySet[Conversation]:
    if not agent.is_active:
        return rows.none()
    return rows if agent.is_admin else _seen_by(agent, team_ids(agent), rows)


def _seen_by(
    agent: Agent, teams: Collection[int], rows: QuerySet[Conversation] | None = None
) -> QuerySet[Conversation]:
    door = Access.objects.filter(agent=agent, is_open=True, conversation=OuterRef("pk"))
    rows = Conversation.objects.all() if rows is None else rows
    return rows.filter(Q(inbox__team__in=teams) | Q(team__in=teams) | Q(assignee=agent) | Exists(door))


def get_visible(agent: Agent, pk: int) -> Conversation:
    """One conversation the agent may see; raises `Conversation.DoesNotExist`, whether hidden or absent.

    That is a `MergedAway` where it became part of one that they see.
    """
    related = visible_to(agent).select_related("customer__organisation", "assignee", "inbox__calendar", "team")
    try:
        return related.prefetch_related("tags").get(pk=pk)
    except Conversation.DoesNotExist:
        if (into := merged_into(pk)) is None or not visible_to(agent).filter(pk=into).exists():
            raise
        raise MergedAway(into) from None


def get_readable(agent: Agent, pk: int) -> Conversation:
    """As `get_visible`; and what is left of a merged one, for who asks by its old number."""
    try:
        return get_visible(agent, pk)
    except MergedAway:
        return Conversation.everything.select_related("customer", "inbox", "team").prefetch_related("tags").get(pk=pk)


def merged_into(pk: int) -> int | None:
    """Which conversation a merged one is part of by now; None for one that was not merged. Not a door."""
    found = None
    while (row := Conversation.everything.filter(pk=pk, merged_into__isnull=False).first()) is not None:
        found = pk = row.merged_into_id or 0
    return found


def messages_of(
    conversation: Conversation, *, after_seq: int = 0, before_seq: int | None = None, limit: int | None = None
) -> list[Message]:
    """Messages oldest first, with their files where they have any; with `limit`, the last ones before `before_seq`."""
    found = conversation.messages.filter(seq__gt=after_seq).select_related("agent", "outbox").defer("quoted_html")
    if before_seq is not None:
        found = found.filter(seq__lt=before_seq)
    messages = list(found.order_by("seq")) if limit is None else list(found.order_by("-seq")[:limit])[::-1]
    own = conversation.customer_id
    for message in messages:
        message.conversation = conversation
        if message.customer_id == own:
            message.customer = conversation.customer
    prefetch_related_objects([m for m in messages if m.customer_id not in (own, None)], "customer")
    prefetch_related_objects([m for m in messages if m.has_attachments], "attachments")
    waiting = [m.outbox for m in messages if hasattr(m, "outbox") and m.outbox.settled_at is None]
    prefetch_related_objects(waiting, "log")
    return messages


def messages_after(conversation: Conversation, *, seq: int, limit: int) -> list[Message]:
    """The first `limit` messages after number `seq`, oldest first, with their files: one page forward."""
    found = conversation.messages.filter(seq__gt=seq).prefetch_related("attachments")
    return list(found.order_by("seq")[:limit])


def read_seqs(agent: Agent, conversation_ids: Iterable[int]) -> dict[int, int]:
    """How far the agent has read each conversation (absent: nothing yet)."""
    marks = ReadMark.objects.filter(agent=agent, conversation__in=list(conversation_ids))
    return dict(marks.values_list("conversation_id", "seq"))


def unread_by(agent: Agent) -> Q:
    """Conversations whose customer wrote what the agent hasn't read."""
    read_to_the_end = ReadMark.objects.filter(agent=agent, conversation=OuterRef("pk"), seq__gte=OuterRef("last_seq"))
    return Q(~Exists(read_to_the_end), last_kind=Kind.IN)


# --- badges -----------------------------------------------------------------------------------------------------


def counts_for(agent: Agent) -> Counts:
    """The agent's badges: what their lists hold, from the count table, their doors and their open mentions.

    Four queries at any size; only the doors are counted one by one, and those are few.
    """
    if not agent.is_active:
        return Counts()
    teams = team_ids(agent)
    seen = Conversation.objects.all() if agent.is_admin else _seen_by(agent, teams)
    named = seen.filter(is_spam=False, pk__in=open_mentions(agent).values("conversation"))
    counts = Counts(mentions=named.count())
    for cell in ConversationCount.objects.filter(total__gt=0).select_related("inbox"):
        mine = cell.assignee_id == agent.pk
        if agent.is_admin or mine or cell.team_id in teams or cell.inbox.team_id in teams:
            _add(counts, CountKey(cell.inbox_id, cell.team_id, cell.assignee_id, cell.status), cell.total, mine=mine)
    if not agent.is_admin:
        for conversation in _behind_doors(agent, teams).only("inbox", "team", "assignee", "status", "is_spam"):
            _add(counts, key_of(conversation), 1, mine=False)
    return counts


def _behind_doors(agent: Agent, teams: Collection[int]) -> QuerySet[Conversation]:
    """What waits in conversations that the agent sees by a door alone: neither by a team nor as their owner."""
    doors = Access.objects.filter(agent=agent, is_open=True).values("conversation")
    waiting = Q(status__in=(Status.OPEN, Status.SNOOZED)) | Q(is_spam=True)
    beyond = Conversation.objects.filter(waiting, pk__in=doors).exclude(inbox__team__in=teams)
    return beyond.exclude(team__in=teams).exclude(assignee=agent)


def _add(counts: Counts, key: CountKey, total: int, *, mine: bool) -> None:
    if key.status == Status.OPEN:
        counts.mine += total if mine else 0
        counts.open += total
        counts.inboxes[key.inbox_id] += total
        counts.teams[key.team_id] += total
        counts.unassigned += 0 if key.assignee_id else total
    elif key.status == Status.SNOOZED:
        counts.snoozed += total
    elif key.status == SPAM:
        counts.spam += total


def open_mentions(agent: Agent) -> QuerySet[Mention]:
    """Notes that name the agent and that they haven't seen."""
    return Mention.objects.filter(agent=agent, seen_at__isnull=True)


# --- lists ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Segment:
    """A run of a list with one order: `key` then id, both the same way."""

    key: str
    descending: bool
    only: Q

    def page(self, scope: QuerySet[Conversation], after: tuple[str, int] | None, limit: int) -> QuerySet[Conversation]:
        sign, op = ("-", "lt") if self.descending else ("", "gt")
        found = scope.filter(self.only)
        if after:
            # key <= k AND (key < k OR id < i): the first part lets the index start in the right place.
            key, pk = after
            edge = Q(**{f"{self.key}__{op}": key}) | Q(**{f"pk__{op}": pk})
            found = found.filter(Q(**{f"{self.key}__{op}e": key}) & edge)
        return found.order_by(f"{sign}{self.key}", f"{sign}pk")[:limit]


_SEGMENTS: dict[Order, tuple[_Segment, ...]] = {
    "newest": (_Segment("last_activity_at", True, Q()),),
    "created": (_Segment("created_at", False, Q()),),
    # Longest waiting first; then those that wait for nobody, newest first. NULLs are never sorted.
    "waiting": (
        _Segment("waiting_since", False, Q(waiting_since__isnull=False)),
        _Segment("last_activity_at", True, Q(waiting_since__isnull=True)),
    ),
    # Next to wake first; then those that sleep until the customer writes, newest first.
    "waking": (
        _Segment("snoozed_until", False, Q(snoozed_until__isnull=False)),
        _Segment("last_activity_at", True, Q(snoozed_until__isnull=True)),
    ),
}


def list_page(
    agent: Agent,
    filters: ListFilter,
    *,
    order: Order = "newest",
    cursor: str | None = None,
    limit: int = 50,
    related: Sequence[str] = ("customer", "assignee", "inbox", "team"),
    tags: bool = True,
) -> Page:
    """One page of what the agent may see, with `related` rows and its `tags` fetched; raises `BadCursor`.

    An agent's view is made of scopes (an inbox, a team, single doors), each an index range; their pages are merged in
    one statement, so it stays flat however many conversations there are.
    """
    segments = _SEGMENTS[order]
    number, after = _read_cursor(cursor, len(segments))
    scopes = [_narrow(scope, filters) for scope in _scopes(agent, filters)]
    rows: list[tuple[int, str, int]] = []
    for i in range(number, len(segments)):
        wanted = limit + 1 - len(rows)
        rows += [(i, k, pk) for k, pk in _merged(segments[i], scopes, after, wanted)]
        after = None
        if len(rows) > limit:
            break
    following = cursors.write(*rows[limit - 1]) if len(rows) > limit else None
    return Page(_load([pk for _, _, pk in rows[:limit]], related, tags), following)


def _load(ids: list[int], related: Sequence[str], tags: bool) -> list[Conversation]:
    wanted = Conversation.objects.select_related(*related)
    found = (wanted.prefetch_related("tags") if tags else wanted).in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def _narrow(scope: QuerySet[Conversation], f: ListFilter) -> QuerySet[Conversation]:
    exact = {"team_id": f.team, "inbox_id": f.inbox, "channel": f.channel, "customer_id": f.customer}
    found = scope.filter(is_spam=f.spam, **{k: v for k, v in exact.items() if v is not None})
    if f.status:
        found = found.filter(status=f.status) if isinstance(f.status, str) else found.filter(status__in=f.status)
    if f.assignee is not None:
        found = found.filter(assignee_id=None if f.assignee == "none" else f.assignee)
    if f.tag:
        found = found.filter(tags__key=f.tag.casefold())
    if f.updated_since:
        found = found.filter(updated_at__gte=f.updated_since)
    for condition in f.where:
        found = found.filter(condition)
    return found


@dataclass(frozen=True, slots=True)
class Sight:
    """What an agent's scopes are made of: their teams, the inboxes of these, and others in which they own something."""

    teams: frozenset[int]
    inboxes: list[int]
    elsewhere: list[int]


def sight_of(agent: Agent) -> Sight:
    """Theirs, read once for several questions; an admin, who sees everything, is asked for none of it."""
    if agent.is_admin:
        return Sight(frozenset(), [], [])
    teams = team_ids(agent)
    return Sight(teams, *_inboxes_of(agent, teams))


def _scopes(agent: Agent, f: ListFilter, sight: Sight | None = None) -> list[QuerySet[Conversation]]:
    """The parts of what the agent may see, each of which an index serves; what lies in two is merged into one."""
    everything = Conversation.objects.order_by()
    if not agent.is_active:
        return []
    if f.mentioned:
        return [visible_to(agent).filter(pk__in=open_mentions(agent).values("conversation"))]
    if agent.is_admin or f.assignee == agent.pk:
        return [everything]
    if f.customer or f.tag:
        return [visible_to(agent)]
    sight = sight or sight_of(agent)
    scopes = [everything.filter(inbox=i) for i in sight.inboxes if f.inbox in (None, i)]
    scopes += [everything.filter(team=t) for t in sight.teams if f.team in (None, t)]
    scopes += [everything.filter(inbox=i, assignee=agent) for i in sight.elsewhere if f.inbox in (None, i)]
    doors = Access.objects.filter(agent=agent, is_open=True).values("conversation")
    return [*scopes, everything.filter(pk__in=doors)]


def _inboxes_of(agent: Agent, teams: Collection[int]) -> tuple[list[int], list[int]]:
    """The inboxes of the agent's teams, and those of others in which they own something."""
    owned = ConversationCount.objects.filter(assignee_id=agent.pk, total__gt=0).values("inbox")
    rows = Inbox.objects.filter(Q(team__in=teams) | Q(pk__in=owned)).values_list("pk", "team_id")
    here = [pk for pk, team in rows if team in teams]
    return here, [pk for pk, _team in rows if pk not in here]


def _merged(
    segment: _Segment, scopes: list[QuerySet[Conversation]], after: tuple[str, int] | None, limit: int
) -> list[tuple[str, int]]:
    """The first `limit` (key, id) of all scopes together, in the segment's order."""
    parts: list[str] = []
    params: list[Any] = []
    for scope in scopes:
        sql, args = segment.page(scope, after, limit).values_list(segment.key, "pk").query.sql_with_params()
        parts.append(f"SELECT * FROM ({sql}) AS part{len(parts)}")  # noqa: S608  Django's own SQL
        params += args
    if not parts:
        return []
    way = "DESC" if segment.descending else "ASC"
    with connection.cursor() as db:
        db.execute(" UNION ".join(parts) + f" ORDER BY 1 {way}, 2 {way} LIMIT {limit:d}", params)
        return [(_as_text(key), pk) for key, pk in db.fetchall()]


def counted(agent: Agent, lists: Sequence[ListFilter], *, most: int, sight: Sight | None = None) -> list[int]:
    """How many conversations each of these lists has for the agent, counted no further than `most`; in one statement.

    Only where that would be too long for the database to plan quickly it is several. `sight` is theirs, if it is known.
    """
    sight = sight or sight_of(agent)
    totals: dict[int, int] = {}
    parts: list[str] = []
    params: list[Any] = []
    for number, filters in enumerate(lists):
        sql, args = _counting([_narrow(scope, filters) for scope in _scopes(agent, filters, sight)], most)
        if parts and len(params) + len(args) > MOST_PARAMS:
            totals |= _told(parts, params)
            parts, params = [], []
        parts.append(f"SELECT {number:d}, COUNT(*) FROM ({sql}) AS list{number}")  # noqa: S608  Django's own SQL
        params += args
    totals |= _told(parts, params) if parts else {}
    return [min(totals[number], most) for number in range(len(lists))]


def _told(parts: Sequence[str], params: Sequence[Any]) -> dict[int, int]:
    with connection.cursor() as db:
        db.execute(" UNION ALL ".join(parts), params)
        return dict(db.fetchall())


def _counting(scopes: list[QuerySet[Conversation]], most: int) -> tuple[str, list[Any]]:
    """The ids of all scopes together, at most so many of each."""
    if not scopes:
        return "SELECT 1 AS id WHERE 1 = 0", []
    parts: list[str] = []
    params: list[Any] = []
    for scope in scopes:
        sql, args = scope.values_list("pk")[:most].query.sql_with_params()
        parts.append(f"SELECT * FROM ({sql}) AS part{len(parts)}")  # noqa: S608  Django's own SQL
        params += args
    return " UNION ".join(parts), params


def _as_text(key: datetime | str) -> str:
    """SQLite gives a time as it stores it, in UTC without saying so."""
    at = datetime.fromisoformat(key) if isinstance(key, str) else key
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).isoformat()


def _read_cursor(cursor: str | None, segments: int) -> tuple[int, tuple[Any, int] | None]:
    if not cursor:
        return 0, None
    number, key, pk = cursors.read(cursor, int, str, int)
    if number >= segments:
        raise BadCursor(cursor)
    return number, (cursors.instant(key), pk)


def undelivered(conversation_ids: Collection[int]) -> dict[int, str]:
    """The conversations whose latest answer did not reach the customer, or perhaps not, with its `DeliveryState`."""
    bad = Message.objects.filter(conversation__in=conversation_ids, delivery__in=TROUBLED)
    troubled = {
        pk: (seq, state) for pk, seq, state in bad.order_by("seq").values_list("conversation", "seq", "delivery")
    }
    if not troubled:
        return {}
    ours = Message.objects.filter(conversation__in=troubled, kind=Kind.OUT).values("conversation")
    latest = dict(ours.annotate(latest=Max("seq")).values_list("conversation", "latest"))
    return {pk: state for pk, (seq, state) in troubled.items() if seq == latest[pk]}


def mail_inbox_for(inbox: Inbox, chosen: int = 0) -> Inbox | None:
    """From where mail about what came in elsewhere goes out: the inbox that was chosen, one of the same team, any."""
    return _mail_inboxes().filter(pk=chosen).first() or mail_inbox_of_team(inbox.team_id)


def mail_inbox_of_team(team_id: int | None) -> Inbox | None:
    """From where a team writes mail: an inbox of its own, else any."""
    return _mail_inboxes().filter(team=team_id).first() or _mail_inboxes().first()


def _mail_inboxes() -> QuerySet[Inbox]:
    return Inbox.objects.filter(channel=Channel.EMAIL, is_active=True).order_by("pk")
