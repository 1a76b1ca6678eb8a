"""Work of this room that is done later, or again and again."""

from datetime import date

from tamada.core.tasks import LOW, every, task

from . import actions


@task(max_attempts=3, priority=LOW)
def gather_now() -> None:
    """Gather what customers ask: this week, the last one, and the guide."""
    actions.gather_all()


@task(max_attempts=3, priority=LOW)
def read_now() -> None:
    """Look through today, and through yesterday where that is still to be done."""
    actions.read_days()


@every(minutes=30)
def gather() -> None:
    """Once a day, soon after midnight."""
    actions.gather_if_due()


@every(minutes=30)
def read() -> None:
    """So that the day's page is never much older than its day."""
    read_now.using(unique="insights.read").enqueue()


@every(minutes=5)
def mail_readings() -> None:
    """Enqueue the evening mails that are due."""
    actions.ask_to_mail()


@task(max_attempts=8)
def mail_reading(agent_id: int, day: str) -> None:
    """Mail one person the reading of a day, once."""
    actions.mail_reading(agent_id=agent_id, day=date.fromisoformat(day))
