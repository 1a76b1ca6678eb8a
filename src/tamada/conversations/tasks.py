"""Recurring work of this room."""

from tamada.core.tasks import every

from .actions import drop_uploads, forget_changes, wake_snoozed


@every(minutes=1)
def wake() -> None:
    """Open what was put off until now."""
    wake_snoozed()


@every(hours=6)
def forget_unused_uploads() -> None:
    """Forget files whose message never came."""
    drop_uploads()


@every(hours=6)
def forget_old_changes() -> None:
    """Drop what can no longer be undone."""
    forget_changes()
