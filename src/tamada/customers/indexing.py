"""Customers in the search index: their names and addresses, written in the transaction that changes them."""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Max

from tamada.kit.text import analyse, detect_language
from tamada.search.index import Document, index_customers

from .models import Customer, Identity

BATCH = 200


def index(customer: Customer) -> None:
    """Put the customer as stored into the index, in place of what was there."""
    index_customers([_stored(customer)])


def index_all(pks: Iterable[int]) -> None:
    """As `index`, for many in a few statements."""
    rows = Customer.objects.filter(pk__in=list(pks)).select_related("organisation").prefetch_related("identities")
    index_customers([_stored(customer) for customer in rows])


def index_people_of(organisation_id: int) -> None:
    """The same for everybody of a company, however many, in transactions that let others write in between."""
    people, last = Customer.objects.filter(organisation=organisation_id).order_by("pk"), 0
    while ids := list(people.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            # Locked and read in here: what somebody changes meanwhile is indexed by them, after us or before us.
            rows = people.filter(pk__in=ids).select_for_update(of=("self",))
            index_customers(
                [_stored(row) for row in rows.select_related("organisation").prefetch_related("identities")]
            )
        last = ids[-1]


def document(customer: Customer, identities: Iterable[Identity], organisation: str = "") -> Document:
    """What the index holds of a customer, from parts known already."""
    words = [customer.name, customer.city]
    words += [word for identity in identities for word in {identity.value, identity.display} if word]
    text = " ".join(word for word in words if word)
    terms = analyse(text, customer.language or detect_language(customer.name))
    # A company's name is in its own language, whatever its people write in.
    company = analyse(organisation, detect_language(organisation)) if organisation else []
    return Document(customer.pk, " ".join([*terms, *company]))


def read_ahead(text: str) -> None:
    """Load the dictionaries that a text needs. Call it before the transaction: the first time takes a moment."""
    analyse(text, detect_language(text))


def _stored(customer: Customer) -> Document:
    organisation = customer.organisation.name if customer.organisation else ""
    return document(customer, customer.identities.all(), organisation)


def documents_after(last: int, limit: int) -> Sequence[Document]:
    """The documents of the next customers by id."""
    rows = Customer.objects.filter(pk__gt=last).select_related("organisation").prefetch_related("identities")
    return [_stored(customer) for customer in rows.order_by("pk")[:limit]]


def total() -> int:
    """About how many customers there are, at no cost."""
    return Customer.objects.aggregate(last=Max("pk"))["last"] or 0


def count() -> int:
    """How many customers are searched."""
    return Customer.objects.count()
