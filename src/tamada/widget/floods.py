"""How much one visitor and one address may do in a while, before their computer works for it or they wait."""

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest

from tamada.core import limits
from tamada.core.callers import caller

from . import proof
from .problems import Problem

HARD: Final = 10
"""Beyond so many times a window's measure no work helps."""


@dataclass(frozen=True, slots=True)
class Window:
    """So many requests in so many seconds, from a visitor and from an address; 0 is without measure."""

    name: str
    visitor: int
    address: int
    seconds: int
    workable: bool = True


START: Final = Window("start", 0, 60, 600)
WRITE: Final = Window("write", 60, 240, 60)
UPLOAD: Final = Window("upload", 20, 60, 60, workable=False)
"""A file takes disk, which work doesn't bring back."""
OTHER: Final = Window("other", 600, 6000, 60, workable=False)
STREAM: Final = Window("stream", 120, 12_000, 60, workable=False)
"""Ten thousand chats behind one address come back at once when a server was away."""


def count(caller: tuple[str, int], window: Window, visitor: str) -> float:
    """Count a request, and say what share of the measure is used; beyond 1 is too much."""
    address, factor = caller
    over = limits.used(f"widget:{window.name}:a:{address}", window.seconds) / (window.address * factor)
    if visitor and window.visitor and over <= 1:
        over = max(over, limits.used(f"widget:{window.name}:v:{visitor[:32]}", window.seconds) / window.visitor)
    return over


def check(request: HttpRequest, window: Window, visitor: str = "") -> None:
    """Count the request. `visitor` is what is kept of their token, which need be nobody's: who makes up many is told
    by their address. Raises Problem 429, with a challenge where solving it lets the same request in.
    """
    over = count(caller(request), window, visitor)
    if over <= 1:
        return
    if over > HARD or not window.workable:
        raise Problem("busy", headers={"Retry-After": str(window.seconds)})
    if not proof.is_solved(request.headers.get(proof.HEADER, "")):
        asked = proof.challenge(proof.BITS + int(over / 2))
        raise Problem("busy", headers={"Retry-After": str(window.seconds)}, challenge=asked)
