"""Which of many translations a reader may read: one question, composed once and asked several times in a search."""

from collections.abc import Collection, Sequence
from functools import cached_property
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from .models import Translation


class Readable:
    """The rows that a reader may read, asked about by their ids."""

    def __init__(self, rows: QuerySet[Translation]) -> None:
        self.rows = rows

    def among(self, ids: Collection[int]) -> dict[int, tuple[int, str]]:
        """Article and language of those of these translations that may be read."""
        sql, given = self._asked
        if not ids or not sql:
            return {}
        # By hand, as in `ranking`: to compose a door takes the ORM longer than the database takes to answer.
        listed = ",".join(f"{pk:d}" for pk in ids)
        with connection.cursor() as db:
            db.execute(f"SELECT pk, article_id, language FROM ({sql}) AS door WHERE pk IN ({listed})", given)  # noqa: S608  numbers alone
            return {pk: (article, language) for pk, article, language in db.fetchall()}

    @cached_property
    def _asked(self) -> tuple[str, Sequence[Any]]:
        told = self.rows.select_related(None).order_by().values_list("pk", "article_id", "language")
        try:
            return told.query.sql_with_params()
        except EmptyResultSet:
            return "", ()
