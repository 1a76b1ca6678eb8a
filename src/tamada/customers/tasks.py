"""What this room does later."""

from tamada.core.tasks import task

from . import indexing


@task
def index_people_of(organisation_id: int) -> None:
    """Let the people of a company be found by its new name."""
    indexing.index_people_of(organisation_id)
