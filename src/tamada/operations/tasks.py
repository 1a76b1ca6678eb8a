"""Work of this room that is done later, or again and again."""

from tamada.core.tasks import every

from . import actions


@every(minutes=1)
def tell_due() -> None:
    """Tell of promises that are due soon or late."""
    actions.tell_due()
