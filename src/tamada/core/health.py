"""What the processes of one data folder tell each other about their state: small files in `DATA/run`."""

import json
import os
import socket
import time
from pathlib import Path
from typing import Any


def _file(name: str) -> Path:
    from django.conf import settings

    folder: Path = settings.TAMADA.data_dir / "run"
    return folder / f"{name}.json"


def announce(name: str, **facts: Any) -> None:
    """Say that this process does its part now, e.g. `announce("mail", host="127.0.0.1", ports=[2525, 2526])`."""
    file = _file(name)
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    temporary.write_text(json.dumps({**facts, "pid": os.getpid(), "started": started(os.getpid())}))
    temporary.replace(file)


def withdraw(name: str) -> None:
    """Take back what this process announced."""
    _file(name).unlink(missing_ok=True)


def announced(name: str, *, within: float | None = None) -> dict[str, Any] | None:
    """The facts of a process that announced itself, `within` so many seconds, and still lives; else None."""
    file = _file(name)
    try:
        facts: dict[str, Any] = json.loads(file.read_text())
        age = time.time() - file.stat().st_mtime
    except (FileNotFoundError, ValueError):
        return None
    is_old = within is not None and age > within
    return None if is_old or started(facts["pid"]) != facts["started"] else facts


def mail_door() -> tuple[str, int] | None:
    """Where a program on this machine hands mail to this data folder's listener, or None while there is none."""
    facts = announced("mail")
    if facts is None or not facts.get("ports"):
        return None
    return _reachable(facts.get("host", "")), int(facts["ports"][0])


def mail_problem() -> str | None:
    """Why mail can't be handed to this data folder's listeners now, or None."""
    facts = announced("mail")
    if facts is None:
        return "The mail listeners are not up."
    for port in facts.get("ports", ()):
        try:
            socket.create_connection((_reachable(facts.get("host", "")), port), timeout=2).close()
        except OSError:
            return f"The mail listener on port {port} does not accept."
    return None


def _reachable(host: str) -> str:
    return {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104


def started(pid: int) -> str | None:
    """When a process of this machine started (clock ticks since boot), None when there is no such process.

    With the pid it names a process for good: pids are used again, pairs are not.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = stat.rpartition(b")")[2].split()
    return None if fields[0] in (b"Z", b"X") else fields[19].decode()
