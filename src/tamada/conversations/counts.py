"""Badges: how many conversations each inbox, team, owner and status has, kept with every change."""

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from django.db import transaction
from django.db.models import Count, F

from .models import Conversation, ConversationCount

SPAM = "spam"


class CountKey(NamedTuple):
    """One cell of the count table; `assignee_id` is 0 for nobody, `status` is `spam` for spam."""

    inbox_id: int
    team_id: int
    assignee_id: int
    status: str


def key_of(conversation: Conversation) -> CountKey:
    """The cell in which `conversation` is counted as it stands now."""
    status = SPAM if conversation.is_spam else conversation.status
    return CountKey(conversation.inbox_id, conversation.team_id, conversation.assignee_id or 0, status)


def move(before: CountKey | None, after: CountKey | None) -> None:
    """Count one conversation in `after` instead of `before` (None: it came or went)."""
    if before == after:
        return
    deltas: Counter[CountKey] = Counter()
    if before:
        deltas[before] -= 1
    if after:
        deltas[after] += 1
    apply(deltas)


def apply(deltas: Mapping[CountKey, int]) -> None:
    """Add `deltas` to the table. Cells are taken in order, so that two writers can't wait for each other."""
    for key in sorted(deltas):
        if not deltas[key]:
            continue
        fields = key._asdict()
        if not ConversationCount.objects.filter(**fields).update(total=F("total") + deltas[key]):
            row, created = ConversationCount.objects.get_or_create(**fields, defaults={"total": deltas[key]})
            if not created:
                ConversationCount.objects.filter(pk=row.pk).update(total=F("total") + deltas[key])


@transaction.atomic
def rebuild() -> None:
    """Count everything anew, for `tamada check --repair` and after a restore."""
    ConversationCount.objects.all().delete()
    totals = recounted()
    ConversationCount.objects.bulk_create(ConversationCount(**k._asdict(), total=n) for k, n in totals.items())


def recounted() -> dict[CountKey, int]:
    """What the table should hold."""
    groups = Conversation.objects.order_by().values("inbox_id", "team_id", "assignee_id", "status", "is_spam")
    totals: Counter[CountKey] = Counter()
    for g in groups.annotate(n=Count("id")):
        status = SPAM if g["is_spam"] else g["status"]
        totals[CountKey(g["inbox_id"], g["team_id"], g["assignee_id"] or 0, status)] += g["n"]
    return dict(totals)


def stored() -> dict[CountKey, int]:
    """What the table holds, without its empty cells."""
    rows = ConversationCount.objects.exclude(total=0).values_list(*CountKey._fields, "total")
    return {CountKey(*key): total for *key, total in rows}
