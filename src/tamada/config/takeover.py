"""New code without a request that fails: on SIGUSR2 the parent becomes the new program, and keeps what it holds.

Its ports stay open, its children go on serving. The new program starts new web processes on the same ports; when they
serve, the old ones answer what they were asked and end. Before that the new code is tried in a process of its own: code
that can't start leaves everything as it is.
"""

import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field

from .processes import is_told_to_end

NAME = "TAMADA_TAKEOVER"
TRIAL = (
    "import django; django.setup(); import tamada.config.asgi; from tamada.config.online import cannot_join; "
    "import sys; sys.exit(cannot_join())"
)
TRIAL_SECONDS = 120

log = logging.getLogger("tamada.processes")


@dataclass(frozen=True, slots=True)
class Held:
    """What goes from one program to the next: open files by number, and processes by pid."""

    web: list[int] = field(default_factory=list)
    mail: list[int] = field(default_factory=list)
    locks: list[int] = field(default_factory=list)
    children: dict[int, str] = field(default_factory=dict)


def taken_over() -> Held | None:
    """What the program before us left in this very process; None after a usual start."""
    given = json.loads(os.environ.pop(NAME, "null"))
    if given is None or given.pop("pid") != os.getpid():
        return None
    given["children"] = {int(pid): name for pid, name in given["children"].items()}
    held = Held(**given)
    for number in (*held.web, *held.mail, *held.locks):
        os.set_inheritable(number, False)
    return held


def new_code_starts() -> bool:
    """Whether the code on disk loads, and can work beside ours on this database. What speaks against it is logged.

    Who is told to end meanwhile waits for no trial: False.
    """
    with (
        tempfile.TemporaryFile("w+") as said,
        subprocess.Popen([sys.executable, "-c", TRIAL], stdout=subprocess.DEVNULL, stderr=said) as trial,
    ):
        until = time.monotonic() + TRIAL_SECONDS
        while trial.poll() is None and time.monotonic() < until and not is_told_to_end():
            time.sleep(0.05)  # Waiting for a signal would take it away from the supervisor, which acts on it.
        if trial.returncode == 0:
            return True
        reason = "It takes too long."
        if trial.returncode is None:
            trial.kill()
        else:
            said.seek(0)
            reason = (said.read().strip().splitlines() or ["?"])[-1]
    if not is_told_to_end():
        log.error("The new code does not start beside the old one, which goes on.", extra={"reason": reason})
    return False


def become_new(held: Held) -> None:
    """Start the program anew in this process, with its arguments. Does not return."""
    for number in (*held.web, *held.mail, *held.locks):
        os.set_inheritable(number, True)
    os.environ[NAME] = json.dumps({"pid": os.getpid(), **{name: getattr(held, name) for name in Held.__slots__}})
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606  ourselves, with our own arguments
