"""What this room does later, or again and again."""

from tamada.core.tasks import every, task


@task(max_attempts=50)
def erase(erasure_id: int) -> None:
    """Erase somebody, or go on with it."""
    from . import erasure

    erasure.run_erasure(erasure_id=erasure_id)


@every(hours=1)
def look_for_the_erased() -> None:
    """Whom a backup brought back."""
    from . import restored

    restored.erase_again()


@every(days=1)
def drop_old() -> None:
    """What was kept long enough goes."""
    from . import retention

    retention.drop_old()
