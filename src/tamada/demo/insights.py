"""What the demo company reads: its weeks gathered, its days looked through, a few problems taken and solved."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.conversations.models import Kind, Message
from tamada.conversations.queries import visible_to
from tamada.insights import actions
from tamada.insights.days import DAY, WEEK, monday_of, today
from tamada.insights.models import Drafted, Problem, State
from tamada.knowledge.models import Translation

from .people import SHARES
from .script import texts

_OUTCOMES: Final = (
    "Զանգահարեցինք, ներողություն խնդրեցինք, վարպետը փոխեց մալուխը և ստուգեց արագությունը։",
    "Վերադարձրինք կրկնակի գանձված գումարը և հաջորդ ամսվա համար 10 % զեղչ տվեցինք։",
    "Այցը տեղափոխեցինք հաճախորդին հարմար ժամի և մեկ ժամ առաջ հիշեցրինք։",
)
_DAYS: Final = 7
_ARTICLES: Final = {
    "no_internet": "There is no internet at home",
    "slow": "The internet is slower than it should be",
    "double_charge": "You were charged twice",
    "invoice": "Invoices and monthly bills",
    "visit": "The visit of our engineer",
}
"""By scenario; what else is asked waits for an article."""


def read_it(agents: list[Agent]) -> None:
    """As the tasks of the night would have done until now; then some problems of the week are in hands."""
    now = timezone.now()
    _drafted(now - timedelta(days=45))
    for back in (2, 1, 0):
        actions.gather_week(monday=monday_of(today(now)) - back * WEEK, now=now)
    for back in range(_DAYS, -1, -1):
        actions.read_day(day=today(now) - back * DAY, now=now)
    _solve(agents)
    actions.gather_guide(now)


def _drafted(since: datetime) -> None:
    """Colleagues wrote some of the articles from these questions: topics cross languages before anything is learned."""
    asked = Message.objects.filter(seq=1, kind=Kind.IN, created_at__gte=since)
    rows: list[Drafted] = []
    for key, title in _ARTICLES.items():
        article = Translation.objects.filter(language="en", title=title).values_list("article", flat=True).first()
        subjects = [one for code in SHARES for s in texts(code)["scenario"] if s["key"] == key for one in s["subjects"]]
        if article is not None:
            found = asked.filter(subject__in=subjects).values_list("pk", flat=True)
            rows += [Drafted(message_id=pk, article_id=article) for pk in found]
    Drafted.objects.bulk_create(rows, ignore_conflicts=True)


def _solve(agents: list[Agent]) -> None:
    writers = [agent for agent in agents if agent.may_write]
    for number, problem in enumerate(Problem.objects.filter(state=State.OPEN).order_by("pk")[: 2 * len(_OUTCOMES)]):
        by: dict[str, Any] = {"agent": writers[0], "actor": actor_of(writers[0])}
        if number < len(_OUTCOMES):
            actions.solve_problem(**by, problem=problem, outcome=_OUTCOMES[number])
        else:
            actions.take_problem(**by, problem=problem, owner=_who_sees(writers, problem))


def _who_sees(writers: list[Agent], problem: Problem) -> Agent:
    """A colleague of the first where one sees it."""
    seeing = (agent for agent in writers[1:] if visible_to(agent).filter(pk=problem.conversation_id).exists())
    return next(seeing, writers[0])
