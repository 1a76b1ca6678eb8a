"""Every write of this room."""

from .definitions import define_attribute, drop_attribute
from .identity import (
    add_given_number,
    add_identity,
    count_bounce,
    heard_from,
    note_display,
    pause_identity,
    remove_identity,
    resume_identity,
    type_given,
    verify_identity,
)
from .imports import import_customers
from .ingest import customers_for
from .merge import merge_customers, undo_customer_merge
from .organisations import create_organisation, organisation_named, update_organisation
from .people import CustomerFields, create_customer, update_customer
from .senders import block_sender, unblock_sender
from .tags import tags_for, update_tag

__all__ = [
    "CustomerFields",
    "add_given_number",
    "add_identity",
    "block_sender",
    "count_bounce",
    "create_customer",
    "create_organisation",
    "customers_for",
    "define_attribute",
    "drop_attribute",
    "heard_from",
    "import_customers",
    "merge_customers",
    "note_display",
    "organisation_named",
    "pause_identity",
    "remove_identity",
    "resume_identity",
    "tags_for",
    "type_given",
    "unblock_sender",
    "undo_customer_merge",
    "update_customer",
    "update_organisation",
    "update_tag",
    "verify_identity",
]
