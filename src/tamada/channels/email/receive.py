"""From a journal entry to envelopes: parse, fold and clean, analyse, find threading keys; the database is only read."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Self

from tamada.channels.email.addresses import honest_name
from tamada.channels.email.book import normal_key
from tamada.channels.email.folding import fold_mail
from tamada.channels.email.headers import message_ids
from tamada.channels.email.models import MailAccount, Tombstone
from tamada.channels.email.parse import Address as MailAddress
from tamada.channels.email.parse import AutoKind, ParsedMail, Part, Unparsable, parse, synthesised_id
from tamada.channels.email.threading_keys import OWN_ID
from tamada.channels.email.threads import thread_keys
from tamada.channels.ingest import received_at
from tamada.channels.journal import Entry
from tamada.channels.readers import StorageAway, Unreadable, type_read
from tamada.conversations.envelopes import Address, Bounce, Envelope, IncomingAttachment, Party
from tamada.core import storage
from tamada.kit import html as kit_html
from tamada.kit.text import analyse, detect_language

UNKNOWN_SENDER = "unknown@sender.invalid"
"""Stands for who wrote a mail without any usable sender: it is received all the same."""

MAX_REPORTED = 20
_TYPE = "email"
_REASONS = {
    "empty": "The message is empty.",
    "no-headers": "This is no e-mail: it has no header fields.",
}


@dataclass(frozen=True, slots=True)
class Account:
    """What reading needs to know of an inbox's e-mail side."""

    inbox_id: int
    addresses: frozenset[str]
    trusted_authserv: tuple[str, ...]
    reply_domain: str = ""


@dataclass(frozen=True, slots=True)
class _Read:
    """What is the same for every inbox a mail went to."""

    entry: Entry
    mail: ParsedMail
    message_id: str
    digest: str
    at: datetime
    text: str
    quoted: str
    html: str
    quoted_html: str
    language: str
    lemmas: str
    attachments: tuple[IncomingAttachment, ...]
    data: dict[str, Any] = field(default_factory=dict)


def read_mails(entries: Sequence[Entry]) -> list[type_read]:
    """The channel's reader: for each entry its envelopes, one an inbox, or why it can't be read."""
    if not entries:
        _warm_up()
        return []
    accounts = load_accounts({inbox for entry in entries for inbox in entry.meta.get("inboxes") or ()})
    with _Files() as files:
        results = [read_mail(entry, accounts, files) for entry in entries]
    return _with_buried_marked(results)


def _warm_up() -> None:
    """Read one small mail in each language, and forget it."""
    for text in ("Բարև Ձեզ, շնորհակալություն", "გამარჯობა, გმადლობთ", "Здравствуйте, спасибо", "Hello, thank you"):
        raw = f"From: a@a.invalid\r\nSubject: {text}\r\n\r\n{text}\r\n\r\n> {text}\r\n".encode()
        entry = Entry("", {"received_at": "2026-01-01T00:00:00+00:00"}, raw)
        with _Files() as files:
            _read(entry, (), files)
        kit_html.clean(f"<p>{text}</p>", with_text=False)


class _Files:
    """Puts attachments into storage beside the reading, which need not wait for disks; all are there at the end."""

    def __init__(self) -> None:
        self._pool: ThreadPoolExecutor | None = None
        self._waiting: list[Future[str]] = []

    def put(self, data: bytes) -> str:
        """The key under which the file will be found."""
        if self._pool is None:
            self._pool = ThreadPoolExecutor(4, thread_name_prefix="files")
        self._waiting.append(self._pool.submit(storage.put, data))
        return hashlib.sha256(data).hexdigest()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True)
        for stored in self._waiting:
            try:
                stored.result()
            except Exception as error:
                raise StorageAway(type(error).__name__) from error


def load_accounts(inbox_ids: Collection[int]) -> dict[int, Account]:
    """The e-mail side of these inboxes; inboxes that are gone are missing."""
    rows = MailAccount.objects.filter(inbox__in=inbox_ids)
    found: dict[int, Account] = {}
    names = ("inbox_id", "address", "aliases", "trusted_authserv", "reply_domain")
    for inbox, address, aliases, trusted, reply_domain in rows.values_list(*names):
        addresses = frozenset(normal_key(a) for a in (address, *aliases))
        believed = tuple(t.strip() for t in trusted.split(",") if t.strip())
        found[inbox] = Account(inbox, addresses, believed, reply_domain)
    return found


def read_mail(entry: Entry, accounts: dict[int, Account], files: _Files) -> type_read:
    """The envelopes of one mail. Attachments are put into storage."""
    wanted = [accounts[inbox] for inbox in entry.meta.get("inboxes") or () if inbox in accounts]
    if not wanted:
        return Unreadable("The inbox that it was for is gone.")
    trusted = tuple(t for account in wanted for t in account.trusted_authserv)
    try:
        read = _read(entry, trusted, files)
    except Unparsable as error:
        return Unreadable(_REASONS.get(error.reason, f"It could not be read ({error.reason})."))
    return [envelope for account in wanted for envelope in _envelopes(read, account)]


def _read(entry: Entry, trusted: tuple[str, ...], files: _Files) -> _Read:
    arrived = received_at(entry.meta)
    believed = trusted or _believed(entry)
    mail = parse(entry.raw, received_at=arrived, trusted_authserv=believed)
    if entry.meta.get("from") == "" and mail.return_path is None:
        # The envelope's empty sender marks reports; a delivering server notes it on top.
        mail = parse(b"Return-Path: <>\r\n" + entry.raw, received_at=arrived, trusted_authserv=believed)
    message_id = mail.message_id if mail.has_own_message_id else synthesised_id(entry.raw)
    shown = fold_mail(mail)
    language = detect_language(shown.text)
    names = " ".join(part.name for part in mail.attachments)
    terms = analyse(f"{mail.subject}\n{shown.text}\n{names}", language)
    attachments = tuple(_stored(part, files) for part in mail.attachments)
    return _Read(
        entry=entry,
        mail=mail,
        message_id=message_id,
        digest=_content_digest(mail, attachments),
        at=mail.date if entry.meta.get("source") == "import" else arrived,
        text=shown.text,
        quoted=shown.quoted_text,
        html=shown.html,
        quoted_html=shown.quoted_html,
        language=language,
        lemmas=" ".join(terms),
        attachments=attachments,
        data=_data(mail),
    )


def _content_digest(mail: ParsedMail, attachments: Sequence[IncomingAttachment]) -> str:
    """Of what the mail says: the same mail over SMTP and from a mailbox differs only in the traces of its way."""
    author = mail.author.key if mail.author else ""
    said = (author, mail.subject, mail.date_raw, mail.text, mail.html, *(f"{a.name} {a.blob}" for a in attachments))
    return hashlib.sha256("\0".join(said).encode("utf-8", "surrogatepass")).hexdigest()


def _believed(entry: Entry) -> tuple[str, ...] | None:
    """Mail straight from its sender vouches for nothing; what a mailbox's own server wrote is at least shown."""
    return () if entry.meta.get("source") == "smtp" else None


def _stored(part: Part, files: _Files) -> IncomingAttachment:
    return IncomingAttachment(
        name=part.name,
        type=part.type,
        size=part.size,
        blob=files.put(part.data),
        content_id=part.content_id,
        is_inline=part.inline,
    )


def _data(mail: ParsedMail) -> dict[str, Any]:
    """What is kept with the message for whoever looks closer; empty things are left out."""
    verdicts = mail.authentication
    shown = {"spf": verdicts.spf, "dkim": verdicts.dkim, "dmarc": verdicts.dmarc, "dkim_domain": verdicts.dkim_domain}
    shown = {name: verdict for name, verdict in shown.items() if verdict}
    data: dict[str, Any] = {
        "reply_to": [_address(a) for a in mail.reply_to if a.email],
        "problems": sorted(mail.problems),
        "verdicts": {**shown, "server": verdicts.server, "trusted": verdicts.trusted} if shown else {},
        "automatic": mail.auto.kind.value if mail.auto.is_automatic else "",
        "no_own_id": not mail.has_own_message_id,
        "date": mail.date.isoformat(),
    }
    return {name: value for name, value in data.items() if value}


def _envelopes(read: _Read, account: Account) -> list[Envelope]:
    mail = read.mail
    if mail.dsn is not None and (reports := _bounces(read)):
        return [_envelope(read, account, bounce=bounce) for bounce in reports]
    return [_envelope(read, account)]


def _bounces(read: _Read) -> list[Bounce]:
    report = read.mail.dsn
    if report is None or not report.original_message_id:
        return []
    troubled = [r for r in report.recipients if r.action in ("failed", "delayed", "")]
    return [
        Bounce(
            external_id=report.original_message_id,
            address=r.address,
            permanent=r.permanent and r.action != "delayed",
            detail=f"{r.status} {r.diagnostic}".strip()[:300],
        )
        for r in troubled[:MAX_REPORTED]
    ]


def _envelope(read: _Read, account: Account, *, bounce: Bounce | None = None) -> Envelope:
    mail, meta = read.mail, read.entry.meta
    sender = _party(mail.author, meta)
    imported = meta.get("source") == "import" or bool(meta.get("quiet"))
    # Only a mailbox's own copies can be ours: what comes from outside under our name is somebody else's claim.
    outgoing = normal_key(sender.value) in account.addresses and meta.get("source") in ("import", "sent")
    return Envelope(
        inbox_id=account.inbox_id,
        channel="email",
        sender=sender,
        customer=_counterpart(mail, account) if outgoing else None,
        external_id=_own_id(mail) or read.message_id if outgoing else read.message_id,
        digest=read.digest,
        subject=mail.subject,
        text=read.text,
        quoted_text=read.quoted,
        html=read.html,
        quoted_html=read.quoted_html,
        language=read.language,
        received_at=read.at,
        sent_at=mail.date,
        to=_addresses(mail.to),
        cc=_addresses(mail.cc),
        bcc=_addresses(mail.bcc),
        references=tuple(mail.references),
        thread=thread_keys(
            mail,
            recipients=[str(a) for a in meta.get("to") or ()],
            reply_domains=[account.reply_domain] if account.reply_domain else [],
        ),
        attachments=read.attachments,
        bounce=bounce,
        is_automatic=mail.auto.is_automatic,
        quiet=mail.auto.is_quiet or imported or mail.auto.kind is AutoKind.DSN,
        imported=imported,
        outgoing=outgoing,
        raw=read.entry.name,
        lemmas=read.lemmas,
        data=read.data,
    )


def _own_id(mail: ParsedMail) -> str:
    """The Message-ID under which we know a mail of ours; "" for one that another program wrote."""
    return next(iter(message_ids(mail.headers.first(OWN_ID.lower()), 1)), "")


def _party(author: MailAddress | None, meta: dict[str, Any]) -> Party:
    email = author.email if author and author.email else str(meta.get("from") or "") or UNKNOWN_SENDER
    return Party(type=_TYPE, value=email.casefold(), name=honest_name(author.name, email) if author else "")


def _counterpart(mail: ParsedMail, account: Account) -> Party:
    """Whom our own mail went to: the first address that isn't ours."""
    others = [a for a in (*mail.to, *mail.cc, *mail.bcc) if a.email and normal_key(a.email) not in account.addresses]
    first = others[0] if others else MailAddress("", UNKNOWN_SENDER)
    return Party(type=_TYPE, value=first.key, name=honest_name(first.name, first.email))


def _address(address: MailAddress) -> Address:
    return Address(name=honest_name(address.name, address.email), email=address.email)


def _addresses(addresses: Iterable[MailAddress]) -> tuple[Address, ...]:
    return tuple(_address(a) for a in addresses if a.email)


# -- what was deleted here stays away ------------------------------------------------------------------------------


def tombstone_digest(inbox_id: int, message_id: str, content: str = "") -> str:
    """What a tombstone keeps of a deleted mail; with `content`, its digest, only that content under this Message-ID."""
    named = f"{inbox_id}\n{message_id}\n{content}" if content else f"{inbox_id}\n{message_id}"
    return hashlib.sha256(named.encode()).hexdigest()


def _tombstones_of(envelope: Envelope) -> set[str]:
    named = (envelope.inbox_id, envelope.external_id)
    return {tombstone_digest(*named), tombstone_digest(*named, envelope.digest)}


def _with_buried_marked(results: list[type_read]) -> list[type_read]:
    """Mark envelopes of mail that was removed here before."""
    if not Tombstone.objects.exists():
        return results
    envelopes = [e for result in results if not isinstance(result, Unreadable) for e in result]
    digests = {digest for e in envelopes for digest in _tombstones_of(e)}
    buried = set(Tombstone.objects.filter(digest__in=digests).values_list("digest", flat=True))
    if not buried:
        return results
    return [
        result
        if isinstance(result, Unreadable)
        else [replace(e, buried=True) if buried & _tombstones_of(e) else e for e in result]
        for result in results
    ]
