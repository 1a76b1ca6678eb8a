"""What a rule would have done: asked of past conversations, a batch at a time, changing nothing."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.conversations.models import Conversation, Kind, Message
from tamada.core import audit, events
from tamada.core.actors import SYSTEM, Actor

from ..errors import Invalid
from ..events import DryRunMoved
from ..models import DryRun, Match, Rule
from ..points import Facts
from ..queries.rules import Compiled, compiled
from .rules import checked_conditions

Asked = tuple[str, Sequence[Mapping[str, str]]]
"""How many have to hold, and the conditions."""

BATCH: Final = 500
MOST: Final = 10_000
MOST_EXAMPLES: Final = 20


@transaction.atomic
def start_dry_run(*, agent: Agent, actor: Actor, rule: Rule, asked: Asked | None = None) -> DryRun:
    """Ask the rule about the newest conversations, in the background; `asked` instead of what it was saved with.

    Raises `PermissionDenied`, or `Invalid` for conditions that can't be asked.
    """
    from ..tasks import go_on_with_dry_run

    require(agent, "rule.settings")
    unsaved = _unsaved(rule, asked) if asked else None
    rule.dry_runs.all().delete()
    total = min(Conversation.objects.filter(is_spam=False).count(), MOST)
    dry_run = DryRun.objects.create(rule=rule, agent=agent, total=total, asked=unsaved)
    audit.record(actor, "rule.tried", rule, name=rule.name, conversations=total)
    go_on_with_dry_run.using(unique=f"dry_run:{dry_run.pk}").enqueue(dry_run_id=dry_run.pk)
    return dry_run


def _unsaved(rule: Rule, asked: Asked) -> dict[str, Any] | None:
    """What is asked as it is kept; None where it is what the rule was saved with."""
    match, conditions = asked
    if match not in Match.values:
        raise Invalid(_("Choose how many conditions have to hold."), "match")
    checked = checked_conditions(conditions)
    same = (match, checked) == (rule.match, list(rule.conditions))
    return None if same else {"match": match, "conditions": checked}


def go_on(*, dry_run_id: int) -> bool:
    """Ask about the next batch; whether there is more. A batch that ran before its death is asked again, not twice."""
    with transaction.atomic():
        dry_run = DryRun.objects.select_for_update().select_related("rule").filter(pk=dry_run_id, ended_at=None).first()
        if dry_run is None:
            return False
        ready = compiled(dry_run.tried)
        dry_run.error = ready.problem[:200]
        more = not ready.problem and _ask_batch(dry_run, ready)
        if not more:
            dry_run.ended_at = timezone.now()
        dry_run.save()
        fact = DryRunMoved(audience=frozenset({f"agent:{dry_run.agent_id}"}), dry_run=dry_run.pk)
        events.record(fact, actor=SYSTEM)
    return more


def _ask_batch(dry_run: DryRun, ready: Compiled) -> bool:
    found = Conversation.objects.filter(is_spam=False).order_by("-pk")
    if dry_run.before is not None:
        found = found.filter(pk__lt=dry_run.before)
    found = found.select_related("inbox__calendar", "customer__organisation", "assignee", "team")
    size = min(BATCH, dry_run.total - dry_run.seen)
    batch = list(found.prefetch_related("tags", "customer__tags", "customer__identities")[:size])
    messages = _last_messages(batch)
    for conversation in batch:
        if ready.unmet(Facts(conversation, partial(messages.get, conversation.pk))) is None:
            dry_run.matched += 1
            if len(dry_run.examples) < MOST_EXAMPLES:
                dry_run.examples.append(conversation.pk)
    dry_run.seen += len(batch)
    dry_run.before = batch[-1].pk if batch else dry_run.before
    return bool(batch) and dry_run.seen < dry_run.total


def _last_messages(batch: list[Conversation]) -> dict[int, Message]:
    """The customer's last message of each, in two queries."""
    ours = Message.objects.filter(conversation__in=batch, kind=Kind.IN).values("conversation")
    last = ours.annotate(last=Max("pk")).values_list("last", flat=True)
    return {message.conversation_id: message for message in Message.objects.filter(pk__in=list(last))}
