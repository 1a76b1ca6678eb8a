"""What 200 rules add to one event, beside the same event without any, and a trial run over 10,000 conversations.

    python benchmarks/rules.py [RULES]

The same handler on the same conversation without rules, in the same process, is the yardstick. Prints one JSON object.
"""

import json
import sys
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import bigdata
from benchmarks.timing import timed as timed_alone

CONVERSATIONS = 12_000
ROUNDS = 60


def measure(rules: int = 200) -> dict[str, Any]:
    """An event that no rule answers, one that the last answers, and the trial run."""
    with bigdata.company(conversations=CONVERSATIONS, messages=CONVERSATIONS * 2) as big:
        from tamada.automation import actions
        from tamada.automation.models import DryRun, Rule
        from tamada.conversations.models import Conversation
        from tamada.core.actors import SYSTEM

        conversation = Conversation.objects.filter(is_spam=False).order_by("-pk")[0]
        figures: dict[str, Any] = {"rules": rules, "without": timed(_event(conversation.pk))}
        for number in range(rules):
            _rule(number, f"nothing says this {number}")
        figures["none_fires"] = timed(_event(conversation.pk))
        _rule(rules, "")
        figures["last_one_fires"] = timed(_event(conversation.pk))
        started = time.perf_counter()
        trial = actions.start_dry_run(agent=big.admin, actor=SYSTEM, rule=Rule.objects.order_by("pk")[0])
        batches = 1
        while actions.go_on(dry_run_id=trial.pk):
            batches += 1
        seen = DryRun.objects.get(pk=trial.pk).seen
        figures["trial"] = {
            "conversations": seen,
            "batches": batches,
            "seconds": round(time.perf_counter() - started, 2),
        }
        none, without = figures["none_fires"], figures["without"]
        figures["added"] = {name: round(none[name] - without[name], 2) for name in ("p50_ms", "cpu_ms")}
    return figures


def timed(ask: Callable[[], None]) -> dict[str, float]:
    """As `timing.timed`, with the CPU's time: a busy machine does not blur it."""
    figures, spent = timed_alone(ask), time.process_time()
    for _ in range(ROUNDS):
        ask()
    return figures | {"cpu_ms": round((time.process_time() - spent) / ROUNDS * 1000, 2)}


def _event(conversation: int) -> Callable[[], None]:
    """A customer's message, told to the rules as the worker tells it; each call is another event."""
    from django.utils import timezone

    from tamada.automation.actions import run_rules
    from tamada.conversations.events import MessageReceived
    from tamada.core.actors import Actor
    from tamada.core.events import EventMeta

    event = MessageReceived(audience=frozenset(), conversation=conversation, message=0, seq=1)

    def tell() -> None:
        run_rules(event=event, meta=EventMeta(next(_numbers), timezone.now(), Actor("customer", 1)))

    return tell


_numbers = count(1_000_000_000)


def _rule(number: int, said: str) -> None:
    from tamada.automation.actions import create_rule
    from tamada.automation.actions.rules import RuleTerms
    from tamada.core.actors import SYSTEM

    asked = [
        {"ask": "channel", "is": "is", "value": "email"},
        {"ask": "status", "is": "not", "value": "snoozed"},
        {"ask": "text", "is": "contains", "value": said},
    ]
    steps = [{"do": "priority", "value": "high"}]
    terms = RuleTerms(name=f"Rule {number}", trigger="received", conditions=asked if said else [], steps=steps)
    create_rule(agent=None, actor=SYSTEM, terms=terms)


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 200), indent=2))
