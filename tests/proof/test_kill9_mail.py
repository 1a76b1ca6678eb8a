"""kill −9 at random moments while mail arrives and replies leave: nothing acknowledged is lost, nothing is sent twice.

Senders behave as mail servers do: what was not answered with 250 is offered again, byte for byte.
"""

import random
import smtplib
import sqlite3
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from subprocess import PIPE, Popen

import httpx
import pytest

from tests.helpers.polling import until
from tests.helpers.proof import full_only, report, sized
from tests.helpers.smtp import FakeSMTP, Received
from tests.helpers.tamada import RunningTamada

pytestmark = [pytest.mark.proof, pytest.mark.servers, pytest.mark.timeout(3600)]

ROUNDS = sized(1, 20)
MAILS = 1000
REPLIES = 200
SENDERS = 4
CUSTOMERS = 40
ADDRESS = "support@company.example"
AGENT = "ani@company.example"


def mail(number: int, round_: int) -> bytes:
    """The n-th mail; all but the first of each customer answer an earlier one."""
    customer = number % CUSTOMERS
    lines = [
        f"From: Customer {customer} <customer{customer}@customer.example>",
        f"To: {ADDRESS}",
        f"Subject: Matter {customer}",
        f"Message-ID: <{round_}.{number}@customer.example>",
    ]
    if number >= CUSTOMERS:
        lines.append(f"In-Reply-To: <{round_}.{number - CUSTOMERS}@customer.example>")
    return "\r\n".join([*lines, "", f"This is mail {number} of round {round_}.", ""]).encode()


class Crowd:
    """Everyone who writes during a round, in threads; `done` when all were acknowledged."""

    def __init__(self, tamada: RunningTamada) -> None:
        self.tamada = tamada
        self.problems: list[BaseException] = []
        self.threads: list[threading.Thread] = []
        self.pause = threading.Event()

    def start(self, work: Callable[[], None]) -> None:
        def run() -> None:
            try:
                work()
            except BaseException as error:  # noqa: BLE001  shown by the test
                self.problems.append(error)

        self.threads.append(threading.Thread(target=run))
        self.threads[-1].start()

    def send_mails(self, mails: list[bytes]) -> None:
        """One connection at a time, opened anew after every trouble."""
        waiting = list(mails)
        while waiting:
            try:
                with smtplib.SMTP("127.0.0.1", self.tamada.smtp_port, timeout=30) as client:
                    while waiting:
                        client.sendmail("customer@customer.example", [ADDRESS], waiting[0])
                        waiting.pop(0)
            except (OSError, smtplib.SMTPException):
                self.pause.wait(0.1)

    def send_replies(self, token: str, conversations: list[str], texts: list[str]) -> None:
        """POST each reply until it is answered, with one Idempotency-Key."""
        with self.tamada.api(token) as api:
            for position, text in enumerate(texts):
                path = f"conversations/{conversations[position % len(conversations)]}/messages"
                self.post(api, path, text)

    def post(self, api: httpx.Client, path: str, text: str) -> None:
        while True:
            try:
                answer = api.post(path, json={"kind": "out", "text": text}, headers={"Idempotency-Key": text})
                if answer.status_code in (200, 201):
                    return
                assert answer.status_code >= 500 or answer.status_code in (409, 429), answer.text
            except httpx.TransportError:
                pass
            self.pause.wait(0.1)

    def wait(self) -> None:
        for thread in self.threads:
            thread.join(600)
            assert not thread.is_alive()
        assert not self.problems, self.problems


def journal_is_empty(data_dir: Path) -> bool:
    return not any(file.suffix == ".eml" for file in (data_dir / "journal" / "incoming").iterdir())


def outbox_is_settled(tamada: RunningTamada) -> bool:
    return tamada.rows("SELECT count(*) FROM conversations_delivery WHERE settled_at IS NULL") == [(0,)]


@pytest.mark.sqlite
def test_kill9_while_mail_arrives_and_replies_leave(running):
    _kill9(running, {}, rounds=ROUNDS, title="kill −9 while mail arrives and replies leave, SQLite")


@full_only
def test_kill9_while_mail_arrives_and_replies_leave_on_postgresql_and_redis(running, outgrown):
    _kill9(running, outgrown, rounds=ROUNDS, title="kill −9 while mail arrives and replies leave, PostgreSQL + Redis")


def _kill9(running: Callable[..., RunningTamada], environment: dict[str, str], *, rounds: int, title: str) -> None:
    dice = random.Random(20260105)
    totals: Counter[str] = Counter()
    with FakeSMTP() as outside:
        tamada = running(environment={"TAMADA_SMTP_URL": outside.url, **environment})
        tamada.add_user(AGENT)
        tamada.add_inbox("Support", "--email", ADDRESS)
        _confirm_inbox(tamada)
        token = tamada.token(AGENT)
        for round_ in range(rounds):
            totals += _round(tamada, outside, token, round_, dice)
        tamada.stop()
    report(title, rounds=rounds, **totals, lost=0, twice=0)


def _confirm_inbox(tamada: RunningTamada) -> None:
    """The hourly limit of a new inbox is another test's matter."""
    tamada.rows("UPDATE email_mailaccount SET hourly_cap = 1000000")


def _round(tamada: RunningTamada, outside: FakeSMTP, token: str, round_: int, dice: random.Random) -> Counter[str]:
    outside.received.clear()
    crowd = Crowd(tamada)
    mails = [mail(number, round_) for number in range(MAILS)]
    crowd.send_mails(mails[:CUSTOMERS])
    conversations = until(lambda: _conversations(tamada, token, round_), seconds=60)
    for sender in range(SENDERS):
        crowd.start(partial(crowd.send_mails, mails[CUSTOMERS:][sender::SENDERS]))
    texts = [f"Reply {number} of round {round_}." for number in range(REPLIES)]
    for part in (texts[::2], texts[1::2]):
        crowd.start(partial(crowd.send_replies, token, conversations, part))
    kills = dice.randrange(1, 4)
    for _ in range(kills):
        crowd.pause.wait(dice.uniform(0.1, 2.5))
        victims = [] if dice.random() < 0.5 else [dice.choice(tamada.children() or [0])]
        tamada.kill(*[pid for pid in victims if pid])
        if not victims or not victims[0]:
            tamada.start()
    crowd.wait()
    until(lambda: journal_is_empty(tamada.data_dir) and outbox_is_settled(tamada), seconds=120, what="the work's end")
    _check_mails(tamada, round_)
    return Counter(kills=kills, mails=MAILS, replies=REPLIES) + _check_replies(tamada, outside, texts)


def _conversations(tamada: RunningTamada, token: str, round_: int) -> list[str]:
    rows = tamada.rows("SELECT conversation_id FROM conversations_message WHERE external_id LIKE ?", f"<{round_}.%")
    return sorted({str(pk) for (pk,) in rows}) if len(rows) == CUSTOMERS else []


def _check_mails(tamada: RunningTamada, round_: int) -> None:
    """Every mail is there once, and each customer has one conversation, alone."""
    rows = tamada.rows(
        "SELECT external_id, conversation_id FROM conversations_message WHERE external_id LIKE ? AND kind = 'in'",
        f"<{round_}.%@customer.example>",
    )
    assert not tamada.rows("SELECT name, reason FROM channels_rawinput WHERE state = 'quarantined'")
    assert Counter(external_id for external_id, _ in rows) == Counter(
        f"<{round_}.{number}@customer.example>" for number in range(MAILS)
    )
    by_customer: dict[int, set[int]] = {}
    for external_id, conversation in rows:
        number = int(external_id.partition(".")[2].partition("@")[0])
        by_customer.setdefault(number % CUSTOMERS, set()).add(conversation)
    assert {customer: found for customer, found in by_customer.items() if len(found) > 1} == {}
    assert len(set().union(*by_customer.values())) == CUSTOMERS


def _to_customers(outside: FakeSMTP) -> list[Received]:
    """Tamada's letters to the agent herself (what is new for her) leave by the same server."""
    return [received for received in list(outside.received) if received.rcpt_to != [AGENT]]


def _check_replies(tamada: RunningTamada, outside: FakeSMTP, texts: list[str]) -> Counter[str]:
    marks = ",".join("?" * len(texts))
    rows = tamada.rows(
        f"SELECT text, external_id, delivery FROM conversations_message WHERE kind = 'out' AND text IN ({marks})",
        *texts,
    )
    assert Counter(text for text, _, _ in rows) == Counter(texts)
    arrived = Counter(str(received.message["Message-ID"]) for received in _to_customers(outside))
    assert set(arrived.values()) <= {1}, "a reply was sent twice"
    states = Counter(state for _, _, state in rows)
    assert set(states) <= {"sent", "uncertain"}, states
    for text, external_id, state in rows:
        assert state == "uncertain" or arrived[external_id] == 1, f"{text} is called sent and did not arrive"
    assert set(arrived) <= {external_id for _, external_id, _ in rows}
    return Counter(sent=states["sent"], uncertain=states["uncertain"])


@pytest.mark.sqlite
def test_simulated_power_loss_the_last_commits_are_gone_and_the_raw_files_are_there(running):
    """The kernel loses what SQLite did not sync: the write-ahead log ends somewhere in the middle.

    But not before the last reply that was answered: such a commit waits for the disk (`test_durable.py`).
    """
    dice = random.Random(7)
    totals: Counter[str] = Counter()
    with FakeSMTP() as outside:
        tamada = running(environment={"TAMADA_SMTP_URL": outside.url})
        tamada.add_user(AGENT)
        tamada.add_inbox("Support", "--email", ADDRESS)
        _confirm_inbox(tamada)
        token = tamada.token(AGENT)
        for round_ in range(ROUNDS):
            totals += _power_cut(tamada, outside, token, round_, dice)
    assert totals["lost_by_the_database"] > 0
    report("Simulated power loss", rounds=ROUNDS, **totals, lost=0)


def _power_cut(tamada: RunningTamada, outside: FakeSMTP, token: str, round_: int, dice: random.Random) -> Counter[str]:
    outside.received.clear()
    file, log = tamada.data_dir / "tamada.sqlite3", tamada.data_dir / "tamada.sqlite3-wal"
    crowd = Crowd(tamada)
    mails = [mail(number, round_) for number in range(200)]
    crowd.send_mails(mails[:CUSTOMERS])
    conversations = until(lambda: _conversations(tamada, token, round_), seconds=60)
    texts = [f"Reply {number} before cut {round_}." for number in range(20)]
    crowd.send_replies(token, conversations, texts)
    # Before the content of a reply leaves, that it is tried is on the disk as well.
    until(lambda: len(_to_customers(outside)) >= len(texts), seconds=60)
    synced = _log_mark(log)
    with _reading(file):
        crowd.send_mails(mails[CUSTOMERS:])
        until(lambda: journal_is_empty(tamada.data_dir), seconds=60)
        tamada.kill()
    before = _count(file, log)
    _cut(log, dice.uniform(0.2, 0.9), synced)
    lost = before - _count(file, log)
    tamada.start()
    # Ready comes before what the database forgot is queued again: until then the journal looks empty too.
    until(lambda: _knows_all(tamada, round_, len(mails)), seconds=60)
    until(lambda: journal_is_empty(tamada.data_dir) and outbox_is_settled(tamada), seconds=120)
    assert _knows_all(tamada, round_, len(mails))
    done = Counter(mails=len(mails), replies=len(texts), lost_by_the_database=lost)
    return done + _check_replies(tamada, outside, texts)


@contextmanager
def _reading(file: Path) -> Iterator[None]:
    """Somebody reads meanwhile: what is written stays in the log, which nobody syncs, until they are killed as well."""
    code = "import sqlite3, sys; d = sqlite3.connect(sys.argv[1]); d.execute('BEGIN'); "
    code += "d.execute('SELECT 1 FROM core_setting').fetchone(); print(1, flush=True); sys.stdin.read()"
    reader = Popen([sys.executable, "-c", code, str(file)], stdin=PIPE, stdout=PIPE)
    try:
        assert reader.stdout is not None
        assert reader.stdout.readline() == b"1\n"
        yield
    finally:
        reader.kill()
        reader.communicate()


def _knows_all(tamada: RunningTamada, round_: int, count: int) -> bool:
    rows = tamada.rows("SELECT external_id FROM conversations_message WHERE external_id LIKE ?", f"<{round_}.%")
    assert Counter(rows) == Counter((f"<{round_}.{number}@customer.example>",) for number in range(count))
    return True


def _log_mark(log: Path) -> tuple[bytes, int]:
    """Where the log ends, and the salt that changes when it is begun anew; what lies behind is of an earlier one.

    https://www.sqlite.org/fileformat2.html#the_write_ahead_log
    """
    with log.open("rb") as file:
        header = file.read(32)
        page, salt, end = int.from_bytes(header[8:12], "big"), header[16:24], len(header)
        while file.read(24)[8:16] == salt and len(file.read(page)) == page:
            end = file.tell()
    return salt, end


def _checkpointed(log: Path) -> int:
    """How far the log has gone into the database's own file, before which SQLite syncs it.

    https://www.sqlite.org/walformat.html#the_wal_index_file_format (nBackfillAttempted)
    """
    index = log.with_name(log.name.replace("-wal", "-shm")).read_bytes()
    with log.open("rb") as file:
        page = int.from_bytes(file.read(12)[8:], "big")
    return 32 + int.from_bytes(index[128:132], sys.byteorder) * (24 + page)


def _cut(log: Path, keep: float, synced: tuple[bytes, int]) -> None:
    """Keep a part of what was written since it was last synced, or since the log was begun anew."""
    salt, end = _log_mark(log)
    least = max(synced[1] if synced[0] == salt else 0, _checkpointed(log))
    with log.open("r+b") as file:
        file.truncate(least + int((end - least) * keep))


def _count(database_file: Path, log: Path) -> int:
    """How many messages the database knows."""
    # A copy is read: opening the original would fold the log into the database.
    copy = database_file.with_name("copy.sqlite3")
    copy.write_bytes(database_file.read_bytes())
    copy.with_name("copy.sqlite3-wal").write_bytes(log.read_bytes())
    try:
        with closing(sqlite3.connect(copy)) as db:
            return int(db.execute("SELECT count(*) FROM conversations_message").fetchone()[0])
    finally:
        for left in database_file.parent.glob("copy.sqlite3*"):
            left.unlink()
