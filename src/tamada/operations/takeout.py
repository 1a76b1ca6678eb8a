"""Promises, in an export of everything."""

from tamada.core.takeout import datasets, of_fields

from .models import Commitment

datasets.register(
    "commitments",
    of_fields(
        "commitments",
        lambda: Commitment.objects.select_related("owner", "settled_by"),
        id="pk",
        customer="customer_id",
        conversation="conversation_id",
        message="message_id",
        text="text",
        state="state",
        due_at="due_at",
        first_due_at="first_due_at",
        moved="moved",
        reason="reason",
        owner="owner.email",
        settled_by="settled_by.email",
        settled_at="settled_at",
        created_at="created_at",
    ),
)
