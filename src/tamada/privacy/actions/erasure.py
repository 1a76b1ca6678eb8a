"""Erasing a person: asked for by an admin, done in the background in small steps, ending in a receipt without names.

Every step is committed by itself and may come twice, so a death anywhere is followed by going on from there. What
finds the person again (`Subject`) is kept encrypted until the end. A line in `DATA/erasures.jsonl`, which no restore of
the database touches, tells afterwards whom a backup may have brought back: see `restored`.
"""

import json
import logging
import secrets as random
from dataclasses import asdict, replace
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.conversations.models import Kind, Message
from tamada.core import audit, events, personal, secrets
from tamada.core.actors import SYSTEM, Actor
from tamada.core.db import flush_log
from tamada.core.personal import Subject
from tamada.core.tasks import RetryLater
from tamada.customers.erasing import subject_of
from tamada.customers.events import CustomerErased
from tamada.customers.models import Customer
from tamada.customers.queries import audience_of
from tamada.search.upkeep import drop_traces

from .. import ledger, tasks
from ..errors import Invalid
from ..models import Erasure, Reason

ROUNDS: Final = 3
"""How often everything is gone through, should something have come in meanwhile."""

log = logging.getLogger(__name__)


def begin_erasure(*, agent: Agent, actor: Actor, customer: Customer, typed: str, reason: str = Reason.ASKED) -> Erasure:
    """Have a person erased; `typed` is what was asked for as a confirmation. Raises PermissionDenied, Invalid."""
    require(agent, "privacy.erase")
    if _folded(typed) != _folded(confirmation(customer)):
        raise Invalid(_("What you typed is not the name that stands above."), "typed")
    if reason not in (Reason.ASKED, Reason.UNNEEDED):
        raise Invalid(_("Say why."), "reason")
    return plan(customer=customer, actor=actor, reason=Reason(reason), agent=agent)


def confirmation(customer: Customer) -> str:
    """What has to be typed: the name, or the number of who has none."""
    return " ".join(customer.name.split()) or str(customer.pk)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


@transaction.atomic
def plan(
    *,
    customer: Customer,
    actor: Actor,
    reason: Reason,
    agent: Agent | None = None,
    at: datetime | None = None,
    key: str = "",
) -> Erasure:
    """Write down whom it is about, and count what there is; the task does the rest.

    `at` is the moment up to which they are erased: what they write later begins anew.
    """
    Customer.everything.select_for_update().get(pk=customer.pk)
    if known := Erasure.objects.filter(customer_id=customer.pk, ended_at__isnull=True).first():
        return known
    subject = _known_as(subject_of(customer, at or timezone.now()))
    counts = {name: eraser.count(subject) for name, eraser in personal.erasers.all().items()}
    row = Erasure.objects.create(
        key=key or random.token_hex(16),
        customer_id=customer.pk,
        reason=reason,
        asked_by=agent,
        asked_name=actor.name[:200],
        subject=secrets.encrypt(json.dumps(asdict(subject), default=str)),
        counts={name: count for name, count in counts.items() if count},
        kept={n: kept for n, e in personal.erasers.all().items() if e.kept and (kept := e.kept(subject))},
        total=sum(counts.values()),
        began_at=timezone.now(),
    )
    audit.record(actor, "erasure.began", row, customer=customer.pk, reason=str(reason))
    tasks.erase.enqueue(erasure_id=row.pk)
    return row


def _known_as(subject: Subject) -> Subject:
    """With the full names under which they wrote, which need not be those on their page."""
    wrote = Message.objects.filter(customer__in=subject.ids, kind=Kind.IN).exclude(author_name="")
    names = [name for name in wrote.values_list("author_name", flat=True).distinct()[:20] if len(name.split()) > 1]
    return replace(subject, names=tuple(dict.fromkeys((*subject.names, *names))))


# --- step by step -----------------------------------------------------------------------------------------------------


def run_erasure(*, erasure_id: int) -> None:
    """Do it, or go on with it. Raises RetryLater while something else stands in the way of the last step."""
    row = Erasure.objects.filter(pk=erasure_id, ended_at__isnull=True).first()
    if row is None:
        return
    subject = opened(row)
    for _round in range(ROUNDS):
        _go_through(row, subject)
        left = {name: n for name, eraser in personal.erasers.all().items() if (n := eraser.count(subject))}
        row.progress = {}
        if not left:
            break
    drop_traces()
    if not flush_log():
        raise RetryLater(30, "somebody reads an older state of the database")
    _finish(row, subject, left)
    flush_log()


def opened(row: Erasure) -> Subject:
    """Whom it is about."""
    given = json.loads(secrets.decrypt(row.subject))
    return Subject(
        ids=tuple(given["ids"]),
        addresses=tuple((kind, value) for kind, value in given["addresses"]),
        names=tuple(given["names"]),
        at=datetime.fromisoformat(given["at"]),
    )


def _go_through(row: Erasure, subject: Subject) -> None:
    """Every eraser in turn, from where the last run of this stopped."""
    names = list(personal.erasers.all())
    start = names.index(row.progress["eraser"]) if row.progress.get("eraser") in names else 0
    for name in names[start:]:
        after: int | None = row.progress.get("after", 0) if name == row.progress.get("eraser") else 0
        while after is not None:
            piece = personal.erasers.get(name).erase(subject, after)
            after = piece.after
            row.done += piece.done
            row.progress = {"eraser": name, "after": after or 0}
            Erasure.objects.filter(pk=row.pk).update(done=row.done, progress=row.progress)


@transaction.atomic
def _finish(row: Erasure, subject: Subject, left: dict[str, int]) -> None:
    """From now on it is a receipt: what finds the person is in the ledger as digests, and nowhere else."""
    customer = Customer.everything.get(pk=row.customer_id)
    row.ended_at, row.subject, row.progress, row.left, row.done = timezone.now(), "", {}, left, row.total
    row.save(update_fields=["ended_at", "subject", "progress", "left", "done"])
    ledger.write(row, subject, created_at=customer.created_at)
    audit.record(SYSTEM, "customer.erased", row, customer=row.customer_id, counts=row.counts, left=left)
    keys = audience_of([row.customer_id]).get(row.customer_id, frozenset()) | {"role:admin"}
    events.record(CustomerErased(audience=keys, customer=row.customer_id, erasure=row.pk), actor=SYSTEM)
