"""Work of this room that is done later, or again and again."""

from tamada.core.tasks import every, task

from . import actions, indexing


@task
def index_again(conversation_id: int) -> None:
    """Make the index of a conversation's messages anew."""
    indexing.index_again(conversation_id)


@every(minutes=1)
def wake() -> None:
    """Open what was put off until now."""
    actions.wake_snoozed()


@every(hours=6)
def forget_unused_uploads() -> None:
    """Forget files whose message never came."""
    actions.drop_uploads()


@every(hours=6)
def forget_old_changes() -> None:
    """Drop what can no longer be undone."""
    actions.forget_changes()


@every(hours=1)
def remove_deleted() -> None:
    """Remove for good what was deleted a month ago."""
    actions.purge_deleted()
