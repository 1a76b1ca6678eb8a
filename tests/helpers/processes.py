"""Starting servers for a test, so that none outlives it."""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

_libc = ctypes.CDLL(None)
_PR_SET_PDEATHSIG, _PR_CAPBSET_DROP = 1, 24
_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH = 1, 2


def _die_with_parent() -> None:
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def humble_user() -> str | None:
    """The user for servers that refuse to run as root, or None when we are not root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def weak_root() -> None:
    """For `preexec_fn`: a root that file permissions hold for, like anybody else's; nothing happens to others."""
    if os.geteuid() == 0:
        for capability in (_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH):
            _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)


def clean_environment() -> dict[str, str]:
    """Ours, without what sets Tamada up: neither the developer's settings nor those of the run reach a program."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("TAMADA_", "DJANGO_"))}


def spawn(
    command: Sequence[str | Path], *, log: Path, user: str | None = None, env: dict[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start a server that dies with the test process, its output in `log`."""
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=env,
            cwd=log.parent,
            user=user,
            group=pwd.getpwnam(user).pw_gid if user else None,
            extra_groups=[] if user else None,
            preexec_fn=_die_with_parent,  # noqa: PLW1509
        )


def stop(process: subprocess.Popen[bytes], *, signal_number: int = signal.SIGTERM, seconds: float = 15) -> int:
    """Ask the process to end, and kill it when it does not. Returns its exit status."""
    if process.poll() is None:
        process.send_signal(signal_number)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
    return process.wait(seconds)


@contextmanager
def temporary_folder(name: str, *, user: str | None = None) -> Iterator[Path]:
    """A short path (UNIX sockets want that) owned by `user`, removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix=f"tamada-{name}-"))
    if user:
        shutil.chown(folder, user)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
