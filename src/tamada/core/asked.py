"""Questions that are asked with every message, composed once: composing a small query takes the ORM ten times longer
than the database takes to answer it.

    _owners = Asked(lambda pk: Conversation.objects.filter(pk=pk).values_list("assignee"))
    _owners.rows(7)                                                          # [(3,)], or [] when there is none
"""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import QuerySet

_MARK = 2**62
"""Stands for the first value while the query is composed, the next number for the second: nothing has such an id."""


class Asked:
    """A query of plain values (whole numbers, texts) that depends on ids alone."""

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self._build = build
        self._composed: tuple[str, str, list[Any]] | None = None

    def rows(self, *ids: int) -> list[tuple[Any, ...]]:
        """What the database answers for these ids."""
        vendor, sql, parameters = self._composed or self._compose(len(ids))
        if vendor != connection.vendor:
            _vendor, sql, parameters = self._compose(len(ids))
        # PostgreSQL's driver has whole numbers of its own, by their size.
        given = [ids[one - _MARK] if isinstance(one, int) and one >= _MARK else one for one in parameters]
        with connection.cursor() as cursor:
            cursor.execute(sql, given)
            return list(cursor.fetchall())

    def any(self, *ids: int) -> bool:
        """Whether there is such a row."""
        return bool(self.rows(*ids))

    def _compose(self, count: int) -> tuple[str, str, list[Any]]:
        query = self._build(*range(_MARK, _MARK + count)).query
        sql, parameters = query.get_compiler(connection=connection).as_sql()
        self._composed = (connection.vendor, sql, list(parameters))
        return self._composed
