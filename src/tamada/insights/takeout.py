"""Problems and what was done about them, in an export of everything. Topics are worked out from messages anew."""

from tamada.core.takeout import datasets, of_fields

from .models import Problem

datasets.register(
    "problems",
    of_fields(
        "problems",
        lambda: Problem.objects.select_related("owner", "solved_by"),
        id="pk",
        conversation="conversation_id",
        message="message_id",
        state="state",
        owner="owner.email",
        outcome="outcome",
        solved_by="solved_by.email",
        solved_at="solved_at",
        created_at="created_at",
    ),
)
