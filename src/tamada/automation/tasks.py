"""Work of this room for later."""

from tamada.core.tasks import LOW, every, task

from . import actions


@every(minutes=1)
def run_waits() -> None:
    """Ask the rules that wait for time to pass."""
    actions.run_waits()


@every(hours=1)
def check_rules() -> None:
    """Switch off rules that name something gone."""
    actions.check_rules()


@every(hours=6)
def forget_traces() -> None:
    """Drop old reasons."""
    actions.forget_traces()


@task(priority=LOW)
def go_on_with_dry_run(dry_run_id: int) -> None:
    """One batch of a trial run, then the next."""
    if actions.go_on(dry_run_id=dry_run_id):
        go_on_with_dry_run.using(unique=f"dry_run:{dry_run_id}").enqueue(dry_run_id=dry_run_id)


@every(minutes=1)
def route_waiting() -> None:
    """Give what waits unowned to who is here, and tell of what waits too long."""
    actions.route_waiting()
    actions.tell_unowned()
