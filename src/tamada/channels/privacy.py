"""The mails of a person as they came, for exports."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tamada.conversations.models import Message
from tamada.conversations.privacy import messages_about
from tamada.core.personal import Holding, StoredFile, holdings

from .journal import default_journal


def _originals(customer_id: int) -> QuerySet[Message]:
    return messages_about(customer_id).exclude(raw="")


def _rows(customer_id: int) -> Iterator[dict[str, Any]]:
    for raw, at in _originals(customer_id).order_by("pk").values_list("raw", "created_at").iterator(500):
        yield {"file": f"mail/{raw}.eml", "at": at}


def _files(customer_id: int) -> Iterator[StoredFile]:
    for raw in _originals(customer_id).order_by("pk").values_list("raw", flat=True).iterator(500):
        yield StoredFile(f"mail/{raw}.eml", partial(_bytes, raw))


def _bytes(name: str) -> bytes | None:
    try:
        return default_journal().raw_bytes(name)
    except (FileNotFoundError, ValueError):
        return None


holdings.register(
    "originals",
    Holding(
        _("Mails as they came"),
        _("So that nothing is lost, should we ever have read a mail wrongly."),
        _rows,
        lambda pk: _originals(pk).count(),
        _files,
    ),
)
