"""Work of this room that is done later, or again and again."""

from typing import Final

from tamada.core.tasks import every, task

TRIES: Final = 60
"""The queue's growing pauses add up to two days, for which an answer of ours is tried as well."""


@task(max_attempts=TRIES)
def fetch_file(message_id: int, file: str) -> None:
    """Bring a file here."""
    from . import actions

    actions.fetch_file(message_id=message_id, file=file)


@task(max_attempts=3)
def leave_group(bot_pk: int, chat: int) -> None:
    """Leave a group."""
    from . import actions

    actions.leave_group(bot_pk=bot_pk, chat=chat)


@every(hours=12)
def forget_start_links() -> None:
    """Forget links that are over."""
    from . import actions

    actions.forget_links()
