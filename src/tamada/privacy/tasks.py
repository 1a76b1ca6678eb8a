"""What this room does later, or again and again."""

from tamada.core.tasks import LOW, every, task


@task(max_attempts=50)
def erase(erasure_id: int) -> None:
    """Erase somebody, or go on with it."""
    from . import actions

    actions.run_erasure(erasure_id=erasure_id)


@every(hours=1)
def look_for_the_erased() -> None:
    """Whom a backup brought back."""
    from . import actions

    actions.erase_again()


@every(days=1)
def drop_old() -> None:
    """What was kept long enough goes."""
    drop_some.using(unique="retention").enqueue()


@task(priority=LOW)
def drop_some() -> None:
    """Some of it, and then more, until nothing is left."""
    from . import actions

    if actions.drop_old():
        drop_some.using(unique="retention").enqueue()
