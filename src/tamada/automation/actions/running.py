"""Asking the rules: at an event, and when a wait is over. Each is asked once, and what came of it is kept with why."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet, Sum
from django.utils import timezone

from tamada.conversations.actions import change_automatically, note_automatically, tell_in_thread
from tamada.conversations.errors import ConversationError
from tamada.conversations.models import Conversation
from tamada.core.actors import Actor
from tamada.core.events import EventMeta
from tamada.customers.errors import CustomerError

from ..models import Rule, RuleTrace
from ..points import Facts, Missing, Plan, plan_for, triggers
from ..queries.rules import Compiled, book, facts_of
from .rules import switch_off

DEEPEST: Final = 5
"""So many automatic writes in a row are a loop: the rules are not asked any more."""
MOST_AN_HOUR: Final = 60
"""So often rules may fire in one conversation within an hour."""
KEPT: Final = timedelta(days=14)
AT_ONCE: Final = 200
LOOP, RATE = "loop", "rate"


@dataclass(frozen=True, slots=True)
class _Asked:
    """What rules are asked about; `key` is the same for the same question. `among` are those that wait, for a wait."""

    trigger: str
    key: str
    conversation: int
    message: int | None = None
    among: QuerySet[Conversation] | None = None

    def facts(self) -> Facts | None:
        """As things stand now; None when there is nothing left to ask: it is gone or spam, or its wait has ended."""
        found = facts_of(self.conversation, self.message, among=self.among)
        return None if found is None or found.conversation.is_spam else found


@dataclass(slots=True)
class _Run:
    """The rules being asked about one conversation."""

    asked: _Asked
    depth: int
    facts: Facts
    is_held: bool = False
    results: list[dict[str, Any]] = field(default_factory=list)
    fired: list[int] = field(default_factory=list)
    lost: list[tuple[Rule, str]] = field(default_factory=list)


def run_rules(*, event: Any, meta: EventMeta) -> None:
    """Ask every rule that begins with this event, in order, in one transaction; a second call does nothing."""
    by_trigger = book().by_trigger
    for name in [n for n, trigger in triggers.all().items() if n in by_trigger and type(event) in trigger.events]:
        if triggers.get(name).fits(event):
            asked = _Asked(name, f"{meta.id}:{name}", event.conversation, getattr(event, "message", None))
            _once(asked, by_trigger[name], depth=meta.actor.depth)


def run_waits() -> int:
    """Ask the rules that wait, about every conversation that has waited long enough; returns how many were asked."""
    asked = 0
    for name, rules in book().by_trigger.items():
        waits = triggers.get(name).waits if name in triggers else None
        for rule in rules if waits is not None else ():
            assert waits is not None
            waiting = waits(rule.rule.minutes)
            asked += sum(_waited(name, rule, waiting, pk, since) for pk, since in _unasked(rule, waiting))
    return asked


def _unasked(rule: Compiled, waiting: Any) -> Iterator[tuple[int, datetime]]:
    """Those whose wait this rule wasn't asked about yet, the longest first and AT_ONCE of them.

    A wait that was over before our oldest trace is left alone: nothing tells any more whether it was asked about.
    """
    over = timezone.now() - timedelta(minutes=rule.rule.minutes)
    found = waiting.filter(since__gt=over - KEPT).values_list("pk", "since")
    waits = ((_wait_key(rule.rule, pk, since), pk, since) for pk, since in found)
    left = AT_ONCE
    while left and (page := list(islice(waits, AT_ONCE))):
        keys = [key for key, _pk, _since in page]
        known = set(RuleTrace.objects.filter(key__in=keys).values_list("key", flat=True))
        for _key, pk, since in [one for one in page if one[0] not in known][:left]:
            left -= 1
            yield pk, since


def _wait_key(rule: Rule, pk: int, since: datetime) -> str:
    return f"wait:{rule.pk}:{rule.minutes}:{pk}:{int(since.timestamp())}"


def _waited(name: str, rule: Compiled, waiting: Any, pk: int, since: datetime) -> bool:
    """Others were asked about since the list was made: only what waits still, since the same moment, is asked about."""
    still = waiting.filter(since=since)
    return _once(_Asked(name, _wait_key(rule.rule, pk, since), pk, among=still), [rule], depth=0)


def _once(asked: _Asked, rules: Sequence[Compiled], *, depth: int) -> bool:
    """Ask these rules unless they were asked under this key; whether they were asked now."""
    if RuleTrace.objects.filter(key=asked.key).exists():
        return False
    facts = asked.facts()
    if facts is None:
        return False
    run = _Run(asked, depth, facts)
    try:
        with transaction.atomic():
            if not _ask_all(run, rules):
                return False
            _keep(run)
    except IntegrityError:
        if not RuleTrace.objects.filter(key=asked.key).exists():
            raise
        return False  # Another worker asked them at the same time.
    for rule, problem in run.lost:
        switch_off(rule=rule, reason=problem)
    return True


def _ask_all(run: _Run, rules: Sequence[Compiled]) -> bool:
    """Ask each in order; whether there was something to ask about.

    Nearly always none holds, and nobody waits for us. Once one does, the conversation is held until all is done and
    all are asked again, as it stands by then: what somebody wrote or changed meanwhile counts, and is not overwritten.
    """
    for rule in rules:
        if rule.problem:
            run.lost.append((rule.rule, rule.problem))
            _note(run, rule, "failed", rule.problem)
            continue
        if (unmet := rule.unmet(run.facts)) is not None:
            _note(run, rule, "unmet", unmet.kept())
            continue
        if not run.is_held:
            return _hold(run) and _ask_all(run, rules)
        if reason := _bound(run):
            _note(run, rule, "stopped", reason)
            _tell_stopped(run, rule, reason)
            break
        _fire(run, rule)
        if rule.rule.is_last:
            break
    return True


def _hold(run: _Run) -> bool:
    """Keep every other writer from the conversation, and begin anew; False when nothing is left to ask about."""
    Conversation.objects.select_for_update().filter(pk=run.asked.conversation).first()
    facts = run.asked.facts()
    if facts is None:
        return False
    run.facts, run.is_held = facts, True
    run.results.clear()
    run.lost.clear()
    return True


def _bound(run: _Run) -> str:
    """Why no rule may fire here any more, for now."""
    if run.depth >= DEEPEST:
        return LOOP
    since = timezone.now() - timedelta(hours=1)
    lately = RuleTrace.objects.filter(conversation=run.facts.conversation, created_at__gte=since, fired__gt=0)
    return RATE if (lately.aggregate(n=Sum("fired"))["n"] or 0) + len(run.fired) >= MOST_AN_HOUR else ""


def _fire(run: _Run, rule: Compiled) -> None:
    """Do what the rule says; the next ones see the conversation as it is then."""
    actor = Actor("rule", rule.rule.pk, rule.rule.name, depth=run.depth + 1)
    held = [condition.kept() for condition in rule.met(run.facts)]
    try:
        with transaction.atomic():
            carry_out(plan_for(run.facts.conversation, rule.steps, agent=None), actor)
    except Missing as error:
        run.lost.append((rule.rule, str(error)))
        _note(run, rule, "failed", str(error))
        return
    except (ConversationError, CustomerError, ValueError) as error:
        _note(run, rule, "failed", f"{type(error).__name__} {error}"[:200])
        return
    run.fired.append(rule.rule.pk)
    _note(run, rule, "fired", held, [step.kept() for step in rule.steps])
    run.facts = facts_of(run.asked.conversation, run.asked.message) or run.facts


def carry_out(plan: Plan, actor: Actor) -> None:
    """Write what a plan wants, as the rule. Call in a transaction."""
    if plan.changes:
        change_automatically(actor=actor, conversation=plan.conversation, changes=plan.changes)
    for text in plan.notes:
        note_automatically(actor=actor, conversation=plan.conversation, text=text)
    for step in plan.after:
        step(plan.conversation, actor)


def _note(run: _Run, rule: Compiled, outcome: str, why: Any, done: Sequence[dict[str, str]] = ()) -> None:
    result = {"rule": rule.rule.pk, "name": rule.rule.name, "outcome": outcome, "why": why}
    run.results.append(result | ({"done": list(done)} if done else {}))


def _tell_stopped(run: _Run, rule: Compiled, reason: str) -> None:
    """Say it where people see it, once an hour."""
    conversation = run.facts.conversation
    since = timezone.now() - timedelta(hours=1)
    told = conversation.messages.filter(data__event="rules_stopped", created_at__gte=since)
    if not told.exists():
        actor = Actor("rule", rule.rule.pk, rule.rule.name, depth=DEEPEST)
        tell_in_thread(actor=actor, conversation=conversation, data={"event": "rules_stopped", "reason": reason})


def _keep(run: _Run) -> None:
    now = timezone.now()
    RuleTrace.objects.create(
        key=run.asked.key,
        conversation=run.facts.conversation,
        trigger=run.asked.trigger,
        depth=run.depth,
        fired=len(run.fired),
        results=run.results,
        created_at=now,
    )
    if run.fired:
        Rule.objects.filter(pk__in=run.fired).update(fired_count=F("fired_count") + 1, last_fired_at=now)


def forget_traces() -> int:
    """Drop what is too old to be asked about; how many."""
    old, dropped = RuleTrace.objects.filter(created_at__lt=timezone.now() - KEPT), 0
    while batch := list(old.values_list("pk", flat=True)[:500]):
        dropped += RuleTrace.objects.filter(pk__in=batch).delete()[0]
    return dropped
