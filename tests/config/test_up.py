"""`tamada up` as a process: it starts, survives its children's deaths, stops when told, and leaves nobody behind."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tamada.config import takeover
from tamada.config.processes import ENDS
from tests.helpers.polling import until
from tests.helpers.ports import free_port
from tests.helpers.processes import clean_environment
from tests.helpers.proof import sized

pytestmark = pytest.mark.servers

PROGRAM = Path(sys.executable).with_name("tamada")


class Up:
    """One `tamada up` on a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.smtp_port = free_port(run=2)
        self.log = folder.parent / "log"
        self.start()

    def start(self) -> None:
        command: list[str | Path] = [
            PROGRAM,
            "up",
            "--data",
            self.folder,
            "--port",
            str(self.port),
            "--smtp-port",
            str(self.smtp_port),
        ]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, env=clean_environment())
        until(self.answers, seconds=90, what="a start")

    def answers(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/readyz", timeout=5).status_code == 200
        except httpx.HTTPError:
            return False

    def children(self) -> dict[int, str]:
        file = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return {int(pid): pid for pid in file.read_text().split()}


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Up]:
    tamada = Up(tmp_path / "data")
    yield tamada
    if tamada.process.poll() is None:
        tamada.process.kill()
    tamada.process.wait(30)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_it_prints_a_set_up_link_survives_its_children_and_stops_cleanly_when_told(up: Up, tmp_path: Path) -> None:
    assert f"http://127.0.0.1:{up.port}/setup/" in up.log.read_text()
    _is_alone(up, tmp_path)
    _commands_know_its_address(up)
    _brings_children_back(up)
    with httpx.Client(base_url=f"http://127.0.0.1:{up.port}", timeout=30) as client:
        assert client.get("/healthz").text == "ok\n"
        assert [client.get(path).status_code for path in ("/stream", "/missed")] == [401, 401]
        assert b"tamada_database_up 1.0" in client.get("/metrics").content
        children = list(up.children())
        assert len(children) >= 2
        _lets_nobody_in(up)
        assert up.process.wait(10) == 0  # An open connection does not hold it up.
    assert not any(map(alive, children))
    assert "Traceback" not in up.log.read_text()


def _lets_nobody_in(up: Up) -> None:
    """Who comes as it stops is refused at once: let in, they would wait in vain. The parent waits for a slow child."""
    [slow] = (pid for pid in up.children() if Path(f"/proc/{pid}/comm").read_text() == "tamada worker\n")
    os.kill(slow, signal.SIGSTOP)
    up.process.send_signal(signal.SIGTERM)
    until(lambda: refused(up.port) and refused(up.smtp_port), what="closed doors")
    assert up.process.poll() is None
    os.kill(slow, signal.SIGCONT)


def refused(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except ConnectionRefusedError:
        return True
    return False


def _is_alone(up: Up, tmp_path: Path) -> None:
    """Another one on the same folder, or on a port of web or mail, is refused in one line."""
    elsewhere = ("--data", str(tmp_path / "other"))
    for options in (
        ("--data", str(up.folder), "--port", str(free_port())),
        (*elsewhere, "--port", str(up.port)),
        (*elsewhere, "--port", str(free_port()), "--smtp-port", str(up.smtp_port)),
        (*elsewhere, "--port", str(free_port()), "--smtp-port", str(up.smtp_port - 1)),  # LMTP is at the next.
    ):
        command = [PROGRAM, "up", *options]
        done = subprocess.run(command, env=clean_environment(), capture_output=True, text=True, timeout=90, check=False)
        assert done.returncode == 1
        assert done.stderr.startswith("tamada: ")
        assert len(done.stderr.splitlines()) == 1


def _commands_know_its_address(up: Up) -> None:
    command = [str(PROGRAM), "user", "add", "ani@desk.example", "--name", "Ani", "--data", str(up.folder)]
    done = subprocess.run(command, env=clean_environment(), capture_output=True, text=True, timeout=90, check=True)
    assert f"http://127.0.0.1:{up.port}/reset/" in done.stderr


def _brings_children_back(up: Up) -> None:
    before = set(up.children())
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    until(lambda: len(set(up.children()) - before) == len(before), seconds=60)
    until(up.answers, seconds=60)


@pytest.mark.sized
def test_signals_that_come_in_a_crowd_stop_it_like_a_single_one(up: Up) -> None:
    """A group's signal comes twice: from who sends it to all, and from the parent. Handlers must bear that."""
    for _round in range(sized(1, 4)):
        _ends_its_children_with_a_crowd(up)
    children = list(up.children())
    _crowd_of_signals([up.process.pid, *children])
    assert up.process.wait(10) == 0
    assert not any(map(alive, children))
    assert "is killed" not in up.log.read_text()


def _ends_its_children_with_a_crowd(up: Up) -> None:
    before = set(up.children())
    _crowd_of_signals(list(before))
    until(lambda: not any(map(alive, before)), seconds=15, what="the children's end")
    until(lambda: len(set(up.children()) - before) == len(before), seconds=60)
    until(up.answers, seconds=60)


def _crowd_of_signals(pids: list[int]) -> None:
    until_then = time.monotonic() + 0.1
    while time.monotonic() < until_then:
        for pid in pids:
            with suppress(ProcessLookupError):  # it has ended already
                os.kill(pid, signal.SIGTERM)


def test_who_is_told_to_end_waits_for_no_new_code(up: Up) -> None:
    children = list(up.children())
    up.process.send_signal(signal.SIGUSR2)
    until(lambda: len(up.children()) > len(children), what="the trial of the new code")
    children = list(up.children())
    up.process.send_signal(signal.SIGTERM)
    assert up.process.wait(30) == 0
    assert not any(map(alive, children))


def test_a_trial_is_given_up_once_its_process_is_told_to_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(takeover, "TRIAL", "import time; time.sleep(600)")
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)
    try:
        signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
        assert not takeover.new_code_starts()
        assert signal.sigtimedwait(ENDS, 0) is not None
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def test_the_children_of_a_parent_that_was_killed_do_not_live_on(up: Up) -> None:
    children = list(up.children())
    up.process.kill()
    up.process.wait(30)
    until(lambda: not any(map(alive, children)))
    up.smtp_port = 0
    up.start()  # And the folder is free again; without listeners it is ready without them.
