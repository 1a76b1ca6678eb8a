"""Fetching mail over IMAP (RFC 3501, 2177): by UIDVALIDITY and UID, never by what is unread; through the same journal.

The cursor moves only after a mail is in the journal, so a connection that breaks mid-fetch costs nothing. In each round
the UIDs that the server shows are compared with those that were seen; one below the cursor that was not is fetched, and
raises an alert.
"""

import contextlib
import imaplib
import logging
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.db import DatabaseError, InterfaceError, connection, transaction
from django.utils import timezone
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError, LoginError

from tamada.channels.email import oauth, reasons, send, uids
from tamada.channels.email.accounts import FIRST_LOOK, credentials_of
from tamada.channels.email.models import ImapAuth, ImapFolder, MailAccount
from tamada.channels.events import ChannelTroubled
from tamada.channels.journal import DiskShortError, Journal, default_journal
from tamada.core import events
from tamada.core.actors import SYSTEM

log = logging.getLogger(__name__)

CHUNK = 20
DATES = 500
"""So many mails are asked for their dates at once: servers take no line of any length (64 KB in Dovecot)."""

MAX_BYTES = 100 * 1024 * 1024
TIMEOUT = 60
IDLE_SECONDS = 240.0
"""IDLE is begun anew before servers (29 minutes, RFC 2177) and firewalls forget the connection."""

LOOK_SECONDS = 60.0
LONGEST_PAUSE = 300.0
_SENT_NAMES = ("Sent", "Sent Items", "Sent Messages", "INBOX.Sent", "[Gmail]/Sent Mail")


class _Client(IMAPClient):  # type: ignore[misc]
    """Sees what came in one piece with the answer to IDLE: it lies in the buffer already, and the socket is silent."""

    def __init__(self, server: "ImapServer", context: ssl.SSLContext) -> None:
        self._server = server
        super().__init__(
            server.host, server.port, ssl=server.tls, ssl_context=context if server.tls else None, timeout=TIMEOUT
        )

    def _create_IMAP4(self) -> Any:  # noqa: N802  the library's name
        server, context = self._server, self.ssl_context

        class Line(imaplib.IMAP4):
            def _create_socket(self, timeout: float | None = None) -> socket.socket:
                plain = send.dial(server.host, server.port, timeout, guarded=server.guarded)
                return context.wrap_socket(plain, server_hostname=server.host) if server.tls else plain

        return Line(server.host, server.port, timeout=TIMEOUT)

    def _poll_socket(self, sock: socket.socket, timeout: float | None = None) -> Any:
        return self._is_buffered() or super()._poll_socket(sock, timeout)

    def _is_buffered(self) -> bool:
        with contextlib.suppress(OSError):  # an encrypted line with nothing to read
            return bool(self._imap.file.peek(1))  # the socket doesn't block here
        return False


@dataclass(frozen=True, slots=True)
class ImapServer:
    """A mailbox as a URL tells it: `imaps://user:password@host:port/FOLDER`, or `imap://` (STARTTLS where offered)."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: bool = True
    folder: str = "INBOX"
    verify: bool = True
    guarded: bool = False

    @classmethod
    def from_url(cls, url: str) -> "ImapServer":
        """Raises ValueError for what is no such URL."""
        parts = urlsplit(url)
        if parts.scheme not in ("imap", "imaps") or not parts.hostname:
            raise ValueError("A mailbox is written imaps://user:password@host:port or imap://….")
        tls = parts.scheme == "imaps"
        return cls(
            host=parts.hostname,
            port=parts.port or (993 if tls else 143),
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            tls=tls,
            folder=unquote(parts.path.strip("/")) or "INBOX",
            verify=parse_qs(parts.query).get("verify", ["1"])[0] not in ("0", "false", "no"),
            guarded=send.is_guarded(url),
        )

    def connect(self, account: MailAccount) -> IMAPClient:
        """A signed-in connection. Raises the network's, IMAP's and OAuthError."""
        context = ssl.create_default_context()
        if not self.verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        client = _Client(self, context)
        try:
            if not self.tls and client.has_capability("STARTTLS"):
                client.starttls(context)
            send.require_encryption(client.socket(), self.host, verify=self.verify)
            if account.auth != ImapAuth.PASSWORD and account.oauth:
                account.refresh_from_db(fields=["oauth"])  # it may have been connected anew, or renewed elsewhere
                _sign_in_with_token(client, account, self.user or account.address)
            else:
                client.login(self.user, self.password)
        except BaseException:
            with contextlib.suppress(OSError, IMAPClientError):
                client.shutdown()
            raise
        return client


def _sign_in_with_token(client: IMAPClient, account: MailAccount, user: str) -> None:
    token = oauth.access_token(account)
    try:
        client.oauth2_login(user, token)
    except LoginError:
        oauth.renewed_token(account, token)  # the next session has it
        raise


def try_fetching(account: MailAccount) -> str:
    """Sign in to the mailbox and open its folder; "" when that works, else what went wrong. Changes nothing."""
    url = credentials_of(account).imap_url
    if not url:
        return reasons.NO_MAILBOX
    try:
        server = ImapServer.from_url(url)
        client = server.connect(account)
        try:
            client.select_folder(server.folder, readonly=True)
        finally:
            _close(client)
    except oauth.OAuthError as error:
        return error.reason
    except LoginError as error:
        return reasons.PASSWORD_REFUSED % {"words": _words(error)}
    except (ValueError, IMAPClientError) as error:
        return reasons.NOT_OPENED % {"words": _words(error)}
    except OSError as error:
        return send.failure(error).detail
    return ""


def _words(error: Exception) -> str:
    """What the server said; the libraries wrap it into the text of a Python value."""
    text = " ".join(str(error).split())
    return re.sub(r"""b(['"])(.*?)\1""", r"\2", text)[:300] or type(error).__name__


class Fetcher:
    """Reads one account's folders into the journal."""

    def __init__(self, account: MailAccount, server: ImapServer, journal: Journal) -> None:
        self.account, self.server, self.journal = account, server, journal
        self.exists = 0

    def round(self, client: IMAPClient) -> int:
        """Fetch what is new in every followed folder; returns how many mails that were."""
        total = 0
        for name, source in self._folders(client):
            total += self._folder(client, name, source)
        return total

    def _folders(self, client: IMAPClient) -> Iterator[tuple[str, str]]:
        yield self.server.folder, "imap"
        if self.account.follow_sent and (sent := sent_folder(client)):
            yield sent, "sent"

    def _folder(self, client: IMAPClient, name: str, source: str) -> int:
        status = client.select_folder(name, readonly=True)
        validity, exists = int(status[b"UIDVALIDITY"]), int(status[b"EXISTS"])
        if name == self.server.folder:
            self.exists = exists
        begun = {"read_since": self.account.import_since}
        folder, _ = ImapFolder.objects.get_or_create(account=self.account, name=name, defaults=begun)
        if folder.uid_validity != validity:
            # A new mailbox under the old name: its UIDs mean other mails. What we have already is known by its bytes.
            folder.uid_validity, folder.last_uid, folder.seen = validity, 0, ""
            folder.read_since = self.account.import_since
            folder.save()
        shown = set(client.search(["UID", "1:*"])) if exists else set()
        folder.server_count = len(shown)
        seen = uids.parse(folder.seen) & shown  # what was deleted there need not be remembered
        if older := self._older(client, folder):
            # The cursor goes back before them: they count as new and not as missed, after a broken line as well.
            seen -= older
            folder.last_uid = min(folder.last_uid, min(older) - 1)
        self._tell_of(folder, {uid for uid in shown - seen if uid <= folder.last_uid})
        fetched = 0
        for chunk in _chunks(sorted(shown - seen), CHUNK):
            fetched += self._chunk(client, folder, seen, chunk, source)
        folder.last_uid = max(seen | {folder.last_uid})
        folder.seen, folder.checked_at = uids.written(seen), timezone.now()
        folder.save()
        return fetched

    def _older(self, client: IMAPClient, folder: ImapFolder) -> set[int]:
        """What was passed over and is wanted now, because somebody chose an earlier date to begin with."""
        since, until = self.account.import_since, folder.read_since
        if until is None or (since is not None and since >= until):
            return set()
        # Servers compare whole days, by whatever zone: a day more at each end, and each mail is looked at once more.
        asked: list[Any] = ["BEFORE", (until + timedelta(days=2)).date()]
        if since is not None:
            asked += ["SINCE", (since - timedelta(days=1)).date()]
        found = {
            uid
            for some in _chunks(client.search(asked), DATES)
            for uid, facts in client.fetch(some, ["INTERNALDATE"]).items()
            if self._is_wanted(facts) and _aware(facts.get(b"INTERNALDATE")) < until
        }
        folder.read_since = since
        return found

    def _chunk(self, client: IMAPClient, folder: ImapFolder, seen: set[int], some: list[int], source: str) -> int:
        """Journal these mails, then move the cursor. Sizes and dates are asked first: a giant is not loaded at all."""
        facts = client.fetch(some, ["RFC822.SIZE", "INTERNALDATE"])
        fetched = 0
        for uid in some:
            if uid in facts and self._is_wanted(facts[uid]):
                fetched += self._one(client, uid, facts[uid], source)
            seen.add(uid)
            folder.last_uid = max(folder.last_uid, uid)
        folder.seen = uids.written(seen)
        folder.save(update_fields=["last_uid", "seen", "read_since", "server_count", "gap"])
        return fetched

    def _is_wanted(self, facts: dict[bytes, Any]) -> bool:
        since = self.account.import_since
        return since is None or _aware(facts.get(b"INTERNALDATE")) >= since

    def _one(self, client: IMAPClient, uid: int, facts: dict[bytes, Any], source: str) -> int:
        part = "BODY.PEEK[]" if int(facts.get(b"RFC822.SIZE", 0)) <= MAX_BYTES else f"BODY.PEEK[]<0.{MAX_BYTES}>"
        answer = client.fetch([uid], [part])
        raw = next((value for key, value in answer.get(uid, {}).items() if key.startswith(b"BODY[")), None)
        if raw is None:
            return 0  # deleted between the two questions
        came = _aware(facts.get(b"INTERNALDATE"))
        self.journal.write(
            raw,
            {
                "channel": "email",
                "source": source,
                "inboxes": [self.account.inbox_id],
                "received_at": came.isoformat(),
                "quiet": came < self.account.created_at - FIRST_LOOK,
            },
        )
        return 1

    def _tell_of(self, folder: ImapFolder, missed: set[int]) -> None:
        """Raise an alert for mail that the cursor had passed by: it comes in now, but somebody should ask why."""
        if missed:
            _tell_trouble(self.account, "gap")
            log.error("Mail had been missed.", extra={"inbox": self.account.inbox_id, "count": len(missed)})
        folder.gap = len(missed)


def sent_folder(client: IMAPClient) -> str | None:
    """The folder for sent mail: by its RFC 6154 mark, else by its usual names."""
    listed = client.list_folders()
    marked = [name for flags, _, name in listed if b"\\Sent" in flags]
    names = {name for _, _, name in listed}
    return marked[0] if marked else next((name for name in _SENT_NAMES if name in names), None)


def _aware(date: datetime | None) -> datetime:
    """IMAPClient gives naive local times."""
    if date is None:
        return timezone.now()
    return date.astimezone(UTC)


def _chunks(items: Iterable[int], size: int) -> Iterator[list[int]]:
    listed = list(items)
    for start in range(0, len(listed), size):
        yield listed[start : start + size]


# -- the loop of the mail process -----------------------------------------------------------------------------------


def run_imap(stop: threading.Event) -> None:
    """Keep one thread for each account with a mailbox; look for new and changed accounts now and then."""
    watchers: dict[int, Watcher] = {}
    try:
        while not stop.is_set():
            try:
                _match(watchers, _accounts(), stop)
            except (DatabaseError, InterfaceError) as error:
                log.warning("The mail accounts can't be read; trying again.", extra={"reason": type(error).__name__})
                connection.close()
            stop.wait(2.0)
    finally:
        _end(list(watchers.values()))
        connection.close()


def _end(watchers: "list[Watcher]") -> None:
    """Within three seconds nobody reads on: whoever follows us (core.leases) must be the only one."""
    for watcher in watchers:
        watcher.stop()
    for cut in (False, True):
        ends = time.monotonic() + 1.5
        for watcher in watchers:
            if cut:
                watcher.cut()
            watcher.thread.join(max(0.0, ends - time.monotonic()))


def _accounts() -> dict[int, tuple[MailAccount, str]]:
    found = {}
    for account in MailAccount.objects.filter(inbox__is_active=True).select_related("inbox"):
        if url := credentials_of(account).imap_url:
            found[account.pk] = (account, url)
    return found


def _match(watchers: "dict[int, Watcher]", accounts: dict[int, tuple[MailAccount, str]], stop: threading.Event) -> None:
    for pk, watcher in list(watchers.items()):
        if pk not in accounts or not watcher.is_for(*accounts[pk]):
            watcher.stop()
            del watchers[pk]
    for pk, (account, url) in accounts.items():
        if pk not in watchers:
            watchers[pk] = Watcher(account, url, default_journal(), stop)
            watchers[pk].start()


class Watcher:
    """One account's thread: fetch, wait for news with IDLE, and come back after any trouble with growing pauses."""

    def __init__(self, account: MailAccount, url: str, journal: Journal, stop: threading.Event) -> None:
        self.account, self.url, self.journal = account, url, journal
        self.all_stop, self.own_stop = stop, threading.Event()
        self.client: IMAPClient | None = None
        self.thread = threading.Thread(target=self._run, name=f"imap-{account.pk}", daemon=True)

    def is_for(self, account: MailAccount, url: str) -> bool:
        """Whether nothing changed that a running thread should know."""
        ours = (self.url, self.account.auth, self.account.follow_sent, self.account.import_since)
        return ours == (url, account.auth, account.follow_sent, account.import_since)

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        self.own_stop.set()

    def cut(self) -> None:
        """End a wait for the server that would last too long."""
        if self.thread.is_alive() and (client := self.client) is not None:
            # The socket alone: closing the library's file would wait for the very answer that is not coming.
            with contextlib.suppress(OSError, IMAPClientError):
                client.socket().shutdown(socket.SHUT_RDWR)

    def _stopped(self) -> bool:
        return self.own_stop.is_set() or self.all_stop.is_set()

    def _run(self) -> None:
        pause = 1.0
        while not self._stopped():
            began = time.monotonic()
            try:
                self._session()
            except DiskShortError:
                self._trouble("disk", reasons.DISK_SHORT)
            except oauth.OAuthError as error:
                self._trouble("sign-in", error.reason)
            except send.NotEncrypted:
                self._trouble("sign-in", reasons.NO_ENCRYPTION)
            except (OSError, IMAPClientError) as error:
                self._trouble("connection", reasons.MAILBOX_UNREADABLE % {"kind": type(error).__name__})
            except (DatabaseError, InterfaceError):
                connection.close()
            except Exception:
                log.exception("Fetching mail failed.", extra={"inbox": self.account.inbox_id})
                self._trouble("error", reasons.FETCHING_FAILED)
            pause = 1.0 if time.monotonic() - began > 120 else min(LONGEST_PAUSE, pause * 2)
            self.own_stop.wait(0 if self._stopped() else pause)
        connection.close()

    def _session(self) -> None:
        server = ImapServer.from_url(self.url)
        self.client = client = server.connect(self.account)
        fetcher = Fetcher(self.account, server, self.journal)
        try:
            while not self._stopped():
                fetcher.round(client)
                self._well()
                _wait_for_news(client, fetcher, self._stopped)
        finally:
            self.client = None
            _close(client)

    def _well(self) -> None:
        MailAccount.objects.filter(pk=self.account.pk).update(last_ok_at=timezone.now())

    def _trouble(self, code: str, reason: str) -> None:
        log.warning("A mailbox can't be read.", extra={"inbox": self.account.inbox_id, "reason": code})
        try:
            known = MailAccount.objects.get(pk=self.account.pk)
            is_news = known.last_error != reason or (known.last_ok_at or known.created_at) > (
                known.last_error_at or known.created_at - timedelta(seconds=1)
            )
            MailAccount.objects.filter(pk=known.pk).update(last_error=reason[:500], last_error_at=timezone.now())
            if is_news:
                _tell_trouble(self.account, code)
        except (DatabaseError, InterfaceError, MailAccount.DoesNotExist):
            connection.close()


def _close(client: IMAPClient) -> None:
    """Say goodbye, or at least hang up."""
    try:
        client.logout()
    except (OSError, IMAPClientError):
        with contextlib.suppress(OSError, IMAPClientError):
            client.shutdown()


def _wait_for_news(client: IMAPClient, fetcher: Fetcher, stopped: Callable[[], bool]) -> None:
    """Until something changes in the folder; without IDLE, or to look at Sent as well, a minute at most."""
    status = client.select_folder(fetcher.server.folder, readonly=True)
    if int(status[b"EXISTS"]) != fetcher.exists:
        return  # it came while we were looking elsewhere: IDLE would not tell
    follows_sent = fetcher.account.follow_sent
    limit = LOOK_SECONDS if follows_sent or not client.has_capability("IDLE") else IDLE_SECONDS
    deadline = time.monotonic() + limit
    if not client.has_capability("IDLE"):
        while not stopped() and time.monotonic() < deadline:
            time.sleep(0.5)
        return
    client.idle()
    try:
        silent = 0
        while not stopped() and time.monotonic() < deadline:
            asked = time.monotonic()
            found = client.idle_check(timeout=1.0)
            if any(len(news) > 1 and news[1] in (b"EXISTS", b"EXPUNGE") for news in found):
                return
            # A line that died answers at once, with nothing: the library takes its end for silence.
            silent = silent + 1 if not found and time.monotonic() - asked < 0.5 else 0
            if silent > 5:
                raise ConnectionResetError
    finally:
        client.idle_done()


@transaction.atomic
def _tell_trouble(account: MailAccount, reason: str) -> None:
    keys = frozenset({"role:admin", f"inbox:{account.inbox_id}"})
    events.record(ChannelTroubled(audience=keys, inbox=account.inbox_id, reason=reason), actor=SYSTEM)
