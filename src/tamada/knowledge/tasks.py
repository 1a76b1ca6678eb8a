"""Recurring work of this room."""

from tamada.core.actors import SYSTEM
from tamada.core.tasks import every

from . import actions, indexing


@every(days=1)
def purge_deleted() -> None:
    """Remove for good what was deleted 30 days ago."""
    actions.purge_deleted(actor=SYSTEM)


@every(hours=1)
def check_links() -> None:
    """Look at the links that were not looked at for a week, some at a time."""
    actions.check_links()


@every(hours=6)
def tell_reviews() -> None:
    """Tell the owners of articles that are to be read again."""
    actions.tell_reviews()


@every(minutes=1)
def count_terms() -> None:
    """After an upgrade, count the terms that search ranks articles by, some at a time."""
    indexing.count_terms()
