"""Looking for articles: for our people by the house's one search, for customers within one help centre."""

from collections.abc import Iterable
from dataclasses import dataclass

from tamada.accounts.models import Agent
from tamada.search import lookup
from tamada.search.queries import Cursor, Hit, Page
from tamada.search.query import Query
from tamada.search.vocabulary import Kind

from .indexing import ARTICLE, PUBLIC, language_mark
from .models import Article, HelpCentre, Translation
from .queries import visible_to, with_everything
from .ranking import ranked
from .readable import Readable
from .spelling import corrected

MOST = 20_000
_AT_ONCE = 200
_WINDOW = 400
_READ = 30
_ON_A_LINE = ("article", "language", "slug", "title", "text", "article__category__names", "article__category__slug")


def search(agent: Agent, query: Query, *, cursor: Cursor, limit: int) -> Page[Article]:
    """Published articles the agent may see whose words match, the newest first; `message` is its translation."""
    groups = lookup.groups_of(Kind.ARTICLE, query.marked)
    nearly = cursor.mode == "n"
    if nearly:
        groups = lookup.nearly(Kind.ARTICLE, groups, query.marked) or groups
    hits, following = _walk(agent, groups, cursor.before, limit)
    if not hits and not cursor.mode and (guess := lookup.nearly(Kind.ARTICLE, groups, query.marked)):
        hits, following = _walk(agent, guess, None, limit)
        nearly = bool(hits)
    after = Cursor("n" if nearly else "e", following).written() if following is not None else None
    return Page(hits, after, nearly=nearly, query=query)


def _walk(
    agent: Agent, groups: lookup.type_groups, before: int | None, limit: int
) -> tuple[list[Hit[Article]], int | None]:
    """The next visible articles, each once by its newest matching translation, and where the page after begins."""
    found: dict[int, tuple[Article, Translation]] = {}
    seen, following = 0, None
    while len(found) <= limit:
        ids = lookup.newest(Kind.ARTICLE, groups, before=before, limit=_AT_ONCE)
        for article, translation in _shown(agent, ids):
            if len(found) > limit:
                break
            found.setdefault(article.pk, (article, translation))
        seen += len(ids)
        if len(ids) < _AT_ONCE or seen >= MOST:
            following = ids[-1] if ids and len(ids) == _AT_ONCE else None
            break
        before = ids[-1]
    hits = [Hit(article, translation) for article, translation in found.values()]
    if len(hits) > limit:
        return hits[:limit], hits[limit - 1].message.pk
    return hits, following


def _shown(agent: Agent, ids: list[int]) -> Iterable[tuple[Article, Translation]]:
    if not ids:
        return
    rows = Translation.objects.filter(pk__in=ids, is_published=True).order_by("-pk")
    articles = {row.pk: row for row in with_everything(visible_to(agent)).filter(translations__in=ids).distinct()}
    for row in rows:
        if (article := articles.get(row.article_id)) is not None:
            yield article, row


@dataclass(frozen=True, slots=True)
class Found:
    """What customers are shown, the best first; `words` are what was looked for: as typed, or as we spell it."""

    rows: list[Translation]
    words: str


def search_public(centre: HelpCentre, language: str, words: str, *, limit: int = 10) -> Found:
    """What customers may read here that matches best, in their language wherever it is there.

    All words must stand in an article. Where none of their language has them all, words that stand in none are taken
    for what is spelt almost so, and then an article with some of them will do.
    """
    rows = Readable(centre)
    groups = lookup.groups_of(Kind.ARTICLE, words)
    exact, is_own = _matching(rows, groups, language, groups, limit)
    if is_own or not groups:
        return Found(exact, words)
    better = corrected(rows, language, words)
    if better != words:
        meant = lookup.groups_of(Kind.ARTICLE, better, live=False)
        found, is_own = _matching(rows, meant, language, meant, limit)
        if found and (is_own or not exact):
            there = {row.article_id for row in found}
            return Found([*found, *(row for row in exact if row.article_id not in there)][:limit], better)
        groups = meant
    if exact:
        return Found(exact, words)
    some = [[term for group in groups for term in group]] if len(groups) > 1 else []
    return Found(_matching(rows, some, language, groups, limit)[0], better)


def _matching(
    rows: Readable,
    asked: lookup.type_groups,
    language: str,
    groups: lookup.type_groups,
    limit: int,
) -> tuple[list[Translation], bool]:
    """The best of what has what is asked, by how well it fits the groups; and whether their own language has it."""
    if not asked:
        return [], False
    marks = [[PUBLIC], [ARTICLE]]
    # In their language alone first: where that is enough, the other languages need not be read.
    own = lookup.newest(Kind.ARTICLE, [*asked, *marks, [language_mark(language)]], before=None, limit=_WINDOW)
    found = _best(rows, ranked(own, groups), language, limit)
    is_own = bool(found)
    if len(found) < limit:
        ids = {*own, *lookup.newest(Kind.ARTICLE, [*asked, *marks], before=None, limit=_WINDOW)}
        if len(ids) > len(own):
            found = _best(rows, ranked(ids, groups, first=frozenset(own)), language, limit)
    return found, is_own


def _best(rows: Readable, order: list[int], language: str, limit: int) -> list[Translation]:
    """The first of these for a reader, each article once: in their own language where it is there, and these first.

    Those in their language come first in `order`.
    """
    best: dict[int, tuple[int, str]] = {}
    for start in range(0, len(order), _READ):
        known = rows.among(order[start : start + _READ])
        for pk in order[start : start + _READ]:
            if pk in known:
                article, written = known[pk]
                best.setdefault(article, (pk, written))
        if sum(1 for _, written in best.values() if written == language) >= limit:
            break  # Nothing that follows is shown before these.
    if others := [article for article, (_, written) in best.items() if written != language]:
        # Found by words of another language, which somebody typed who would rather read their own.
        mine = rows.rows.filter(article__in=others, language=language)
        best.update({article: (pk, language) for article, pk in mine.values_list("article", "pk")})
    shown = [pk for pk, written in sorted(best.values(), key=lambda one: one[1] != language)[:limit]]
    lines = Translation.objects.select_related("article__category").only(*_ON_A_LINE)
    whole = lines.in_bulk(shown) if shown else {}
    return [whole[pk] for pk in shown if pk in whole]
