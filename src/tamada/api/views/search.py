"""Search."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from tamada.search.queries import search

from .. import cursors, schemas
from ..answers import page
from ..article_shapes import article_item
from ..caller import caller_of
from ..shapes import conversation_items, customer_item

router = Router(tags=["Search"])

_SHAPES: dict[str, Callable[[list[Any]], list[dict[str, Any]]]] = {
    "conversations": conversation_items,
    "customers": lambda rows: [customer_item(row) for row in rows],
    "articles": lambda rows: [article_item(row) for row in rows],
}


@router.get(
    "/search",
    response=schemas.Page[schemas.Conversation | schemas.Customer | schemas.Article],
    summary="Search conversations, customers or articles",
)
def find(request: HttpRequest, query: Query[schemas.SearchQuery]) -> HttpResponse:
    """Newest first, every inflected form; items look as in their own list. Only what the caller may see is found."""
    purpose = f"search:{query.kind}"
    inner = cursors.unwrap(query.cursor, purpose)
    found = search(caller_of(request).agent, query.q, kind=query.kind, cursor=inner, limit=query.size)
    shape = _SHAPES[query.kind]
    return page(shape(found.items), cursors.wrap(found.next, purpose))
