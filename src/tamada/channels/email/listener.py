"""The mail listeners: SMTP on one port, LMTP on the next. 250 is said once the raw message is on disk, never before."""

import asyncio
import functools
import logging
import socket
import ssl
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import Error as AnyDatabaseError
from django.db import connection

from tamada.channels.email.book import AddressBook
from tamada.channels.email.declared import MAX_BYTES
from tamada.channels.email.smtp import Load, Mail, Session
from tamada.channels.journal import DiskShortError, Journal, default_journal
from tamada.core import health, loops, settings_store

log = logging.getLogger(__name__)

WRITERS = 8
DRAIN = 3.0
"""Seconds for who is connected when we stop. On a machine with too much work a mail takes more than one between two
steps; a child has `processes.CHILD_STOP` for all it has to end."""


class JournalPost:
    """Resolves recipients in the database, and keeps messages in the journal off the loop."""

    def __init__(self, journal: Journal, *, size_limit: int | None = None) -> None:
        self.journal = journal
        self.book = AddressBook()
        self.size_limit = size_limit or MAX_BYTES
        self._asks_settings = size_limit is None
        self._loop = asyncio.get_running_loop()
        self._lookups = ThreadPoolExecutor(1, thread_name_prefix="recipients")
        # Disks take many fsyncs at once as easily as one; the folder's is shared by all who wait (`Journal.write`).
        self._writers = ThreadPoolExecutor(WRITERS, thread_name_prefix="journal")

    def known(self, address: str) -> int | None:
        """The inbox of an address seen within the last second."""
        return self.book.cached(address)

    async def learn(self) -> None:
        """Ask for all addresses, off the loop."""
        await self._loop.run_in_executor(self._lookups, self.book.learn)

    async def resolve(self, address: str) -> int | None:
        """Ask the database, off the loop."""
        return await self._loop.run_in_executor(self._lookups, self._resolve, address)

    def _resolve(self, address: str) -> int | None:
        found = self.book.find(address)
        if self._asks_settings:
            with suppress(AnyDatabaseError):  # The limit is as it was, until somebody can say otherwise.
                self.size_limit = int(settings_store.get("mail.max_bytes"))
        return found

    async def keep(self, raw: bytes, mail: Mail) -> str:
        """Wait until the message is on disk; the answer for its sender."""
        return await self._loop.run_in_executor(self._writers, self._write, raw, _meta(mail))

    def _write(self, raw: bytes, meta: dict[str, Any]) -> str:
        try:
            return f"250 2.0.0 Kept as {self.journal.write(raw, meta)}"
        except DiskShortError:
            return "452 4.3.1 Disk space is short here, try again later"
        except OSError as error:
            log.error("A message could not be written.", extra={"reason": type(error).__name__})  # noqa: TRY400
            return "451 4.3.0 The message could not be stored, try again later"

    def close(self) -> None:
        """Finish what is being written."""
        self._writers.shutdown(wait=True)
        self._lookups.submit(_close_connection)
        self._lookups.shutdown(wait=True)


def _close_connection() -> None:
    """The calling thread's own."""
    connection.close()


def _meta(mail: Mail) -> dict[str, Any]:
    return {
        "channel": "email",
        "source": "smtp",
        "inboxes": sorted({inbox for _, inbox in mail.recipients}),
        "from": mail.sender,
        "to": list(dict.fromkeys(address for address, _ in mail.recipients)),
        "peer": mail.peer,
        "helo": mail.greeting,
        "received_at": datetime.now(UTC).isoformat(),
    }


# -- the loop of the mail process ---------------------------------------------------------------------------------


def run_listener(stop: threading.Event) -> None:
    """Listen at `core.loops.doors` until `stop`."""
    if not loops.doors:
        health.announce("mail", host="", ports=[])
        stop.wait()
        return
    # Copies: the listener closes its own, and one that failed is started again.
    doors = [door.dup() for door in loops.doors]
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(serve(default_journal(), doors=doors, stop=stop))


def _loop_factory() -> Any:
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


async def serve(
    journal: Journal,
    *,
    doors: Sequence[socket.socket],
    stop: threading.Event,
    size_limit: int | None = None,
    load: Load | None = None,
    tls: ssl.SSLContext | None = None,
) -> None:
    """Accept mail at the two doors (SMTP, LMTP) until `stop`; messages in flight are finished."""
    post = JournalPost(journal, size_limit=size_limit)
    await post.learn()
    load = load or Load()
    make = functools.partial(Session, post, load, hostname=_hostname(), tls=tls or tls_context())
    loop = asyncio.get_running_loop()
    smtp, lmtp = doors
    addresses = [door.getsockname() for door in doors]
    servers = [
        await loop.create_server(make, sock=smtp, backlog=512),
        await loop.create_server(functools.partial(make, lmtp=True), sock=lmtp, backlog=512),
    ]
    health.announce("mail", host=addresses[0][0], ports=[address[1] for address in addresses])
    try:
        await loop.run_in_executor(None, stop.wait)
    finally:
        health.withdraw("mail")
        for server in servers:
            server.close()
        await _drain(load)
        post.close()
        await asyncio.sleep(0.05)  # the last answers leave


async def _drain(load: Load) -> None:
    """Who is connected may go on for a moment: a mail on its way is kept, and its sender need not come again."""
    loop = asyncio.get_running_loop()
    ends = loop.time() + DRAIN
    while load.connections and loop.time() < ends:  # noqa: ASYNC110  nobody tells of an end
        await asyncio.sleep(0.02)


def tls_context() -> ssl.SSLContext | None:
    """STARTTLS is offered when `DATA/tls/mail.crt` and `mail.key` lie in the data directory."""
    folder = Path(settings.TAMADA.data_dir) / "tls"
    certificate, key = folder / "mail.crt", folder / "mail.key"
    if not (certificate.exists() and key.exists()):
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context


def _hostname() -> str:
    """Never by asking the network, which may take its time to say nothing."""
    name = socket.gethostname()
    return name if name.isascii() and " " not in name else "localhost"
