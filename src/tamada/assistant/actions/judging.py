"""A person says whether the assistant was right: that is what it learns from."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.core import audit, events
from tamada.core.actors import Actor
from tamada.core.answers import answer_sources
from tamada.kit.text import detect_language

from .. import brain, words
from ..errors import Invalid
from ..events import AssistantChanged
from ..models import Lesson, Outcome, Said, Verdict
from ..queries import said_visible_to
from .settling import ADMINS

MOST: int = 500


@transaction.atomic
def judge(*, agent: Agent, actor: Actor, said: Said, verdict: str, label: str = "") -> Said:
    """Mark one thing that was said; `label` is what would have been right, for `Verdict.OTHER`.

    Right, another and "no question for us" become examples; wrong alone teaches nothing. Judged again, it is as the
    last one says. Raises PermissionDenied, DoesNotExist, and `Invalid`.
    """
    require(agent, "assistant.review")
    row = said_visible_to(agent).select_for_update(of=("self",)).get(pk=said.pk)
    if verdict not in Verdict.values:
        raise Invalid(_("Choose whether it was right."), "verdict")
    target = _target(row, verdict, label)
    row.verdict, row.judged_by, row.judged_at = verdict, agent, timezone.now()
    if verdict in (Verdict.WRONG, Verdict.OTHER):
        row.outcome = Outcome.CORRECTED
    row.save(update_fields=["verdict", "judged_by", "judged_at", "outcome"])
    Lesson.objects.filter(said=row).delete()
    if target is not None:
        _teach(row, target)
    audit.record(actor, "assistant.judged", row, verdict=verdict, label=target or "")
    events.record(AssistantChanged(audience=ADMINS), actor=actor)
    return row


def _target(row: Said, verdict: str, label: str) -> str | None:
    """What the question is an example of; "" for nothing of ours, None for no lesson. Raises `Invalid`."""
    if verdict == Verdict.OTHER:
        source, key = brain.split(label)
        known = answer_sources.get(source).now(key, _language(row)) if source in answer_sources else None
        if known is None:
            raise Invalid(_("Choose the answer that is right."), "label")
        return label
    if verdict == Verdict.RIGHT and row.source and row.key:
        return brain.join(row.source, row.key)
    return "" if verdict == Verdict.OFF else None


def _language(row: Said) -> str:
    return detect_language(row.words[: MOST * 2]) or row.language


def _teach(row: Said, label: str) -> None:
    text = words.without_numbers(row.words[: MOST * 2])[:MOST]
    if words.has_words(text):
        customer = row.conversation.customer_id
        values = {"text": text, "language": _language(row), "label": label, "customer_id": customer}
        Lesson.objects.create(said=row, created_at=timezone.now(), **values)
