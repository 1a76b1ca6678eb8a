"""How long things are kept: terms by kind and inbox, and what goes every night because its term is over.

Without a term everything is kept. A term of an inbox counts there in place of the one for all.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.conversations.models import Inbox
from tamada.core import audit, personal
from tamada.core.actors import SYSTEM, Actor
from tamada.core.personal import Expiry, Scope

from .errors import Invalid
from .models import Term

LONGEST: Final = 36_500
NIGHT: Final = 3 * 3600.0
"""Seconds after which a run leaves the rest to the next one."""

type_terms = Mapping[str, int | None]
"""Days by kind; None is for ever."""


def kinds(inbox: Inbox | None = None) -> dict[str, Expiry]:
    """What a term can be set for, everywhere or in an inbox."""
    return {name: kind for name, kind in personal.expiries.all().items() if inbox is None or kind.by_inbox}


def terms(inbox: Inbox | None = None) -> dict[str, int | None]:
    """What is settled; a kind that is missing is kept for ever, or in an inbox as everywhere."""
    return dict(Term.objects.filter(inbox=inbox).values_list("kind", "days"))


def save_terms(*, agent: Agent, actor: Actor, inbox: Inbox | None, given: type_terms) -> None:
    """Make these the terms of all inboxes, or of one. Raises PermissionDenied, Invalid."""
    require(agent, "privacy.settings")
    _check(inbox, given)
    with transaction.atomic():
        before = terms(inbox)
        Term.objects.filter(inbox=inbox).delete()
        Term.objects.bulk_create(Term(kind=kind, inbox=inbox, days=days) for kind, days in given.items())
        if before != dict(given):
            audit.record(actor, "retention.set", inbox, days=dict(given))


def _check(inbox: Inbox | None, given: type_terms) -> None:
    if unknown := given.keys() - kinds(inbox).keys():
        raise Invalid(_("There is no term for this."), min(unknown))
    for kind, days in given.items():
        if days is not None and not 1 <= days <= LONGEST:
            raise Invalid(_("A term has between 1 and 36,500 days."), kind)


# --- what goes --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Due:
    """What would go now by one term."""

    kind: str
    inbox: int | None
    count: int


def foreseen(agent: Agent, inbox: Inbox | None, given: type_terms) -> dict[str, int]:
    """How many of each kind would go at once if these were the terms. Raises PermissionDenied, Invalid."""
    require(agent, "privacy.settings")
    _check(inbox, given)
    return {kind: kinds(inbox)[kind].count(_scope(kind, inbox, days)) for kind, days in given.items() if days}


def _scope(kind: str, inbox: Inbox | None, days: int) -> Scope:
    before = timezone.now() - timedelta(days=days)
    if inbox is not None:
        return Scope(before, inbox=inbox.pk)
    own = Term.objects.filter(kind=kind, inbox__isnull=False).values_list("inbox_id", flat=True)
    return Scope(before, but=tuple(own))


def drop_old(*, seconds: float = NIGHT) -> list[Due]:
    """Let go of whatever was kept long enough, in small steps; what is left when the time is up goes next time."""
    until = time.monotonic() + seconds
    done = []
    for term in Term.objects.filter(days__isnull=False).select_related("inbox").order_by("pk"):
        if term.kind not in kinds(term.inbox) or term.days is None:
            continue
        count = sum(_steps(personal.expiries.get(term.kind), _scope(term.kind, term.inbox, term.days), until))
        if count:
            audit.record(SYSTEM, "retention.dropped", term.inbox, kind=term.kind, days=term.days, count=count)
            done.append(Due(term.kind, term.inbox_id, count))
    return done


def _steps(kind: Expiry, scope: Scope, until: float) -> Iterator[int]:
    while time.monotonic() < until and (count := kind.drop(scope)):
        yield count
