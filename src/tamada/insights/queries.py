"""Reads: every number counts what the reader may see, every word comes from a message that they may see."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Sum, Value, When

from tamada.accounts.models import Agent
from tamada.accounts.permissions import allowed
from tamada.assistant import brain
from tamada.assistant.models import BusinessAction
from tamada.conversations.models import Channel, Conversation, Message, Status
from tamada.conversations.queries import visible_to
from tamada.core.answers import Answer, answer_sources
from tamada.knowledge import queries as knowledge
from tamada.knowledge.models import Article, Translation

from .days import DAY, start_of
from .models import Asked, Period, Problem, Reading, Span, State, Topic, Trouble
from .phrases import Words, phrase

TOP: Final = 10
EXAMPLES: Final = 3
_ALIKE: Final = 40
"""Messages without a subject are alike if so many of their first characters are."""
_READ: Final = 12
"""So many of a topic's messages are read for its name."""
_UNREAD: Final = ("html", "quoted_html", "quoted_text", "references", "to", "cc", "bcc")
"""What of a message nobody reads here, and may be large."""
_LANGUAGES: Final = ("en", "hy", "ka", "ru")


@dataclass(slots=True)
class ShownTopic:
    """A topic as one reader sees it: `channels` are codes with names and counts, `languages` codes with counts."""

    topic: Topic
    name: str
    count: int
    before: int
    well: int
    channels: list[tuple[str, str, int]] = field(default_factory=list)
    languages: list[tuple[str, int]] = field(default_factory=list)
    examples: list[Message] = field(default_factory=list)
    article: Article | None = None
    answer: Answer | None = None
    """As it is published now; None while there is only a draft, or nothing."""
    action: str = ""
    """The name of the program of the company that is asked about it."""
    outcomes: list[Problem] = field(default_factory=list)

    @property
    def well_percent(self) -> int:
        """How often it was answered well."""
        return round(100 * self.well / self.count) if self.count else 0

    @property
    def change(self) -> int:
        """How many more than in the stretch before."""
        return self.count - self.before


# --- doors ------------------------------------------------------------------------------------------------------------


def _conversations(agent: Agent) -> QuerySet[Conversation]:
    found = visible_to(agent).filter(is_spam=False, customer__erased_at=None)
    return found.order_by() if allowed(agent, "insights.read") else found.none()


def asked_visible_to(agent: Agent) -> QuerySet[Asked]:
    """Questions in conversations that the agent sees."""
    return Asked.objects.filter(message__conversation__in=_conversations(agent).values("pk"))


def topics_visible_to(agent: Agent) -> QuerySet[Topic]:
    """Topics with at least one question that the agent sees."""
    return Topic.objects.filter(pk__in=asked_visible_to(agent).values("topic"))


def problems_visible_to(agent: Agent) -> QuerySet[Problem]:
    """Problems in conversations that the agent sees."""
    return Problem.objects.filter(conversation__in=_conversations(agent).values("pk"))


# --- what is asked most -----------------------------------------------------------------------------------------------


def weeks() -> QuerySet[Period]:
    """Weeks that were gathered, the newest first."""
    return Period.objects.filter(span=Span.WEEK, made_at__isnull=False).order_by("-starts_on")


def week_of(agent: Agent, monday: date | None) -> Period | None:
    """The week that begins on a day; without one the newest in which the agent sees a question, else the newest."""
    if monday is not None:
        return weeks().filter(starts_on=monday).first()
    seen = asked_visible_to(agent).filter(is_before=False, topic__period__span=Span.WEEK)
    return weeks().filter(pk__in=seen.values("topic__period")).first() or weeks().first()


def guide() -> Period | None:
    """The last four weeks as they were gathered last."""
    return Period.objects.filter(span=Span.GUIDE, made_at__isnull=False).first()


def top(agent: Agent, period: Period, language: str, limit: int = TOP) -> list[ShownTopic]:
    """What was asked most of what the agent sees; `language` is theirs, for titles."""
    seen = asked_visible_to(agent).filter(topic__period=period)
    counted = list(_counted(seen)[:limit])
    topics = Topic.objects.in_bulk([row["topic"] for row in counted])
    shown = [
        ShownTopic(topics[row["topic"]], "", row["count"], row["before"], row["well"])
        for row in counted
        if row["topic"] in topics
    ]
    _add_ways(shown, seen)
    _add_answers(shown, agent, language)
    for one in shown:
        messages = messages_of(seen, one.topic)
        one.examples = _examples(messages, language)
        one.name = _name(one, messages)
    return shown


def one_topic(agent: Agent, topic: Topic, language: str) -> ShownTopic:
    """One topic, as its agent sees it."""
    seen = asked_visible_to(agent).filter(topic=topic)
    row = _counted(seen).first() or {"count": 0, "before": 0, "well": 0}
    shown = ShownTopic(topic, "", row["count"], row["before"], row["well"])
    _add_answers([shown], agent, language)
    messages = messages_of(seen, topic)
    shown.examples, shown.name = _examples(messages, language), _name(shown, messages)
    return shown


def _counted(seen: QuerySet[Asked]) -> QuerySet[Any, Any]:
    """The most asked first, by topic: how often, how often before, how often answered well."""
    now = Q(is_before=False)
    rows = (
        seen.order_by()
        .values("topic")
        .annotate(
            count=Count("pk", filter=now),
            before=Count("pk", filter=Q(is_before=True)),
            well=Sum(Case(When(now & Q(is_well=True), then=Value(1)), default=Value(0), output_field=IntegerField())),
        )
    )
    return rows.filter(count__gt=0).order_by("-count", "topic")


def _add_ways(shown: Sequence[ShownTopic], seen: QuerySet[Asked]) -> None:
    """By which channels and in which languages."""
    rows = seen.order_by().filter(topic__in=[one.topic for one in shown], is_before=False)
    counted = rows.values_list("topic", "message__channel", "message__language").annotate(total=Count("pk"))
    channels: dict[int, Counter[str]] = {}
    languages: dict[int, Counter[str]] = {}
    for topic, channel, language, total in counted:
        channels.setdefault(topic, Counter())[channel] += total
        languages.setdefault(topic, Counter())[language] += total
    for one in shown:
        found = channels.get(one.topic.pk, Counter()).most_common()
        one.channels = [(code, str(Channel(code).label), total) for code, total in found if code in Channel.values]
        one.languages = [(code, n) for code, n in languages.get(one.topic.pk, Counter()).most_common() if code]


def messages_of(seen: QuerySet[Asked], topic: Topic, limit: int = _READ) -> list[Message]:
    """The most typical questions of a topic that a reader sees, those of now first."""
    rows = seen.filter(topic=topic).order_by("is_before", "place").values_list("message", flat=True)[:limit]
    words = Message.objects.select_related("conversation__customer", "customer").defer(*_UNREAD)
    found = words.in_bulk(list(rows))
    return [found[pk] for pk in rows if pk in found]


def words_of(message: Message) -> Words:
    """What somebody said, with the names that may stand in it."""
    customer = message.conversation.customer
    names = (message.author_name, customer.name, message.customer.name if message.customer else "")
    subject = message.subject if message.seq == 1 else ""
    return Words(subject, message.text[:2_000], message.language, tuple(dict.fromkeys(filter(None, names))))


def _examples(messages: Sequence[Message], language: str) -> list[Message]:
    """A few of the most typical: those in the reader's language first, and what is said anew before what is not."""
    own_first = sorted(messages, key=lambda message: message.language != language)
    first = {message.subject or message.text[:_ALIKE]: message for message in reversed(own_first)}
    return sorted(own_first, key=lambda message: message not in first.values())[:EXAMPLES]


def _name(one: ShownTopic, messages: Sequence[Message]) -> str:
    """The title of what answers it; else what its messages say most tellingly."""
    if one.action:
        return one.action
    if one.answer:
        return one.answer.title
    if one.article and (title := _title(one.article, "")):
        return title
    return phrase([words_of(message) for message in messages])


# --- what answers it --------------------------------------------------------------------------------------------------


def _add_answers(shown: Iterable[ShownTopic], agent: Agent, language: str) -> None:
    for one in shown:
        source, key = brain.split(one.topic.label)
        if source == brain.ACTION and key.isdecimal():
            one.action = BusinessAction.objects.filter(pk=int(key)).values_list("name", flat=True).first() or ""
        elif source in answer_sources:
            one.answer = _answer(source, key, [language, *(code for code in _LANGUAGES if code != language)])
            if source == "knowledge" and key.isdecimal():
                one.article = knowledge.visible_to(agent).filter(pk=int(key)).first()


def _answer(source: str, key: str, languages: Iterable[str]) -> Answer | None:
    """As it is published in the first of these languages that it is published in."""
    found = (answer_sources.get(source).now(key, code) for code in languages)
    return next((one for one in found if one is not None), None)


def _title(article: Article, language: str) -> str:
    rows = sorted(Translation.objects.filter(article=article), key=lambda row: row.language != language)
    return next((row.working_title for row in rows if row.working_title), "")


# --- the guide --------------------------------------------------------------------------------------------------------


def guide_of(agent: Agent, language: str) -> list[ShownTopic]:
    """The ten problems of the last four weeks, each with the article that solves it or what solved it before."""
    period = guide()
    shown = top(agent, period, language) if period else []
    for one in shown:
        asked = asked_visible_to(agent).filter(topic=one.topic).values("message__conversation")
        solved = problems_visible_to(agent).filter(conversation__in=asked, state=State.SOLVED).exclude(outcome="")
        one.outcomes = list(solved.select_related("solved_by").order_by("-solved_at")[:EXAMPLES])
    return shown


# --- the evening reading ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Evening:
    """A day as one reader sees it."""

    day: date
    reading: Reading | None
    troubles: list[Trouble]
    unanswered: list[Conversation]
    unanswered_total: int


def evening_of(agent: Agent, day: date, *, most: int = 15) -> Evening:
    """What troubled customers on a day, and who of them has no answer yet now."""
    reading = Reading.objects.filter(day=day).first()
    troubles = list(_troubles(agent, reading)[: most * 2]) if reading else []
    waiting = unanswered(agent, day)
    return Evening(
        day, reading, troubles, list(waiting.select_related("customer", "assignee", "inbox")[:most]), waiting.count()
    )


def _troubles(agent: Agent, reading: Reading) -> QuerySet[Trouble]:
    rows = Trouble.objects.filter(reading=reading, problem__in=problems_visible_to(agent))
    unread = [f"problem__message__{name}" for name in _UNREAD]
    return rows.defer(*unread).select_related(
        "problem__conversation__customer", "problem__conversation__inbox", "problem__message", "problem__owner",
        "problem__solved_by",
    )  # fmt: skip


def unanswered(agent: Agent, day: date) -> QuerySet[Conversation]:
    """Who wrote on that day or before and waits for an answer now, the longest first."""
    rows = _conversations(agent).filter(status=Status.OPEN, waiting_since__lt=start_of(day + DAY))
    return rows.order_by("waiting_since", "pk")


def readings() -> QuerySet[Reading]:
    """Days that were looked through, the newest first."""
    return Reading.objects.order_by("-day")


def unsolved(agent: Agent, day: date) -> QuerySet[Problem]:
    """Problems of earlier days that nobody has solved."""
    rows = problems_visible_to(agent).exclude(state=State.SOLVED).exclude(troubles__reading__day=day)
    return rows.select_related("conversation__customer", "conversation__inbox", "message", "owner").order_by("pk")
