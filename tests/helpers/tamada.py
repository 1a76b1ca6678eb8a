"""The real Tamada: `tamada up` as a process of its own, on a data folder and ports of its own."""

import json
import os
import shutil
import signal
import smtplib
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import psycopg

from tests.helpers.polling import until
from tests.helpers.ports import free_port
from tests.helpers.prepared import migrated, with_demo
from tests.helpers.processes import clean_environment, spawn, stop, temporary_folder

PROGRAM = Path(sys.executable).with_name("tamada")
START_SECONDS = 90


class RunningTamada:
    """A server process and the ways in which the world reaches it.

    `environment` is added to its environment; the developer's own TAMADA_… variables are not passed on.
    """

    def __init__(self, data_dir: Path, *, demo: bool = False, environment: dict[str, str] | None = None) -> None:
        self.data_dir = data_dir
        self.demo = demo
        self.options: tuple[str, ...] = ()
        """More of what `tamada up` takes; set them before the start."""
        self.port = free_port()
        self.smtp_port = free_port(run=2)
        self.lmtp_port = self.smtp_port + 1
        self.base_url = f"http://127.0.0.1:{self.port}"
        self.log_file = data_dir.parent / "tamada.log"
        self.environment = {
            **clean_environment(),
            "TAMADA_DATA_DIR": str(data_dir),
            "TAMADA_BASE_URL": self.base_url,
            **(environment or {}),
        }
        self.process: subprocess.Popen[bytes] | None = None

    # its life

    def start(self, *, seconds: float = START_SECONDS) -> "RunningTamada":
        """Start it and wait until /readyz says that it takes mail and requests."""
        self._lay_ground()
        self.process = spawn([str(part) for part in self._up()], log=self.log_file, env=self.environment)
        until(self._ready, seconds=seconds, what="Tamada's start")
        return self

    def _lay_ground(self) -> None:
        """Its first start finds migrations and demo done: they take longer than the rest, and have their own tests."""
        if "TAMADA_DATABASE_URL" not in self.environment and not self.data_dir.exists():
            shutil.copytree(with_demo() if self.demo else migrated(), self.data_dir)

    def stop(self, *, seconds: float = 20) -> int:
        """SIGTERM, as systemd does it. Returns the exit status."""
        assert self.process is not None
        return stop(self.process, seconds=seconds)

    def kill(self, *pids: int) -> None:
        """SIGKILL to these processes, or to the parent and all its children at the same moment."""
        assert self.process is not None
        for pid in pids or (self.process.pid, *self.children()):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        if not pids:
            self.process.wait(30)

    def end(self) -> None:
        """Stop it if it still runs, and leave none of its children behind."""
        if self.process is not None:
            children = self.children()
            self.stop()
            if children:
                self.kill(*children)

    def restart(self) -> "RunningTamada":
        """Stop it, if it runs, and start it again at the same ports."""
        if self.process is not None and self.process.poll() is None:
            self.stop()
        return self.start()

    def children(self) -> list[int]:
        """The process ids of its children."""
        assert self.process is not None
        task = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in task.read_text().split()] if task.exists() else []

    def child(self, name: str) -> int:
        """The process id of the child of that name, once it lives: `web-1`, `mail`, `reader`, `worker`."""
        return until(lambda: self._named().get(f"tamada {name}"), what=name) or 0

    def _named(self) -> dict[str, int]:
        found = {}
        for pid in self.children():
            with suppress(FileNotFoundError, ProcessLookupError):
                found[Path(f"/proc/{pid}/comm").read_text().strip()] = pid
        return found

    def count(self, table: str) -> int:
        """How many rows a table has."""
        return int(self.rows(f"SELECT count(*) FROM {table}")[0][0])

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask its database, SQLite or PostgreSQL, past the program; `?` stands for a value. Writes are committed."""
        url = self.environment.get("TAMADA_DATABASE_URL", "")
        if url.startswith("postgres"):
            with psycopg.connect(url, autocommit=True) as db:
                asked = db.execute(sql.replace("%", "%%").replace("?", "%s").encode(), values)
                return asked.fetchall() if asked.description else []
        with closing(sqlite3.connect(self.data_dir / "tamada.sqlite3", timeout=30)) as file, file:
            return file.execute(sql, values).fetchall()

    def log(self) -> str:
        """What it printed so far."""
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    # ways in

    def cli(self, *arguments: str, given: str = "", check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run `tamada …` on the same data; fails with its output when it ends with an error, unless `check` is off."""
        done = subprocess.run(
            [PROGRAM, *arguments],
            input=given,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert not check or done.returncode == 0, f"tamada {' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done

    def add_user(self, email: str, *, name: str = "Ani Petrosyan", role: str = "admin", password: str = "") -> None:
        """An agent who can sign in when a password is given."""
        flags = ("--password-stdin",) if password else ()
        self.cli("user", "add", email, "--name", name, "--role", role, *flags, given=password)

    def add_inbox(self, name: str, *flags: str, given: str = "") -> dict[str, Any]:
        """`{"id": …, "key": …}` of a new inbox; flags as in `--email info@company.example`."""
        said = self.cli("inbox", "add", name, *flags, given=given).stdout.strip()
        answer: dict[str, Any] = json.loads(said.splitlines()[-1])
        return answer

    def token(self, email: str) -> str:
        """An API token with that person's rights."""
        return self.cli("token", "add", email).stdout.strip().splitlines()[-1]

    def api(self, token: str, **options: Any) -> httpx.Client:
        """A client of the REST API. Close it, or use it in a `with` block."""
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.Client(
            base_url=f"{self.base_url}/api/v1/", headers=headers, timeout=30, trust_env=False, **options
        )

    def get(self, path: str) -> httpx.Response:
        """One anonymous GET."""
        return httpx.get(self.base_url + path, timeout=30, trust_env=False)

    def send_mail(self, message: EmailMessage | bytes, *, sender: str, recipients: list[str]) -> None:
        """Hand a message to the SMTP listener; returns once that answered 250, raises smtplib's errors otherwise."""
        raw = message if isinstance(message, bytes) else message.as_bytes()
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=30) as client:
            client.sendmail(sender, recipients, raw)

    # inside

    def _up(self) -> list[object]:
        command = [PROGRAM, "up", "--host", "127.0.0.1", "--port", self.port, "--smtp-port", self.smtp_port]
        return [*command, "--data", self.data_dir, *(["--demo"] if self.demo else []), *self.options]

    def _ready(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            raise RuntimeError(f"tamada up ended with {self.process.returncode}:\n{self.log()[-4000:]}")
        try:
            return httpx.get(f"{self.base_url}/readyz", timeout=10, trust_env=False).status_code == 200
        except httpx.TransportError:
            return False


@contextmanager
def running_tamada(
    *, demo: bool = False, environment: dict[str, str] | None = None, start: bool = True, faults: bool = False
) -> Iterator[RunningTamada]:
    """A Tamada that is up, and gone with its data at the end.

    A traceback in its log fails the test, unless `faults` says that the test breaks things on purpose.
    """
    with temporary_folder("up") as folder:
        server = RunningTamada(folder / "data", demo=demo, environment=environment)
        try:
            yield server.start() if start else server
        finally:
            server.end()
        crashes = [line for line in server.log().splitlines() if "Traceback (most recent call last)" in line]
        assert faults or not crashes, f"Tamada's log holds a traceback:\n{server.log()[-6000:]}"
