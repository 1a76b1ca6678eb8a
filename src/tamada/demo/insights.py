"""What the demo company reads: its weeks gathered, its days looked through, a few problems taken and solved."""

from datetime import timedelta
from typing import Any, Final

from django.utils import timezone

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.assistant import brain
from tamada.assistant.tasks import learn_now
from tamada.conversations.queries import visible_to
from tamada.insights import actions
from tamada.insights.days import DAY, WEEK, monday_of, today
from tamada.insights.models import Problem, State
from tamada.insights.tasks import gather_now

_OUTCOMES: Final = (
    "Զանգահարեցինք, ներողություն խնդրեցինք, վարպետը փոխեց մալուխը և ստուգեց արագությունը։",
    "Վերադարձրինք կրկնակի գանձված գումարը և հաջորդ ամսվա համար 10 % զեղչ տվեցինք։",
    "Այցը տեղափոխեցինք հաճախորդին հարմար ժամի և մեկ ժամ առաջ հիշեցրինք։",
)
_DAYS: Final = 7


def read_it(agents: list[Agent]) -> None:
    """As the tasks of the night would have done until now; then some problems of the week are in hands."""
    now = timezone.now()
    for back in (2, 1, 0):
        actions.gather_week(monday=monday_of(today(now)) - back * WEEK, now=now)
    for back in range(_DAYS, -1, -1):
        actions.read_day(day=today(now) - back * DAY, now=now)
    _solve(agents)
    actions.gather_guide(now)
    _learn()


def _learn() -> None:
    """The assistant learns from the articles in the background; topics then cross languages."""
    if brain.is_possible():
        learn_now.using(unique="assistant:learn").enqueue(force=True)
        gather_now.using(unique="insights.gather", run_after=timezone.now() + timedelta(minutes=3)).enqueue()


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
