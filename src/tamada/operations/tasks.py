"""Work of this room that is done later, or again and again."""

from tamada.core.tasks import every

from . import actions


@every(minutes=1)
def tell_due() -> None:
    """Tell of promises that are due soon or late."""
    actions.tell_due()


@every(hours=1)
def forget_unanswered() -> None:
    """Ask nobody for ever whether something was a promise."""
    actions.forget_unanswered()
