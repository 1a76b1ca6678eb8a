"""Which statements may have changed a row."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

_MAY_WRITE = re.compile(r"\b(INSERT|UPDATE|DELETE|REPLACE|MERGE|COPY|TRUNCATE|CREATE|ALTER|DROP)\b", re.IGNORECASE)


@contextmanager
def watched() -> Iterator[list[str]]:
    """Collects what may have written meanwhile: while the list is empty, every row is as it was."""
    found: list[str] = []

    def look(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if _MAY_WRITE.search(sql):
            found.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        yield found
