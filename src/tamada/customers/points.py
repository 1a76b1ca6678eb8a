"""Where rooms above fill in what customers can't know: who sees them, who hears of them, what their timeline holds."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.db.models import Manager, QuerySet

from tamada.accounts.models import Agent
from tamada.core.registry import Registry

from .models import Customer, CustomerMerge

type_visibility = Callable[[QuerySet[Customer], Agent], QuerySet[Customer]]
type_audience = Callable[[Collection[int]], Mapping[int, frozenset[str]]]

visibility: Registry[type_visibility] = Registry("customers.visibility")
"""Filters that narrow customers to those an agent may see; an admin is never narrowed."""

audience: Registry[type_audience] = Registry("customers.audience")
"""Keys of those who may hear of customers, by customer id; a customer absent from all of them is known to everybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing on a customer's timeline. `kind` and `id` name it; texts are plain and may be shown as they are.

    `direction` is `in`, `out`, `note` or `system`. `data` holds what only this kind has, JSON-able.
    """

    at: datetime
    kind: str
    id: int
    title: str = ""
    text: str = ""
    channel: str = ""
    direction: str = ""
    author_kind: str = ""
    author_name: str = ""
    conversation: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


class TimelineSource(Protocol):
    """A room's part of timelines."""

    def __call__(
        self, customer: Customer, agent: Agent, *, edge: tuple[datetime, int] | None, newest_first: bool, limit: int
    ) -> Sequence[Entry]:
        """At most `limit` entries that `agent` may see, ordered by (at, id), beyond `edge` (exclusive) when given."""


timeline: Registry[TimelineSource] = Registry("customers.timeline")
"""Sources of timeline entries; a source's name is the `kind` of all its entries."""


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of rows that go along when a customer (`merge.source`) turns out to be another one (`merge.target`).

    `move` returns what `put_back` needs to restore every row: JSON, without words of anybody. Both run in the
    transaction of the merge.
    """

    move: Callable[[CustomerMerge], Any]
    put_back: Callable[[CustomerMerge, Any], None]


def rows_of(table: Manager[Any]) -> Part:
    """The rows of a table that name a customer in `customer`: all of them go along, and back."""

    def move(merge: CustomerMerge) -> list[int]:
        rows = table.filter(customer_id=merge.source_id)
        ids = list(rows.order_by("pk").values_list("pk", flat=True))
        rows.update(customer_id=merge.target_id)
        return ids

    def put_back(merge: CustomerMerge, kept: Any) -> None:
        table.filter(pk__in=kept, customer_id=merge.target_id).update(customer_id=merge.source_id)

    return Part(move, put_back)


merging: Registry[Part] = Registry("customers.merging")
"""Rows of other rooms that name a customer."""
