"""Recurring work of this room."""

from tamada.core.tasks import every

from .actions import wake_snoozed


@every(minutes=1)
def wake() -> None:
    """Open what was put off until now."""
    wake_snoozed()
