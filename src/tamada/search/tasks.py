"""Recurring work of this room."""

from tamada.core.tasks import every

from . import upkeep


@every(days=1)
def prune_words() -> None:
    """Forget words that nothing holds any more."""
    upkeep.prune_all()


@every(minutes=1)
def renew_index() -> None:
    """After an upgrade that analyses words in another way, the index in portions."""
    upkeep.renew()
