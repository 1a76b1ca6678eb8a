"""Rules: making, changing, ordering, removing, and switching off what names something gone."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.core import audit, events
from tamada.core.actors import SYSTEM, Actor

from ..errors import Invalid
from ..events import RuleChanged, RuleSwitchedOff
from ..models import Match, Rule, RuleBook
from ..points import Condition, Missing, triggers
from ..queries.rules import compiled
from .macros import checked_steps

PERMISSION: Final = "rule.settings"
ADMINS: Final = frozenset({"role:admin"})
MOST_RULES: Final = 500
MOST_CONDITIONS: Final = 20
MOST_MINUTES: Final = 366 * 24 * 60
LAST_POSITION: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTerms:
    """A rule as it is to be."""

    name: str
    trigger: str
    minutes: int = 0
    match: str = Match.ALL
    conditions: Sequence[Mapping[str, str]] = ()
    steps: Sequence[Mapping[str, str]] = ()
    is_last: bool = False
    is_active: bool = True
    position: int = 10


@transaction.atomic
def create_rule(*, agent: Agent | None, actor: Actor, terms: RuleTerms) -> Rule:
    """Make a rule. Raises `PermissionDenied`, or `Invalid`. `agent` None: the system or the command line."""
    _require(agent)
    if Rule.objects.count() >= MOST_RULES:
        raise Invalid(_("There are %(most)d rules already.") % {"most": MOST_RULES}, "name")
    return _write(Rule(), terms, actor, "rule.added")


@transaction.atomic
def update_rule(*, agent: Agent | None, actor: Actor, rule: Rule, terms: RuleTerms) -> Rule:
    """Change a rule whole; what was found on trial was found of another one, and goes. Raises as `create_rule`."""
    _require(agent)
    rule.dry_runs.all().delete()
    return _write(rule, terms, actor, "rule.updated")


@transaction.atomic
def delete_rule(*, agent: Agent | None, actor: Actor, rule: Rule) -> None:
    """Remove a rule; what it did stays. Raises `PermissionDenied`."""
    _require(agent)
    audit.record(actor, "rule.deleted", rule, name=rule.name)
    turn_page(rule, actor)
    rule.delete()


def check_rules() -> int:
    """Switch off every active rule that names something gone, and tell the admins; returns how many."""
    lost = [(rule, problem) for rule in Rule.objects.filter(is_active=True) if (problem := compiled(rule).problem)]
    for rule, problem in lost:
        switch_off(rule=rule, reason=problem)
    return len(lost)


@transaction.atomic
def switch_off(*, rule: Rule, reason: str) -> None:
    """Let a rule rest that can't work, with the reason where admins see it."""
    if Rule.objects.filter(pk=rule.pk, is_active=True).update(is_active=False, off_reason=reason[:200]):
        audit.record(SYSTEM, "rule.switched_off", rule, name=rule.name, reason=reason[:200])
        events.record(RuleSwitchedOff(audience=ADMINS, rule=rule.pk), actor=SYSTEM)
        turn_page(rule, SYSTEM)


def _require(agent: Agent | None) -> None:
    if agent is not None:
        require(agent, PERMISSION)


def turn_page(rule: Rule, actor: Actor) -> None:
    """Every process reads the rules anew."""
    RuleBook.objects.update_or_create(pk=1, defaults={"edition": secrets.token_hex(16)})
    events.record(RuleChanged(audience=ADMINS, rule=rule.pk), actor=actor)


def _write(rule: Rule, terms: RuleTerms, actor: Actor, action: str) -> Rule:
    for name, value in _checked(terms).items():
        setattr(rule, name, value)
    rule.off_reason = ""
    rule.save()
    audit.record(actor, action, rule, name=rule.name, trigger=rule.trigger, active=rule.is_active)
    turn_page(rule, actor)
    return rule


def _checked(terms: RuleTerms) -> dict[str, Any]:
    name = " ".join(terms.name.replace("\0", "").split())
    if not name or len(name) > 80:
        raise Invalid(_("Enter a name of at most 80 characters."), "name")
    if terms.trigger not in triggers:
        raise Invalid(_("Choose what it begins with."), "trigger")
    waits = triggers.get(terms.trigger).waits is not None
    if waits and not 1 <= terms.minutes <= MOST_MINUTES:
        raise Invalid(_("A time is at least a minute and at most a year."), "minutes")
    if not 0 <= terms.position <= LAST_POSITION:
        raise Invalid(_("The order is a number from 0 to %(last)d.") % {"last": LAST_POSITION}, "position")
    if terms.match not in Match.values:
        raise Invalid(_("Choose how many conditions have to hold."), "match")
    steps = checked_steps(terms.steps, by_hand=False)
    if not steps:
        raise Invalid(_("Choose something to do."), "steps")
    return {
        "name": name,
        "trigger": terms.trigger,
        "minutes": terms.minutes if waits else 0,
        "match": terms.match,
        "conditions": checked_conditions(terms.conditions),
        "steps": steps,
        "is_last": terms.is_last,
        "is_active": terms.is_active,
        "position": terms.position,
    }


def checked_conditions(
    given: Sequence[Mapping[str, str]], *, field: str = "conditions", to_views: bool = False
) -> list[dict[str, str]]:
    """Conditions as they are kept. Raises `Invalid` for one that names what isn't there."""
    if len(given) > MOST_CONDITIONS:
        raise Invalid(_("At most %(most)d conditions can be asked.") % {"most": MOST_CONDITIONS}, field)
    try:
        read = [Condition.read(dict(one)) for one in given]
        for condition in read:
            condition.words(to_views=to_views)
    except Missing as error:
        raise Invalid(str(error), field) from None
    return [condition.kept() for condition in read]
