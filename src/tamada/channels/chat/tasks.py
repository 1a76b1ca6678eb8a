"""Work of this room that is done later, or again and again."""

from tamada.core.tasks import every, task

from . import actions


@task
def mail_unseen(thread_id: int) -> None:
    """Mail what was not read in time."""
    actions.mail_unseen_answers(thread_id=thread_id)


@every(hours=6)
def forget_idle_visitors() -> None:
    """Forget browsers that only looked."""
    while actions.forget_idle():
        pass
