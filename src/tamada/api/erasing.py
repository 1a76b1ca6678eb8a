"""Erasing a person from the answers that are kept for a day, should a request come again."""

import json
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext_lazy as _

from tamada.conversations.models import Conversation
from tamada.core.personal import Eraser, Piece, Subject, erasers, names_any

from .models import StoredResponse


def _kept(subject: Subject) -> list[int]:
    """The answers that name them, or show a conversation of theirs."""
    own = {str(pk) for pk in Conversation.everything.filter(customer__in=subject.ids).values_list("pk", flat=True)}
    people = {str(pk) for pk in subject.ids}
    rows = StoredResponse.objects.exclude(body="").values_list("pk", "location", "body")
    return [
        pk
        for pk, location, body in rows.iterator()
        if names_any(body, subject.telling) or _shows(location, body, own=own, people=people)
    ]


def _shows(location: str, body: str, *, own: set[str], people: set[str]) -> bool:
    parts = location.split("/")
    if any(one == "conversations" and other in own for one, other in pairwise(parts)):
        return True
    try:
        given: Any = json.loads(body)
    except ValueError:
        return False
    if not isinstance(given, dict):
        return False
    customer = given.get("customer")
    person = customer.get("id") if isinstance(customer, dict) else customer
    is_about = person in people or given.get("conversation") in own
    return is_about or ("customers" in parts and given.get("id") in people)


def _erase(subject: Subject, after: int) -> Piece:
    """The key stays used: the request is not done again, and its answer is empty from now on."""
    del after
    ids = _kept(subject)
    return Piece(StoredResponse.objects.filter(pk__in=ids).update(body=""))


erasers.register(
    "stored_answers",
    Eraser(
        _("Answers to programs that are kept for a day"),
        lambda subject: len(_kept(subject)),
        _erase,
        ("api.StoredResponse",),
    ),
)
