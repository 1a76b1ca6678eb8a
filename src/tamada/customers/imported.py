"""A person as an archive of another system tells of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedPerson:
    """`addresses` are pairs of type and value as they were written; `attributes` were checked before.

    `stand_in` is what they are called until their name is known.
    """

    name: str = ""
    stand_in: str = ""
    addresses: Sequence[tuple[str, str]] = ()
    organisation: str = ""
    language: str = ""
    city: str = ""
    note: str = ""
    tags: Sequence[str] = ()
    attributes: Mapping[str, object] = field(default_factory=dict)
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ImportedCustomer:
    """Who a person became: somebody new, or somebody known who perhaps learned something."""

    customer_id: int
    is_new: bool
