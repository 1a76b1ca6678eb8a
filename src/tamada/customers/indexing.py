"""Customers in the search index: their names and addresses, written in the transaction that changes them."""

from collections.abc import Iterable

from tamada.kit.text import detect_language, index_text
from tamada.search.index import index_customers

from .models import Customer, Identity


def index(customer: Customer) -> None:
    """Put the customer as stored into the index, in place of what was there."""
    organisation = customer.organisation.name if customer.organisation else ""
    index_customers([document(customer, customer.identities.all(), organisation)])


def document(customer: Customer, identities: Iterable[Identity], organisation: str = "") -> tuple[int, str, str]:
    """What the index holds of a customer, from parts known already: id, lemmas, trigrams."""
    words = [customer.name, organisation, customer.city]
    words += [word for identity in identities for word in {identity.value, identity.display} if word]
    text = " ".join(word for word in words if word)
    analysed = index_text(text, customer.language or detect_language(customer.name))
    return customer.pk, analysed.lemmas, analysed.trigrams
