"""What happens to customers. Events hold ids and short codes, never text."""

from dataclasses import dataclass
from typing import ClassVar

from tamada.core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerEvent(Event):
    """Base: something about one customer."""

    type: ClassVar[str] = ""
    customer: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerCreated(CustomerEvent):
    """Somebody is new here."""

    type: ClassVar[str] = "customer.created"


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerUpdated(CustomerEvent):
    """Something about a customer changed; `fields` names what."""

    type: ClassVar[str] = "customer.updated"
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerMerged(CustomerEvent):
    """A customer turned out to be another one (`into`)."""

    type: ClassVar[str] = "customer.merged"
    into: int
    merge: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerParted(CustomerEvent):
    """A merge was undone: this customer is one of their own again."""

    type: ClassVar[str] = "customer.parted"
    into: int
    merge: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerErased(CustomerEvent):
    """A person was erased: this number says nothing any more, here and wherever it was copied to."""

    type: ClassVar[str] = "customer.erased"
    erasure: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomersImported(Event):
    """People of an archive were read in; `total` of them are new. Nobody is told of each."""

    type: ClassVar[str] = "customers.imported"
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationChanged(Event):
    """An organisation was made or changed."""

    type: ClassVar[str] = "organisation.changed"
    organisation: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TagChanged(Event):
    """A tag was made, renamed or recoloured."""

    type: ClassVar[str] = "tag.changed"
    tag: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderBlocked(Event):
    """Mail of a sender is refused from now on."""

    type: ClassVar[str] = "sender.blocked"
    sender: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderUnblocked(Event):
    """A sender may write again."""

    type: ClassVar[str] = "sender.unblocked"
    sender: int
