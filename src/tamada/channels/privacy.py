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
from .originals import names_of


def _originals(customer_id: int) -> QuerySet[Message]:
    return messages_about(customer_id).exclude(raw="")


def _rows(customer_id: int) -> Iterator[dict[str, Any]]:
    for one in _originals(customer_id).only("raw", "data", "created_at").order_by("pk").iterator(500):
        for raw in sorted(names_of([one])):
            yield {"file": f"mail/{raw}.eml", "at": one.created_at}


def _files(customer_id: int) -> Iterator[StoredFile]:
    for one in _originals(customer_id).only("raw", "data").order_by("pk").iterator(500):
        for raw in sorted(names_of([one])):
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
