"""Which of many translations readers of a help centre may read: a question that a search asks several times."""

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from .models import HelpCentre, Translation
from .queries import public


class Readable:
    """What may be read in a centre."""

    def __init__(self, centre: HelpCentre) -> None:
        self._centre = centre

    @property
    def rows(self) -> QuerySet[Translation]:
        """All of it, without what it is related to."""
        return public(self._centre).select_related(None).order_by()

    def among(self, ids: Collection[int]) -> dict[int, tuple[int, str]]:
        """Article and language of those of these translations that may be read."""
        centre = self._centre
        sql, given = _composed(centre, connection.vendor, centre.is_main, tuple(centre.languages))
        if not ids or not sql:
            return {}
        # By hand, as in `ranking`: to compose a door takes the ORM longer than the database takes to answer.
        listed = ",".join(f"{pk:d}" for pk in ids)
        with connection.cursor() as db:
            db.execute(f"SELECT pk, article_id, language FROM ({sql}) AS door WHERE pk IN ({listed})", given)  # noqa: S608  numbers alone
            return {pk: (article, language) for pk, article, language in db.fetchall()}


@lru_cache(maxsize=256)
def _composed(
    centre: HelpCentre, _vendor: str, _is_main: bool, _languages: tuple[str, ...]
) -> tuple[str, Sequence[Any]]:
    """The door of a centre; beside its id, what else of it the door depends on."""
    try:
        return Readable(centre).rows.values_list("pk", "article_id", "language").query.sql_with_params()
    except EmptyResultSet:
        return "", ()
