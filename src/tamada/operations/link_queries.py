"""Reading links: whose requests one opens, and which of a customer's still do."""

import hashlib

from django.db.models import QuerySet
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.customers import queries as customers
from tamada.customers.models import Customer

from .errors import LinkOver, NoLink
from .models import RequestLink


def digest_of(words: str) -> str:
    """What is stored of a link. The words are random enough that nobody finds them by trying."""
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()


def link_for(words: str) -> tuple[RequestLink, Customer]:
    """The link of these words, and whose requests it opens by now. Raises `NoLink`, `LinkOver`."""
    row = RequestLink.objects.filter(digest=digest_of(words)).select_related("customer").first()
    if row is None:
        raise NoLink
    customer: Customer | None = row.customer
    if row.customer.merged_into_id:
        customer = Customer.objects.filter(pk=customers.merged_into(row.customer_id) or 0).first()
    if customer is None or customer.erased_at is not None:
        raise NoLink
    if not row.is_living:
        raise LinkOver(revoked=row.revoked_at is not None)
    return row, customer


def links_of(agent: Agent, customer: Customer) -> QuerySet[RequestLink]:
    """The links of a customer that still open something, the newest first."""
    seen = customers.visible_to(agent).filter(pk=customer.pk)
    living = RequestLink.objects.filter(customer__in=seen, revoked_at=None, expires_at__gt=timezone.now())
    return living.select_related("made_by", "job")
