"""Mail from SMTP to searchable, beside parsing, decoding and inserting the same mail with plain sqlite3 and FTS5.

    python benchmarks/ingest.py [MAILS]

The real server on an empty folder takes the corpus over four connections; the clock stops when the last message is
found. Prints one JSON object.
"""

import email
import email.policy
import json
import socket
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, BinaryIO

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import databases
from benchmarks.mail_corpus import corpus
from tests.helpers.polling import until
from tests.helpers.tamada import RunningTamada

CONNECTIONS = 4
ALONE = 40
"""Mails that come one at a time, before the burst."""
INBOX = "support@help.example"


def measure(mails: int = 2000) -> dict[str, Any]:
    """Mails a second of both, and how fast they were acknowledged."""
    raws = [raw for _, raw in corpus(mails + ALONE)]
    yard = yardstick(raws[ALONE:])
    ours = tamada(raws[ALONE:], raws[:ALONE])
    return {
        "mails": mails,
        **ours,
        "yardstick_per_s": yard,
        "of_the_yardstick": round(ours["searchable_per_s"] / yard, 2),
    }


def yardstick(raws: Sequence[bytes]) -> float:
    """Parse with the standard library, decode, insert 100 a transaction with an FTS5 index."""
    with tempfile.TemporaryDirectory() as folder:
        db = sqlite3.connect(Path(folder) / "mail.sqlite3", isolation_level=None)
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=NORMAL")
        db.execute("CREATE TABLE m (id INTEGER PRIMARY KEY, mid TEXT UNIQUE, sender TEXT, subject TEXT, body TEXT)")
        db.execute("CREATE VIRTUAL TABLE f USING fts5(subject, body)")
        started = time.perf_counter()
        for start in range(0, len(raws), 100):
            db.execute("BEGIN IMMEDIATE")
            for raw in raws[start : start + 100]:
                row = _plain(raw)
                db.execute("INSERT INTO m (mid, sender, subject, body) VALUES (?, ?, ?, ?)", row)
                db.execute("INSERT INTO f (subject, body) VALUES (?, ?)", row[2:])
            db.execute("COMMIT")
        return round(len(raws) / (time.perf_counter() - started), 1)


def _plain(raw: bytes) -> tuple[str, str, str, str]:
    """Message-ID, sender, subject and text: the plain text, of a mail without one its HTML as it is."""
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    texts = {"text/plain": "", "text/html": ""}
    for part in message.walk():
        content = part.get_payload(decode=True) if part.get_content_type() in texts else None
        if isinstance(content, bytes):
            texts[part.get_content_type()] += content.decode("utf-8", "replace")
    body = texts["text/plain"] or texts["text/html"]
    return message["Message-ID"], _words(message["From"]), _words(message["Subject"]), body


def _words(value: str | None) -> str:
    return str(email.header.make_header(email.header.decode_header(value or "")))


def tamada(raws: Sequence[bytes], single: Sequence[bytes]) -> dict[str, Any]:
    """Start the server, send some mails one at a time, then all others, and wait until all of it is in the index."""
    with (
        tempfile.TemporaryDirectory() as folder,
        databases.running(folder) as server,
        databases.counting(server, "channels_rawinput") as stored_now,
    ):
        server.cli("inbox", "add", "Support", "--email", INBOX)
        alone = sorted(_ms_until_stored(server, stored_now, raw, number) for number, raw in enumerate(single, 1))
        started = time.perf_counter()
        threads = [
            threading.Thread(target=_send, args=(server.smtp_port, raws[i::CONNECTIONS])) for i in range(CONNECTIONS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        accepted = time.perf_counter() - started
        _until_stored(stored_now, len(single) + len(raws))
        stored = time.perf_counter() - started
    return {
        "accepted_per_s": round(len(raws) / accepted, 1),
        "searchable_per_s": round(len(raws) / stored, 1),
        "one_alone_ms": {"p50": alone[len(alone) // 2], "p95": alone[len(alone) * 95 // 100]},
    }


def _ms_until_stored(server: RunningTamada, stored_now: Callable[[], int], raw: bytes, number: int) -> float:
    """Milliseconds from the first byte of a mail until it is there."""
    started = time.perf_counter()
    _send(server.smtp_port, [raw])
    _until_stored(stored_now, number)
    return round((time.perf_counter() - started) * 1000, 1)


def _send(port: int, raws: Sequence[bytes]) -> None:
    """As mail servers do it: the commands of a mail in one piece (RFC 2920), then the mail."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line, line.makefile("rb") as answers:
        _expect(answers, b"220")
        line.sendall(b"EHLO bench.example\r\n")
        _expect(answers, b"250")
        for raw in raws:
            line.sendall(b"MAIL FROM:<sender@mail.example>\r\nRCPT TO:<%s>\r\nDATA\r\n" % INBOX.encode())
            for code in (b"250", b"250", b"354"):
                _expect(answers, code)
            body = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n").replace(b"\r\n.", b"\r\n..")
            line.sendall(body + (b"" if body.endswith(b"\r\n") else b"\r\n") + b".\r\n")
            _expect(answers, b"250")
        line.sendall(b"QUIT\r\n")


def _expect(answers: BinaryIO, code: bytes) -> None:
    while (line := answers.readline())[3:4] == b"-":
        pass
    if not line.startswith(code):
        raise RuntimeError(f"The server said {line!r}.")


def _until_stored(stored_now: Callable[[], int], count: int) -> None:
    """Messages and their index entries are one transaction: when the row is there it is found."""
    until(lambda: stored_now() >= count, seconds=300, what="the mail's arrival", every=0.01)


if __name__ == "__main__":
    print(json.dumps(measure(*(int(a) for a in sys.argv[1:])), indent=1))
