"""Recurring work of this room."""

from tamada.core.tasks import every

from .actions import renew_public_holidays


@every(days=1)
def renew_holidays() -> None:
    """Bring the public holidays of the coming years into the calendars that have them."""
    renew_public_holidays()
