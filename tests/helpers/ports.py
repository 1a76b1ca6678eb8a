"""Free ports on the loopback address."""

import secrets
import socket
from contextlib import ExitStack


def free_port(run: int = 1) -> int:
    """The first of `run` consecutive ports that are free now. They lie below those of outgoing connections."""
    for port in _candidates():
        with ExitStack() as stack:
            if all(_bind(stack, port + offset) for offset in range(run)):
                return port
    raise AssertionError("no free port")


def listening(port: int) -> bool:
    """Whether something accepts connections at this port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _candidates() -> list[int]:
    # Each worker process starts elsewhere, so that two do not choose the same port between looking and listening.
    start = 12_000 + secrets.randbelow(18_000)
    return list(range(start, start + 2_000, 7))


def _bind(stack: ExitStack, port: int) -> bool:
    probe = stack.enter_context(socket.socket())
    try:
        probe.bind(("127.0.0.1", port))
    except OSError:
        return False
    return True
