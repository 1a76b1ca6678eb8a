"""Upkeep."""

from tamada.core.tasks import every


@every(hours=1)
def prune_stored_responses() -> None:
    """Forget the answers that are no longer replayed."""
    from . import idempotency  # It brings the whole API along.

    idempotency.prune()
