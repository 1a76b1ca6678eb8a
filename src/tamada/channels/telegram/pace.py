"""How fast a bot may speak: 30 messages a second, and one a second in a chat (Bot API FAQ). Pure but for the clock.

Each process keeps its own pace; where several send for one bot Telegram's own answer (429) slows them down.
"""

import threading
import time
from typing import Final

BETWEEN: Final = 1 / 30
BETWEEN_IN_CHAT: Final = 1.0
LONGEST_WAIT: Final = 5.0
_MOST: Final = 10_000


class Pace:
    """When each bot and each chat may be written to next."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._next: dict[tuple[int, str], float] = {}

    def wait(self, bot: int, chat: str, stop: threading.Event) -> float:
        """Wait for one's turn; seconds to come back after, if that would take too long or we are to stop."""
        now = time.monotonic()
        with self._guard:
            turn = max(now, self._next.get((bot, ""), 0.0), self._next.get((bot, chat), 0.0))
            if turn - now > LONGEST_WAIT:
                return turn - now
            self._next[bot, ""], self._next[bot, chat] = turn + BETWEEN, turn + BETWEEN_IN_CHAT
            if len(self._next) > _MOST:
                self._next = {key: at for key, at in self._next.items() if at > now}
        return BETWEEN_IN_CHAT if stop.wait(turn - now) else 0.0

    def pause(self, bot: int, seconds: float) -> None:
        """Telegram wants this bot to be silent for so long."""
        with self._guard:
            until = time.monotonic() + seconds
            self._next[bot, ""] = max(self._next.get((bot, ""), 0.0), until)
