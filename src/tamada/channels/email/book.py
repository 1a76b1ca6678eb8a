"""Which inboxes take a mail for an address: exact, alias, plus-addressing, and our signed reply addresses."""

import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field

from django.db import DatabaseError, connection

from tamada.channels.email.models import MailAccount
from tamada.channels.email.threads import conversation_of_reply_address
from tamada.conversations.models import Conversation
from tamada.kit.domains import comparable

FRESH_SECONDS = 1.0
"""How long a known address is believed without another look."""


def normal_key(address: str) -> str:
    """The address as it is compared: case folded, its domain in the ASCII form that mail is sent to."""
    local, _, domain = address.strip().rpartition("@")
    return f"{local.casefold()}@{comparable(domain)}"


@dataclass(slots=True)
class _Page:
    """What was read at one moment."""

    inboxes: dict[str, int] = field(default_factory=dict)
    reply_domains: frozenset[str] = frozenset()
    read_at: float = 0.0


class AddressBook:
    """Looks addresses up; safe from several threads. A miss always asks the database, so a new inbox counts at once."""

    def __init__(self) -> None:
        self._page = _Page()
        self._guard = threading.Lock()

    def learn(self) -> None:
        """Know the addresses before the first mail: the database may be away when it comes."""
        with suppress(DatabaseError):
            self._read()

    def cached(self, address: str) -> int | None:
        """The inbox of an address seen lately; None when the database has to be asked."""
        page = self._page
        if time.monotonic() - page.read_at > FRESH_SECONDS:
            return None
        return _find(page.inboxes, normal_key(address))

    def find(self, address: str) -> int | None:
        """The inbox that takes mail for the address, or None. Raises DatabaseError only when it was never known."""
        key = normal_key(address)
        try:
            page = self._read()
            found = _find(page.inboxes, key)
            return found if found is not None else _find_reply(page, key)
        except DatabaseError:
            # What was an inbox a moment ago still is: the mail goes to disk, and in when the database is back.
            found = _find(self._page.inboxes, key)
            if found is None:
                raise
            return found

    def _read(self) -> _Page:
        with self._guard:
            if not connection.in_atomic_block:
                connection.close_if_unusable_or_obsolete()
            accounts = MailAccount.objects.filter(inbox__is_active=True)
            page = _Page(read_at=time.monotonic())
            domains = set()
            for inbox, address, aliases, reply_domain in accounts.values_list(
                "inbox_id", "address", "aliases", "reply_domain"
            ):
                for name in (address, *aliases):
                    page.inboxes.setdefault(normal_key(name), inbox)
                if reply_domain:
                    domains.add(comparable(reply_domain))
            page.reply_domains = frozenset(domains)
            self._page = page
            return page


def _find(inboxes: dict[str, int], key: str) -> int | None:
    found = inboxes.get(key)
    if found is None and "+" in key:
        local, _, domain = key.rpartition("@")
        found = inboxes.get(f"{local.partition('+')[0]}@{domain}")
    return found


def _find_reply(page: _Page, key: str) -> int | None:
    """`reply+TOKEN@domain` goes where the conversation in the token lives, or lived before it was merged or deleted."""
    if key.rpartition("@")[2] not in page.reply_domains:
        return None
    pk = conversation_of_reply_address(key)
    if pk is None:
        return None
    return Conversation.everything.filter(pk=pk).values_list("inbox_id", flat=True).first()
