"""Pages of lists that only grow: each begins beside a row, so that the hundredth costs no more than the first."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from tamada.kit.numbers import NO_ROW, row_number

M = TypeVar("M", bound=Model)
PAGE = 50


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """Rows, the newest first, with the words by which templates know Django's own page: nothing is counted.

    A neighbour is named by a row (`before-51`, `after-100`), and "" where there is none.
    """

    object_list: list[M]
    previous_page_number: str = ""
    next_page_number: str = ""

    def __iter__(self) -> Iterator[M]:
        return iter(self.object_list)

    @property
    def has_previous(self) -> bool:
        """Whether there may be newer ones."""
        return bool(self.previous_page_number)

    @property
    def has_next(self) -> bool:
        """Whether there are older ones."""
        return bool(self.next_page_number)

    @property
    def has_other_pages(self) -> bool:
        """Whether there is anything to turn to."""
        return self.has_previous or self.has_next


def page_of(request: HttpRequest, rows: QuerySet[M], *, size: int = PAGE) -> Page[M]:
    """The rows that `?page=` names, else the newest."""
    side, _dash, number = request.GET.get("page", "").partition("-")
    beside = row_number(number)
    if side == "after" and beside != NO_ROW:
        newer = list(rows.filter(pk__gt=beside).order_by("pk")[: size + 1])
        if len(newer) > size:
            found = newer[:size][::-1]
            return Page(found, f"after-{found[0].pk}", f"before-{found[-1].pk}")
    if side == "before" and beside != NO_ROW:
        older = list(rows.filter(pk__lt=beside).order_by("-pk")[: size + 1])
        if older:
            return Page(older[:size], f"after-{older[0].pk}", _further(older, size))
    newest = list(rows.order_by("-pk")[: size + 1])
    return Page(newest[:size], "", _further(newest, size))


def _further(found: list[M], size: int) -> str:
    return f"before-{found[size - 1].pk}" if len(found) > size else ""
