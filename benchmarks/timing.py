"""How the benchmarks time: warm first, many rounds, percentiles in milliseconds."""

import statistics
import time
from collections.abc import Callable, Sequence

WARM = 3
ROUNDS = 60


def timed(ask: Callable[[], object], rounds: int = ROUNDS) -> dict[str, float]:
    """p50 and p95 of one call in milliseconds, after three that warm the caches."""
    for _ in range(WARM):
        ask()
    spent = []
    for _ in range(rounds):
        started = time.perf_counter()
        ask()
        spent.append(time.perf_counter() - started)
    return spread(spent)


def spread(seconds: Sequence[float]) -> dict[str, float]:
    """p50, p95 and p99 of measured seconds, in milliseconds."""
    cuts = statistics.quantiles(seconds, n=100)
    return {f"p{p}_ms": round(cuts[p - 1] * 1000, 2) for p in (50, 95, 99)}
