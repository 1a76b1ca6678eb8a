"""Twelve views in the rail of an admin and of an agent of two of three inboxes: counted, and opened one by one.

    python benchmarks/views.py [CONVERSATIONS]

The yardstick is one COUNT of every open conversation, which the views' bound saves. Prints one JSON object.
"""

import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import bigdata
from benchmarks.timing import timed

type_conditions = list[tuple[str, str, str]]

VIEWS: dict[str, type_conditions] = {
    "open": [("status", "is", "open")],
    "mine": [("status", "is", "open"), ("owner", "is", "me")],
    "nobody's": [("status", "is", "open"), ("owner", "is", "")],
    "urgent": [("status", "is", "open"), ("priority", "is", "urgent")],
    "waited 4 h": [("status", "is", "open"), ("waited", "over", "4h")],
    "tagged": [("status", "is", "open"), ("tag", "has", "1")],
    "a tag nothing has": [("tag", "has", "99")],
    "late": [("deadline", "is", "late")],
    "closed lately": [("status", "is", "closed"), ("active", "within", "1d")],
    "subject of an open one": [("status", "is", "open"), ("subject", "contains", "no such words")],
    "a priority nothing has": [("priority", "is", "low")],
    "subject of any": [("subject", "contains", "no such words")],
}


def measure(conversations: int = 100_000) -> dict[str, Any]:
    """All twelve at once, each alone, and each opened as a list."""
    with bigdata.company(conversations=conversations, messages=conversations) as big:
        from django.db import connection

        from tamada.conversations.models import Conversation

        views = _views()
        figures: dict[str, Any] = {"conversations": big.conversations, "database": connection.vendor}
        for name, agent in (("admin", big.admin), ("agent of 2 of 3 inboxes", big.limited)):
            figures[name] = _of(agent, views)
        open_ = Conversation.objects.filter(status="open")
        figures["yardstick: COUNT of all open ones"] = timed(open_.count)
        return figures


def _views() -> list[Any]:
    from tamada.automation.models import View

    return [
        View.objects.create(
            name=name, visibility="all", every=[{"ask": ask, "is": op, "value": value} for ask, op, value in conditions]
        )
        for name, conditions in VIEWS.items()
    ]


def _of(agent: Any, views: list[Any]) -> dict[str, Any]:
    from tamada.automation.queries.views import MOST_COUNTED, counts_of, filters_of, order_of
    from tamada.conversations.queries import counted, list_page

    def opened(view: Any) -> Any:
        return list_page(agent, filters_of(agent, view), order=order_of(view), limit=50)

    def counted_anew(view: Any) -> Any:
        return counted(agent, [filters_of(agent, view)], most=MOST_COUNTED + 1)

    figures: dict[str, Any] = {
        "rail of ten": timed(lambda: counts_of(agent, views[:-2]), 20),
        "rail of twelve, two of which look at every row": timed(lambda: counts_of(agent, views), 20),
    }
    for view in views:
        alone = timed(lambda view=view: counted_anew(view), 10)["p50_ms"]
        listed = timed(lambda view=view: opened(view), 10)["p50_ms"]
        figures[view.name] = {
            "counted": counts_of(agent, [view])[view.pk],
            "count_p50_ms": alone,
            "open_p50_ms": listed,
        }
    return figures


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000), indent=1, ensure_ascii=False))
