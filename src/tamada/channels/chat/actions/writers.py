"""Who writes, and where: found for all who write at one moment together, and each refused for themselves."""

from collections.abc import Sequence
from dataclasses import dataclass

from tamada.customers.queries import is_blocked

from ..errors import ChatError, FormFirst, NoThread, Refused, Stranger, WrongSite
from ..models import Thread, Visitor
from ..queries import own_threads, threads_of, visitor_by
from ..settings import settings_of
from .visitors import known_customer


@dataclass(frozen=True, slots=True)
class Browser:
    """What a browser says of itself: its token (what is kept of it), its site, and the thread; None begins one."""

    token: str
    origin: str
    thread: int | None


@dataclass(frozen=True, slots=True)
class Writer:
    """A visitor, and the thread they write in; None begins one."""

    visitor: Visitor
    thread: Thread | None


def find_writers(browsers: Sequence[Browser | Writer]) -> list[Writer | ChatError]:
    """Who each of them is, or why they are refused. Usually one query for all."""
    asked = [one for one in browsers if isinstance(one, Browser)]
    own = own_threads([(one.token, one.thread) for one in asked if one.thread is not None])
    found: list[Writer | ChatError] = []
    for one in browsers:
        try:
            writer = _named(one, own.get((one.token, one.thread or 0))) if isinstance(one, Browser) else one
            _check_welcome(writer)
            found.append(writer)
        except ChatError as refusal:
            found.append(refusal)
    return found


def _named(browser: Browser, own: Thread | None) -> Writer:
    """By their own thread, or by the token alone. Raises `Stranger`, `WrongSite`, `NoThread`."""
    visitor = own.visitor if own else visitor_by(browser.token)
    if visitor is None:
        raise Stranger
    if not settings_of(visitor.inbox).allows(browser.origin):
        raise WrongSite
    if own is not None or browser.thread is None:
        return Writer(visitor, own)
    # Another browser of the same user began it, or it is not theirs.
    thread = threads_of(visitor).filter(pk=browser.thread).first()
    if thread is None:
        raise NoThread
    return Writer(visitor, thread)


def _check_welcome(writer: Writer) -> None:
    """Raises `Refused`, and `FormFirst` for a first message."""
    visitor = writer.visitor
    customer = known_customer(visitor)
    if (customer and customer.blocked_at) or (visitor.email and is_blocked([visitor.email])):
        raise Refused
    form = settings_of(visitor.inbox).form if writer.thread is None and not visitor.user else []
    missing = [str(f["name"]) for f in form if f["required"] and not getattr(visitor, f["name"])]
    if missing:
        raise FormFirst(missing)
