"""Looking for customers by name, address, company or city."""

from django.db.models import QuerySet

from tamada.accounts.models import Agent
from tamada.search import lookup
from tamada.search.queries import Cursor, Hit, Page
from tamada.search.query import Query
from tamada.search.vocabulary import Kind

from .models import Customer
from .queries import visible_to

# Of a word that everybody has, so many rows are looked at for one page.
MOST = 20_000
_AT_ONCE = 200


def search(agent: Agent, query: Query, *, cursor: Cursor, limit: int) -> Page[Customer]:
    """Customers the agent may see whose words match, the newest first. Operators are left out."""
    groups = lookup.groups_of(Kind.CUSTOMER, query.marked)
    nearly = cursor.mode == "n"
    if nearly:
        groups = lookup.nearly(Kind.CUSTOMER, groups, query.marked) or groups
    found, following = _walk(agent, groups, cursor.before, limit)
    if not found and not cursor.mode and (guess := lookup.nearly(Kind.CUSTOMER, groups, query.marked)):
        found, following = _walk(agent, guess, None, limit)
        nearly = bool(found)
    after = Cursor("n" if nearly else "e", following).written() if following is not None else None
    return Page([Hit(c) for c in found], after, nearly=nearly, query=query)


def matching_ids(words: str, limit: int) -> list[int]:
    """The newest customers with all these words, whoever may see them: for other rooms' own, checked searches."""
    return lookup.newest(Kind.CUSTOMER, lookup.groups_of(Kind.CUSTOMER, words, live=False), before=None, limit=limit)


def _walk(
    agent: Agent, groups: lookup.type_groups, before: int | None, limit: int
) -> tuple[list[Customer], int | None]:
    """The next visible customers, and where the page after begins or None."""
    visible, found, seen = _shown(agent), list[Customer](), 0
    while len(found) <= limit:
        ids = lookup.newest(Kind.CUSTOMER, groups, before=before, limit=_AT_ONCE)
        found += sorted(visible.filter(pk__in=ids), key=lambda c: -c.pk) if ids else []
        seen += len(ids)
        if len(ids) < _AT_ONCE or seen >= MOST:
            break
        before = ids[-1]
    if len(found) > limit:
        return found[:limit], found[limit - 1].pk
    return found, before if seen >= MOST else None


def _shown(agent: Agent) -> QuerySet[Customer]:
    return visible_to(agent).select_related("organisation").prefetch_related("tags", "identities")
