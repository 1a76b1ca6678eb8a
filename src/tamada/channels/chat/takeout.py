"""Visitors in an export of everything; their tokens are known to nobody."""

from tamada.core.takeout import datasets, of_fields

from .models import Visitor

datasets.register(
    "chat_visitors",
    of_fields(
        "chat_visitors",
        lambda: Visitor.objects.select_related("inbox"),
        id="pk",
        inbox="inbox.name",
        customer="customer_id",
        user="user",
        name="name",
        email="email",
        language="language",
        page="page",
        referrer="referrer",
        created_at="created_at",
        seen_at="seen_at",
    ),
)
