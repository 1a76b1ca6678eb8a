"""Settling how long things are kept, and letting go every night of what was kept long enough."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.conversations.models import Inbox
from tamada.core import audit, personal
from tamada.core.actors import SYSTEM, Actor
from tamada.core.personal import Expiry, Scope

from ..models import Term
from ..retention import check, kinds, scope, terms, type_terms

SLICE: Final = 30.0
"""Seconds after which a run leaves the rest to the next one: other tasks wait as well."""


def save_terms(*, agent: Agent, actor: Actor, inbox: Inbox | None, given: type_terms) -> None:
    """Make these the terms of all inboxes, or of one. Raises PermissionDenied, Invalid."""
    require(agent, "privacy.settings")
    check(inbox, given)
    with transaction.atomic():
        before = terms(inbox)
        Term.objects.filter(inbox=inbox).delete()
        Term.objects.bulk_create(Term(kind=kind, inbox=inbox, days=days) for kind, days in given.items())
        if before != dict(given):
            audit.record(actor, "retention.set", inbox, days=dict(given))


@dataclass(frozen=True, slots=True)
class Due:
    """What went by one term."""

    kind: str
    inbox: int | None
    count: int


def drop_old(*, seconds: float = SLICE) -> list[Due]:
    """Let go of whatever was kept long enough, in small steps, until the time is up. Nothing: that was all."""
    until = time.monotonic() + seconds
    done = []
    for term in Term.objects.filter(days__isnull=False).select_related("inbox").order_by("pk"):
        if term.kind not in kinds(term.inbox) or term.days is None:
            continue
        count = sum(_steps(personal.expiries.get(term.kind), scope(term.kind, term.inbox, term.days), until))
        if count:
            audit.record(SYSTEM, "retention.dropped", term.inbox, kind=term.kind, days=term.days, count=count)
            done.append(Due(term.kind, term.inbox_id, count))
    return done


def _steps(kind: Expiry, scope: Scope, until: float) -> Iterator[int]:
    while time.monotonic() < until and (count := kind.drop(scope)):
        yield count
