"""How a process signs what it takes for a while, and whether the one that signed is gone."""

import os

from tamada.core import wakeup
from tamada.core.health import started

_FOLDER = 12  # `wakeup.node()` begins with the data folder's own name, and goes on with the boot of its machine.


def signature() -> str:
    """This process, for ever: pids are used again, pids with their start since a boot are not."""
    pid = os.getpid()
    return f"{wakeup.node()}:{pid}:{started(pid)}"


def lives(signed: str) -> bool | None:
    """Whether the process that signed lives; None when it worked on another data folder, and so elsewhere."""
    node, _, rest = signed.partition(":")
    pid, _, since = rest.partition(":")
    if node[:_FOLDER] != wakeup.node()[:_FOLDER] or not pid.isdigit():
        return None
    return node == wakeup.node() and started(int(pid)) == since
