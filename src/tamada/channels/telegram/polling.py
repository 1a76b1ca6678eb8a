"""Asking Telegram for updates, one thread a bot. Telegram forgets an update only once the journal has it."""

import logging
import threading
import time
from datetime import timedelta
from typing import Any, Final

from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from tamada.channels.events import ChannelTroubled
from tamada.channels.journal import DiskShortError, Journal, default_journal
from tamada.channels.telegram import reasons
from tamada.channels.telegram.actions.bots import token_of
from tamada.channels.telegram.api import Api, ApiError, NoAnswer, Unreached
from tamada.channels.telegram.intake import keep
from tamada.channels.telegram.models import Bot, Mode
from tamada.channels.telegram.parse import ALLOWED
from tamada.core import events
from tamada.core.actors import SYSTEM

log = logging.getLogger(__name__)

WAITS: Final = 3
"""Seconds for which Telegram holds an answer back while there is nothing. Short, so that a poller that is to stop, or
has lost its lease, does so in time; an update comes at once all the same."""

AT_ONCE: Final = 100
LONGEST_PAUSE: Final = 60.0
_LOOK_SECONDS: Final = 2.0


def run_poller(stop: threading.Event) -> None:
    """The mail process's loop: a thread for each bot that asks, until `stop`. Who else asks only brings doubles."""
    journal = default_journal()
    pollers: dict[int, Poller] = {}
    try:
        while not stop.is_set():
            try:
                _arrange(pollers, journal, stop)
            except (DatabaseError, InterfaceError):
                connection.close()
            stop.wait(_LOOK_SECONDS)
    finally:
        for poller in pollers.values():
            poller.own_stop.set()
        ends = time.monotonic() + WAITS + 0.5  # whoever follows us (core.leases) waits no longer
        for poller in pollers.values():
            poller.thread.join(max(0.0, ends - time.monotonic()))
        connection.close()


def _arrange(pollers: "dict[int, Poller]", journal: Journal, stop: threading.Event) -> None:
    """Start who is new, stop who is gone, has another token, or gets its updates otherwise."""
    wanted = {bot.pk: bot for bot in Bot.objects.filter(mode=Mode.POLLING, inbox__is_active=True)}
    for pk, poller in list(pollers.items()):
        if pk not in wanted or wanted[pk].token != poller.bot.token or not poller.thread.is_alive():
            poller.own_stop.set()
            del pollers[pk]
    for pk, bot in wanted.items():
        if pk not in pollers:
            pollers[pk] = Poller(bot, journal, stop)
            pollers[pk].thread.start()


class Poller:
    """Asks for one bot's updates."""

    def __init__(self, bot: Bot, journal: Journal, stop: threading.Event) -> None:
        self.bot, self.journal = bot, journal
        self.all_stop, self.own_stop = stop, threading.Event()
        self.thread = threading.Thread(target=self._run, name=f"telegram-{bot.pk}", daemon=True)

    def _stopped(self) -> bool:
        return self.own_stop.is_set() or self.all_stop.is_set()

    def _run(self) -> None:
        pause = 0.0
        try:
            while not self._stopped():
                try:
                    pause = self.round(pause)
                except (DatabaseError, InterfaceError):
                    connection.close()
                    pause = min(LONGEST_PAUSE, max(1.0, pause * 2))
                self._rest(pause)
        finally:
            connection.close()

    def _rest(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self._stopped() and (left := until - time.monotonic()) > 0:
            self.own_stop.wait(min(left, 0.5))

    def round(self, pause: float = 0.0) -> float:
        """Ask once; how long to leave Telegram alone afterwards."""
        try:
            updates = self._ask()
            self._keep(updates)
        except ApiError as error:
            self._note(_reason(error))
            return error.retry_after or min(LONGEST_PAUSE, max(2.0, pause * 2))
        except (Unreached, NoAnswer) as error:
            reason = str(error)
        except DiskShortError:
            reason = reasons.DISK_SHORT
        else:
            self._well()
            return 0.0
        self._note(reason)
        return min(LONGEST_PAUSE, max(1.0, pause * 2))

    def _ask(self) -> list[dict[str, Any]]:
        """What is new. Asking for what follows an update tells Telegram that we have it.

        Once it knows, we ask without a number: after a quiet week Telegram begins to count anywhere, and whoever named
        a higher number then would throw away what came.
        """
        with Api(token_of(self.bot), timeout=WAITS + 7.0) as api:
            given = {"limit": AT_ONCE, "timeout": WAITS, "allowed_updates": list(ALLOWED)}
            given |= {"offset": self.bot.offset} if self.bot.offset else {}
            found = api.call("getUpdates", given)
        return [update for update in found if isinstance(update, dict)]

    def _keep(self, updates: list[dict[str, Any]]) -> None:
        """On disk first, then the offset: a death in between brings them again, and they are known."""
        for update in updates:
            keep(self.bot, update, self.journal, source="polling")
        follows = max((int(update["update_id"]) for update in updates), default=-1) + 1
        if follows != self.bot.offset:
            self.bot.offset = follows
            self._row().update(offset=self.bot.offset)

    def _row(self) -> QuerySet[Bot]:
        """The bot while it is asked by this token: what an answer under way tells is nothing to the next one."""
        return Bot.objects.filter(pk=self.bot.pk, token=self.bot.token, mode=Mode.POLLING)

    def _well(self) -> None:
        now = timezone.now()
        stale = (
            Q(last_ok_at__isnull=True) | Q(last_ok_at__lt=now - timedelta(minutes=1)) | Q(last_error_at__isnull=False)
        )
        self._row().filter(stale).update(last_ok_at=now, last_error="", last_error_at=None)

    def _note(self, reason: str) -> None:
        """Keep why nothing comes in, and tell once."""
        now = timezone.now()
        with transaction.atomic():
            changed = self._row().exclude(last_error=reason[:500])
            if changed.update(last_error=reason[:500]):
                keys = frozenset({"role:admin", f"inbox:{self.bot.inbox_id}"})
                fact = ChannelTroubled(audience=keys, inbox=self.bot.inbox_id, reason="fetching")
                events.record(fact, actor=SYSTEM)
            self._row().update(last_error_at=now)


def _reason(error: ApiError) -> str:
    if error.code in (401, 404):
        return reasons.TOKEN_REFUSED
    if error.code == 409:
        return reasons.OTHER_READER % {"words": error.words}
    return reasons.REFUSED % {"words": error.words}
