"""Which events rules listen to: each once, however many triggers begin with it."""

from typing import Any

from tamada.core.events import Event, EventMeta, handles

_heard: set[type[Event]] = set()


def hear(event: type[Event]) -> None:
    """Ask the rules at every event of this type, once it is committed."""
    if event not in _heard:
        _heard.add(event)
        handles(event)(ask_rules)


def ask_rules(event: Any, meta: EventMeta) -> None:
    """Something happened that rules may begin with."""
    from .actions.running import run_rules

    run_rules(event=event, meta=meta)
