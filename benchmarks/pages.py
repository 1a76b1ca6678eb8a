"""The inbox list and a conversation at full size, beside the same list in a small company and an empty Django view.

    python benchmarks/pages.py [CONVERSATIONS [MESSAGES]]

Whole requests through every middleware, in process (no socket). Prints one JSON object.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import bigdata
from benchmarks.timing import timed

SMALL = 2_000
THREAD = 30
PANE = {"HX-Request": "true", "HX-Target": "pane"}


def measure(conversations: int = 1_000_000, messages: int = 5_000_000) -> dict[str, Any]:
    """Every page in a company of that size, and the list of a small one in a process of its own."""
    figures = _pages(conversations, messages)
    small = subprocess.run(
        [sys.executable, __file__, str(SMALL), str(SMALL * 5), "alone"], capture_output=True, text=True, check=True
    )
    figures["list of 50 in a company of 2,000"] = json.loads(small.stdout)["list of 50, open, an admin"]
    return figures


def _pages(conversations: int, messages: int) -> dict[str, Any]:
    with bigdata.company(conversations=conversations, messages=messages) as big:
        from django.db import connection
        from django.test import Client

        figures: dict[str, Any] = {
            "conversations": conversations,
            "messages": messages,
            "database": connection.vendor,
        }
        for who, agent in (("an admin", big.admin), ("an agent of 2 of 3 inboxes", big.limited)):
            client = Client()
            client.force_login(agent)
            for box in ("open", "unassigned", "closed"):
                url = f"/inbox/{box}?fragment=list"
                figures[f"list of 50, {box}, {who}"] = timed(lambda c=client, u=url: c.get(u))
            url = f"/conversations/{_thread(big)}"
            figures[f"conversation of {THREAD}, {who}"] = timed(lambda c=client, u=url: c.get(u, headers=PANE))
        client = Client()
        figures["yardstick: an empty view"] = timed(lambda: client.get("/login"))
        return figures


_made: dict[int, int] = {}


def _thread(big: bigdata.Company) -> int:
    """A conversation of 30 messages that both agents see."""
    from tamada.conversations.models import Conversation, Message
    from tamada.conversations.queries import visible_to

    if THREAD not in _made:
        found = visible_to(big.limited).filter(status="open").order_by("-pk")[0]
        first = found.messages.order_by("seq")[0]
        for seq in range(found.last_seq + 1, THREAD + 1):
            first.pk, first.seq = None, seq
            first.external_id, first.external_key = "", None
            first.save(force_insert=True)
        count = Message.objects.filter(conversation=found).count()
        Conversation.objects.filter(pk=found.pk).update(last_seq=THREAD, message_count=count)
        _made[THREAD] = found.pk
    return _made[THREAD]


if __name__ == "__main__":
    sizes = [int(a) for a in sys.argv[1:] if a.isdigit()]
    print(json.dumps(_pages(*sizes) if "alone" in sys.argv else measure(*sizes), indent=1))
