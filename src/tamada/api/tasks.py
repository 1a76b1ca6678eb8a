"""Upkeep."""

from tamada.core.tasks import every

from . import idempotency


@every(hours=1)
def prune_stored_responses() -> None:
    """Forget the answers that are no longer replayed."""
    idempotency.prune()
