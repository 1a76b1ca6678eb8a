"""How much a request may bring, by what its headers prove: before a body goes to disk, the door is asked who is there.

Only a body too large for memory costs this look. What its sender may do with it is judged later, where it always was.
"""

from collections.abc import Callable
from typing import Final

from django.core.exceptions import PermissionDenied

from tamada.channels.chat.settings import LARGEST_FILE
from tamada.config.bridge import IN_MEMORY, LARGEST_BODY, type_scope
from tamada.config.stream import by_session, by_token, by_visitor, header
from tamada.kit.numbers import row_number

STRANGERS: Final = IN_MEMORY
VISITORS: Final = 2 * LARGEST_FILE  # A file somewhat too large still gets the answer that says so.


def most_from(scope: type_scope) -> int:
    """The most bytes that this request's body may have. Asks the database."""
    doors = ((proves, most) for below, proves, most in _DOORS if scope["path"].startswith(below))
    proves, most = next(doors, (by_session, LARGEST_BODY))
    try:
        return most if proves(scope) else STRANGERS
    except PermissionDenied:
        return STRANGERS


def _by_link(scope: type_scope) -> bool:
    """A customer's link to their own requests, which stands in the path."""
    from tamada.operations.errors import LinkOver, NoLink
    from tamada.operations.link_queries import link_for

    try:
        link_for(scope["path"].split("/")[2])
    except (LinkOver, NoLink):
        return False
    return True


def _by_provider(scope: type_scope) -> bool:
    """A mail provider that bears the inbox's secret."""
    from tamada.channels.email.webhooks import is_provider

    return is_provider(row_number(scope["path"].rpartition("/")[2]), header(scope, b"authorization"))


_DOORS: Final[tuple[tuple[str, Callable[[type_scope], object], int], ...]] = (
    ("/api/", by_token, LARGEST_BODY),
    ("/widget/", by_visitor, VISITORS),
    ("/requests/", _by_link, LARGEST_BODY),
    ("/hooks/mail/", _by_provider, LARGEST_BODY),
)
