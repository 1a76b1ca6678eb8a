"""What `tamada check` looks at: each look is a function that yields findings, worst first in its own matter."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

GOOD, WARNING, WRONG = "ok", "warning", "wrong"


class Finding(NamedTuple):
    """One thing looked at: how it is, in a sentence that says what to do when it is not well."""

    state: str
    text: str


type_look = Callable[[], Iterator[Finding]]


def first_line(error: BaseException) -> str:
    """What an error says, in one line."""
    return str(error).strip().partition("\n")[0] or type(error).__name__


def runs_here(part: str) -> bool:
    """Whether a `tamada up` of this data folder runs that part (`web`, `mail`, `worker`)."""
    import fcntl

    from django.conf import settings

    try:
        with (Path(settings.TAMADA.data_dir) / "run" / f"{part}.lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
