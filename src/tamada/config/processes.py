"""The processes of `tamada up`: a parent that only watches, and children for web, mail, reading and work.

The parent loads everything once and forks, so the children share its memory and one that died is back in a moment. If
the parent dies, the kernel ends the children. SIGTERM stops all within ten seconds.

SIGUSR2 makes room for new code without a request that fails: see `config.takeover`.
"""

import asyncio
import contextlib
import ctypes
import gc
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tamada.core import health, loops

STOP_WITHIN = 8.0  # Seconds for children to finish; then they are killed.
CHILD_STOP = 6.0  # Seconds a child gives its own threads.
DRAIN = 2.0  # Seconds for browsers and proxies to ask once more on connections that they keep open.
LONGEST_PAUSE = 30.0
STEADY = 60.0  # A child that lived so long starts again without a pause.
PATIENCE = 60.0  # Seconds for new web processes to serve, before their predecessors.
PR_SET_PDEATHSIG = 1
PR_SET_NAME = 15

ENDS = {signal.SIGTERM, signal.SIGINT}
SIGNALS = {*ENDS, signal.SIGCHLD, signal.SIGHUP, signal.SIGUSR2}

log = logging.getLogger("tamada.processes")


@dataclass(slots=True)
class Child:
    """One process to keep alive. `run` is called in the fork and returns when told to stop by SIGTERM."""

    name: str
    run: Callable[[], None]
    pid: int = 0
    began: float = 0.0
    failures: int = 0
    due: float = field(default=0.0)
    serves: bool = False  # One that serves pages begins beside its predecessor; any other one when that has ended.
    doors: Sequence[socket.socket] = ()  # Where it listens. A connection waits as long as anybody keeps its door open.


class Supervisor:
    """Starts the children, starts dead ones again with growing pauses, and stops them all on SIGTERM or SIGINT."""

    def __init__(self, children: list[Child], before: dict[int, str] | None = None) -> None:
        self.children = children
        self.before = before or {}
        """Processes that did these parts until now, pid to name: ended once ours serve."""
        self._told = 0.0

    def run(self) -> bool:
        """Until a signal; True when somebody asks for new code, and all still runs then.

        Call it from the main thread, with no other thread running.
        """
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        gc.collect()
        gc.freeze()
        began = time.monotonic()
        while not is_told_to_end():  # Before us already: then nothing is started any more.
            self._start_due()
            self._follow(time.monotonic() - began)
            got = signal.sigtimedwait(SIGNALS, self._pause())
            if got is None or got.si_signo == signal.SIGCHLD:
                self._reap()
            elif got.si_signo == signal.SIGUSR2:
                if not self.before:
                    return True
                log.warning("New processes are being started already.")
            elif got.si_signo != signal.SIGHUP:
                break
        self._stop()
        return False

    def _pause(self) -> float:
        waiting = [child.due for child in self.children if not child.pid and not self._waits(child)]
        pause = max(0.01, min(waiting) - time.monotonic()) if waiting else 5.0
        return min(pause, 0.05) if self.before else pause

    def _waits(self, child: Child) -> bool:
        return not child.serves and child.name in self.before.values()

    def _start_due(self) -> None:
        for child in self.children:
            if not child.pid and child.due <= time.monotonic() and not self._waits(child):
                self._fork(child)

    def _follow(self, age: float) -> None:
        """Once ours serve, tell those before us to end; they finish what they are at."""
        if not self.before:
            return
        if not self._told:
            serving = [child for child in self.children if child.serves]
            is_served = all(child.pid and announced_pid(child.name) == child.pid for child in serving)
            if not is_served and age < PATIENCE:
                return
            self._told = time.monotonic()
            for pid in self.before:
                _signal(pid, signal.SIGTERM)
        elif time.monotonic() - self._told > STOP_WITHIN:
            for pid in self.before:
                _signal(pid, signal.SIGKILL)

    def _fork(self, child: Child) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        parent = os.getpid()
        pid = os.fork()
        if pid:
            child.pid, child.began = pid, time.monotonic()
            return
        status = 1
        try:
            become_child(parent, child.name)
            self._close_doors(except_for=child.doors)
            child.run()
            status = 0
        except BaseException:
            log.exception("A process failed.", extra={"part": child.name})
        finally:
            logging.shutdown()
            sys.stdout.flush()
            os._exit(status)  # The parent's exit handlers are not the child's to run.

    def _close_doors(self, *, except_for: Sequence[socket.socket] = ()) -> None:
        for door in {door for child in self.children for door in child.doors}.difference(except_for):
            door.close()

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            self.before.pop(pid, None)
            for child in self.children:
                if child.pid == pid:
                    self._note_death(child, status)

    def _note_death(self, child: Child, status: int) -> None:
        lived = time.monotonic() - child.began
        child.failures = 0 if lived > STEADY else child.failures + 1
        pause = min(LONGEST_PAUSE, 0.1 * 2 ** min(child.failures, 10)) if child.failures > 1 else 0.0
        child.pid, child.due = 0, time.monotonic() + pause
        reason = f"status {os.waitstatus_to_exitcode(status)}"
        log.error("A process ended and is started again.", extra={"part": child.name, "reason": reason})

    def _stop(self) -> None:
        """First nobody is let in any more: who comes is refused at once, and a proxy asks elsewhere."""
        self._close_doors()
        self.children += [Child(name, lambda: None, pid) for pid, name in self.before.items()]
        for child in self.children:
            if child.pid:
                _signal(child.pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_WITHIN
        while (left := [child for child in self.children if child.pid]) and time.monotonic() < deadline:
            signal.sigtimedwait({signal.SIGCHLD}, 0.2)
            for child in left:
                if os.waitpid(child.pid, os.WNOHANG)[0]:
                    child.pid = 0
        for child in self.children:
            if child.pid:
                log.error("A process did not stop and is killed.", extra={"part": child.name})
                os.kill(child.pid, signal.SIGKILL)
                os.waitpid(child.pid, 0)


def is_told_to_end() -> bool:
    """Whether one of `ENDS` waits for this process, which blocks them."""
    return bool(signal.sigpending() & ENDS)


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def announced_pid(name: str) -> int | None:
    """The process that said it serves under the name, while it lives."""
    facts = health.announced(name)
    return int(facts["pid"]) if facts else None


def become_child(parent: int, name: str) -> None:
    """Die with the parent, leave Ctrl+C to it, hear signals again, and be told apart by `ps` and `top`."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    libc.prctl(PR_SET_NAME, f"tamada {name}".encode())
    if os.getppid() != parent:
        os._exit(1)  # It died before the line above.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGUSR2, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, set())


def run_web(name: str, sockets: list[socket.socket], *, needs_mail: bool, needs_worker: bool) -> None:
    """Serve HTTP on sockets the parent bound, so that while we restart connections wait instead of being refused."""
    import uvicorn

    from tamada.config.asgi import application

    application.needs_mail, application.needs_worker = needs_mail, needs_worker

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            health.announce(name)

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            """Not in the signal's handler: another signal inside it would find locks held."""
            for server in self.servers:
                server.close()
            application.stop_streams()
            await self._drain()
            await super().shutdown(sockets)

        async def _drain(self) -> None:
            """Answer what is asked on connections that are open, each for the last time: closing one that seems idle
            would lose the request that is on its way.
            """
            self.server_state.default_headers = [*self.server_state.default_headers, (b"connection", b"close")]
            ends = time.monotonic() + DRAIN
            while self.server_state.connections and time.monotonic() < ends:  # noqa: ASYNC110  nobody tells of an end
                await asyncio.sleep(0.02)

    config = uvicorn.Config(
        application,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=4,
        timeout_keep_alive=30,
        h11_max_incomplete_event_size=None,
    )
    Server(config).run(sockets=sockets)


def run_loops(process: loops.type_process, *, tasks: bool) -> None:
    """The life of a process that serves no pages: the loops rooms registered; in the worker, the task queue too."""
    from tamada.core import machines, wakeup
    from tamada.core.worker import Worker

    # Waited for instead of handled: a handler that a second signal interrupts would wait for its own lock.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    stop = threading.Event()
    listener, others = wakeup.Listener(), machines.Listener()
    threads = loops.run_all(process, stop)
    if tasks:
        threads.append(loops.start("tasks", lambda stop: Worker(stop).run(), stop))
    signal.sigwait({signal.SIGTERM})
    stop.set()
    deadline = time.monotonic() + CHILD_STOP
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    listener.close()
    others.close()
