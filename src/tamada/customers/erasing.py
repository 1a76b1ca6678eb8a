"""Erasing a customer: addresses go first, so that whoever writes meanwhile is somebody new; the empty row stays."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tamada.core.personal import Eraser, Piece, Subject, erasers, names_any, without
from tamada.search.index import forget_customers
from tamada.search.upkeep import forget_words
from tamada.search.vocabulary import Kind

from .erased import digest_of, keep_away
from .indexing import document
from .models import BlockedSender, Customer, CustomerMerge, Identity, Organisation
from .queries import everybody_in

_EMPTY: Final[dict[str, object]] = {
    "name": "",
    "organisation": None,
    "language": "",
    "time_zone": "",
    "city": "",
    "note": "",
    "attributes": {},
}


def subject_of(customer: Customer, at: datetime) -> Subject:
    """Everything by which a customer can be found, also as whoever was merged into them."""
    people = {customer.pk: customer} | everybody_in(customer.pk)
    addresses = Identity.objects.filter(customer__in=people).values_list("type", "value", "display")
    spelt = {(kind, written): None for kind, *ways in addresses for written in ways if written}
    names = dict.fromkeys(person.name for person in people.values() if person.name)
    return Subject(tuple(sorted(people)), tuple(spelt), tuple(names), at)


# --- addresses --------------------------------------------------------------------------------------------------------


def _erase_addresses(subject: Subject, after: int) -> Piece:
    del after
    with transaction.atomic():
        rows = list(Identity.objects.filter(customer__in=subject.ids).order_by("pk")[:200])
        keep_away((digest_of(row.type, row.value) for row in rows), subject.at)
        Identity.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return Piece(len(rows), rows[-1].pk if rows else None)


# --- the profile ------------------------------------------------------------------------------------------------------


def _full(subject: Subject) -> QuerySet[Customer]:
    return Customer.everything.filter(pk__in=subject.ids, erased_at__isnull=True)


def _erase_profile(subject: Subject, after: int) -> Piece:
    del after
    with transaction.atomic():
        rows = list(_full(subject).select_for_update(of=("self",)).select_related("organisation"))
        words = {w for row in rows for w in document(row, (), "").terms.split()}
        words |= {w for spelling in subject.words for w in document(Customer(name=spelling), ()).terms.split()}
        Customer.everything.filter(pk__in=subject.ids).update(**_EMPTY, erased_at=timezone.now())
        Customer.tags.through.objects.filter(customer__in=subject.ids).delete()
        forget_customers(subject.ids)
        forget_words(Kind.CUSTOMER, words)
    return Piece(len(rows))


# --- what is noted elsewhere ------------------------------------------------------------------------------------------


def _noting(subject: Subject) -> list[Customer | Organisation | BlockedSender]:
    """Notes on others, on companies and beside blocks that name them."""
    asked, beside = Q(pk__in=[]), Q(pk__in=[])
    for word in subject.telling:
        asked, beside = asked | Q(note__icontains=word), beside | Q(reason__icontains=word)
    rows: list[Customer | Organisation | BlockedSender] = [
        *Customer.everything.filter(asked).exclude(pk__in=subject.ids),
        *Organisation.objects.filter(asked),
        *BlockedSender.objects.filter(beside),
    ]
    return [row for row in rows if names_any(_noted(row), subject.telling)]


def _noted(row: Customer | Organisation | BlockedSender) -> str:
    return row.reason if isinstance(row, BlockedSender) else row.note


def _erase_notes(subject: Subject, after: int) -> Piece:
    del after
    rows = _noting(subject)
    with transaction.atomic():
        for row in rows:
            field = "reason" if isinstance(row, BlockedSender) else "note"
            setattr(row, field, without(_noted(row), subject.telling))
            row.save(update_fields=[field])
    return Piece(len(rows))


# --- blocks and merges ------------------------------------------------------------------------------------------------


def _blocks(subject: Subject) -> QuerySet[BlockedSender]:
    return BlockedSender.objects.filter(value__in={word.casefold() for word in subject.spellings})


def _erase_blocks(subject: Subject, after: int) -> Piece:
    del after
    return Piece(_blocks(subject).delete()[0])


def _merges(subject: Subject) -> QuerySet[CustomerMerge]:
    return CustomerMerge.objects.filter(Q(target__in=subject.ids) | Q(source__in=subject.ids))


def _erase_merges(subject: Subject, after: int) -> Piece:
    del after
    return Piece(_merges(subject).delete()[0])


erasers.register(
    "addresses",
    Eraser(
        _("Addresses and numbers"),
        lambda subject: Identity.objects.filter(customer__in=subject.ids).count(),
        _erase_addresses,
        ("customers.Identity",),
        kept=lambda subject: len({digest_of(*address) for address in subject.addresses}),
        why=_(
            "A keyed digest of each, so that no import and no backup brings the person back. "
            "No address can be read out of it."
        ),
    ),
)
erasers.register(
    "profile",
    Eraser(
        _("Profile"),
        lambda subject: _full(subject).count(),
        _erase_profile,
        ("customers.Customer", "customers.Customer_tags"),
        kept=lambda subject: len(subject.ids),
        why=_("The customer's number, and when they first and last wrote, so that counts stay right."),
    ),
)
erasers.register(
    "blocks",
    Eraser(
        _("Blocks of their address"),
        lambda subject: _blocks(subject).count(),
        _erase_blocks,
        ("customers.BlockedSender",),
    ),
)
erasers.register(
    "noted",
    Eraser(
        _("Notes on others that name them"),
        lambda subject: len(_noting(subject)),
        _erase_notes,
        ("customers.Organisation",),
        kept=lambda subject: len(_noting(subject)),
        why=_("What was noted there about others; this person's addresses and full names are taken out."),
    ),
)
erasers.register(
    "customer_merges",
    Eraser(
        _("What it takes to undo merges of them"),
        lambda subject: _merges(subject).count(),
        _erase_merges,
        ("customers.CustomerMerge",),
    ),
)
