"""What this room does later."""

from tamada.core.tasks import every, task


@task(max_attempts=3)
def run_export(export_id: int) -> None:
    """Write everything to a zip."""
    from . import actions

    actions.make_export(export_id=export_id)


@task(max_attempts=5)
def run_import(import_id: int) -> None:
    """Bring a file in."""
    from . import actions

    actions.make_import(import_id=import_id)


@every(hours=1)
def drop_expired_exports() -> None:
    """Files whose time is over go."""
    from . import actions

    actions.drop_expired()
