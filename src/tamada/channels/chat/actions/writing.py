"""What a visitor writes becomes a message: once, however often their browser sends it."""

from collections.abc import Sequence
from typing import Final

from django.db import IntegrityError

from tamada.core.gather import Gather
from tamada.customers.models import BlockedSender
from tamada.kit.text import analyse, detect_language

from ..errors import FormFirst, NoFile, NothingSaid, Refused, TooLong
from ..models import Thread, Visitor
from ..settings import LARGEST_TEXT, MOST_FILES, settings_of
from .storing import Sent, Words, store
from .visitors import known_customer

MOST_AT_ONCE: Final = 100

_gather: Gather[Words, Sent] = Gather(store, most=MOST_AT_ONCE)


def receive_from_visitor(
    *, visitor: Visitor, thread: Thread | None, client_id: str, text: str, files: Sequence[int] = ()
) -> Sent:
    """Store what a visitor wrote, in `thread` or a new one; it is on disk when this returns.

    What several write at the same moment goes to disk together. The same `client_id` again returns what it became.
    Raises `NothingSaid`, `TooLong`, `UsedBefore`, `Refused`, `NoFile`, `FormFirst`.
    """
    words = _read(visitor, thread, client_id, text, files)
    _check_welcome(visitor)
    if thread is None:
        _check_form(visitor)
    try:
        return _gather.put(words)
    except IntegrityError:
        # On PostgreSQL two tries at once both look before either has written: now the other one is found.
        return _gather.put(words)


def _read(visitor: Visitor, thread: Thread | None, client_id: str, text: str, files: Sequence[int]) -> Words:
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if len(text.encode("utf-8", "replace")) > LARGEST_TEXT:
        raise TooLong
    if not text and not files:
        raise NothingSaid
    if len(files) > MOST_FILES:
        raise NoFile
    language = detect_language(text)
    lemmas = " ".join(analyse(text, language))
    return Words(visitor, thread, client_id, text, language, lemmas, tuple(dict.fromkeys(files)))


def _check_welcome(visitor: Visitor) -> None:
    customer = known_customer(visitor)
    address = visitor.email.casefold()
    names = {address, f"@{address.rpartition('@')[2]}"} if address else set()
    if (customer and customer.blocked_at) or BlockedSender.objects.filter(value__in=names).exists():
        raise Refused


def _check_form(visitor: Visitor) -> None:
    form = settings_of(visitor.inbox).form
    missing = [str(f["name"]) for f in form if f["required"] and not getattr(visitor, f["name"])]
    if missing and not visitor.user:
        raise FormFirst(missing)
