"""What a visitor writes becomes a message: once, however often their browser sends it."""

from collections.abc import Sequence
from typing import Final

from django.db import IntegrityError

from tamada.core.gather import Gather
from tamada.kit.text import analyse, detect_language

from ..errors import NoFile, NothingSaid, TooLong
from ..models import Thread, Visitor
from ..settings import LARGEST_TEXT, MOST_FILES
from .storing import Letter, Sent, store
from .visitors import page_address
from .writers import Browser, Writer

MOST_AT_ONCE: Final = 100

_gather: Gather[Letter, Sent] = Gather(store, most=MOST_AT_ONCE)


def receive_from_visitor(
    *, visitor: Visitor, thread: Thread | None, client_id: str, text: str, files: Sequence[int] = ()
) -> Sent:
    """Store what a visitor wrote, in `thread` or a new one; it is on disk when this returns.

    What several write at the same moment goes to disk together. The same `client_id` again returns what it became.
    Raises `NothingSaid`, `TooLong`, `UsedBefore`, `Refused`, `NoFile`, `FormFirst`.
    """
    return _put(_read(Writer(visitor, thread), client_id, text, files, visitor.page))


def receive_from_browser(
    *, browser: Browser, client_id: str, text: str, files: Sequence[int] = (), page: str | None = None
) -> Sent:
    """The same for whoever a browser turns out to be: they are looked up together with the others of the moment.

    Raises also `Stranger`, `WrongSite`, `NoThread`.
    """
    return _put(_read(browser, client_id, text, files, None if page is None else page_address(page)))


def _put(letter: Letter) -> Sent:
    try:
        return _gather.put(letter)
    except IntegrityError:
        # On PostgreSQL two tries at once both look before either has written: now the other one is found.
        return _gather.put(letter)


def _read(writer: Browser | Writer, client_id: str, text: str, files: Sequence[int], page: str | None) -> Letter:
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if len(text.encode("utf-8", "replace")) > LARGEST_TEXT:
        raise TooLong
    if not text and not files:
        raise NothingSaid
    if len(files) > MOST_FILES:
        raise NoFile
    language = detect_language(text)
    lemmas = " ".join(analyse(text, language))
    return Letter(writer, client_id, text, language, lemmas, tuple(dict.fromkeys(files)), page)
