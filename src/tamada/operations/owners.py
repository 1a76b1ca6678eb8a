"""Who does a step: by role or team, who is here, and how much they have. Nothing is without an owner while it runs."""

from collections.abc import Collection, Iterable

from django.db.models import Count, Q, QuerySet

from tamada.accounts.models import Agent, Role
from tamada.kit.services.template import Doer

from .models import Job, JobStep, StepStatus

_RUNNING = Q(job_steps__status__in=(StepStatus.OPEN, StepStatus.ACTIVE))


class Owners:
    """Chooses owners; held over a batch, it knows what it gave to whom and asks the database once for each kind."""

    def __init__(self, *, but: Collection[int] = ()) -> None:
        self._but = frozenset(but)
        self._known: dict[tuple[str, str, int | None], list[Agent]] = {}
        self._load: dict[int, int] = {}

    def of_step(self, job: Job, doer: Doer) -> Agent | None:
        """Who does a step of a job. What customers and others outside do is looked after by the job's owner."""
        if not doer.is_ours:
            return job.owner if self._can(job.owner) else self.of_job(job)
        return self._least(self._candidates(doer.by, doer.name, job.team_id)) or self.of_job(job)

    def how_many(self, job: Job, doer: Doer) -> int:
        """How many people are here who could do a step."""
        return len(self._candidates(doer.by, doer.name, job.team_id)) if doer.is_ours else 0

    def of_job(self, job: Job) -> Agent | None:
        """Who looks after a job: its team's people, else agents, leads, admins; whoever is there last of all."""
        if self._can(job.owner):
            return job.owner
        for role in (Role.AGENT, Role.LEAD, Role.ADMIN):
            if (found := self._least(self._candidates("role", role, job.team_id))) is not None:
                return found
        everybody = self._writers().order_by("is_away", "-role", "pk")
        return everybody.first()

    def _can(self, agent: Agent | None) -> bool:
        return agent is not None and agent.may_write and not agent.is_away and agent.pk not in self._but

    def _writers(self) -> QuerySet[Agent]:
        return Agent.objects.filter(is_active=True).exclude(role=Role.OBSERVER).exclude(pk__in=self._but)

    def _candidates(self, by: str, name: str, team: int | None) -> list[Agent]:
        """Those of a role, in the job's team if any of it are there; or the members of a team."""
        asked = (by, name.casefold(), team)
        if asked not in self._known:
            here = self._writers().filter(is_away=False)
            if by == "team":
                found = here.filter(teams__name__iexact=name)
            else:
                found = here.filter(role=name)
                if team is not None and found.filter(teams=team).exists():
                    found = found.filter(teams=team)
            self._known[asked] = self._counted(found)
        return self._known[asked]

    def _counted(self, found: QuerySet[Agent]) -> list[Agent]:
        people = list(found.order_by("pk").distinct())
        fresh = [person.pk for person in people if person.pk not in self._load]
        counted = Agent.objects.filter(pk__in=fresh).annotate(n=Count("job_steps", filter=_RUNNING))
        self._load |= dict(counted.order_by().values_list("pk", "n"))
        return people

    def _least(self, people: Iterable[Agent]) -> Agent | None:
        chosen = min(people, key=lambda one: (self._load[one.pk], one.pk), default=None)
        if chosen is not None:
            self._load[chosen.pk] += 1
        return chosen


def has_owner(step: JobStep) -> bool:
    """Whether somebody has a step who works here and is not absent; who left the desk for lunch comes back to it."""
    owner = step.owner
    return owner is not None and owner.may_write and not (owner.is_away and owner.away_until is not None)
