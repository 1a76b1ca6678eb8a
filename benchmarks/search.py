"""Searching a million messages for one common and one rare word, beside the bare index query.

    python benchmarks/search.py [MESSAGES]

The index query alone, in the same process and right after, is the yardstick. Prints one JSON object.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import bigdata

ROUNDS = 60


def timed(ask: Callable[[], object], rounds: int = ROUNDS) -> dict[str, float]:
    """p50 and p95 in milliseconds, once the caches are warm; `cpu_ms` is not blurred by a busy machine."""
    for _ in range(3):
        ask()
    spent, cpu = [], time.process_time()
    for _ in range(rounds):
        started = time.perf_counter()
        ask()
        spent.append((time.perf_counter() - started) * 1000)
    return {
        "p50_ms": round(statistics.median(spent), 1),
        "p95_ms": round(statistics.quantiles(spent, n=20)[18], 1),
        "cpu_ms": round((time.process_time() - cpu) / rounds * 1000, 1),
    }


def measure(messages: int = 1_000_000) -> dict[str, Any]:
    """Every figure; the company has a conversation for each five messages."""
    with bigdata.company(conversations=messages // 5, messages=messages) as big:
        from django.db import connection
        from django.test import Client

        from tamada.search import lookup
        from tamada.search.queries import search
        from tamada.search.vocabulary import Kind

        second = search(big.admin, big.common).hits[0].message.text.split()[0]
        questions = {
            "common": (big.admin, big.common),
            "rare": (big.admin, big.rare),
            "common and rare": (big.admin, f"{big.common} {big.rare}"),
            "two common": (big.admin, f"{big.common} {second}"),
            "half typed": (big.admin, big.common[:5]),
            "two letters": (big.admin, big.common[:2]),
            "common, 2 of 3 inboxes": (big.limited, big.common),
            "rare, 2 of 3 inboxes": (big.limited, big.rare),
            "common, from one customer": (big.admin, f"{big.common} from:c77@big.example"),
            "common, is:open": (big.admin, f"{big.common} is:open"),
            "misspelt": (big.admin, "intrenet"),
        }
        figures: dict[str, Any] = {"messages": messages, "database": connection.vendor, "results": {}}
        for name, (agent, q) in questions.items():
            found = timed(lambda agent=agent, q=q: search(agent, q))
            figures["results"][name] = {**found, "hits": len(search(agent, q).hits)}
        for name, word in (("common", big.common), ("rare", big.rare)):
            groups = [[term] for term in lookup.groups_of(Kind.MESSAGE, f"{word} ")[0][:1]]
            yard = timed(lambda groups=groups: lookup.newest(Kind.MESSAGE, groups, before=None, limit=50))
            figures["results"][name]["yardstick"] = yard
        client = Client()
        client.force_login(big.admin)
        live = {"HX-Request": "true", "HX-Target": "results"}
        page = timed(lambda: client.get("/search", {"q": big.common}, headers=live), 20)
        figures["results"]["live fragment, common"] = page
        return figures


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000), indent=1))
