"""How customers really asked: first messages of solved conversations that are near an article, shortened to a question.

Near is what shares its telling words. Nothing that names somebody, or holds a number or an address, is proposed.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from math import log
from typing import Final

from tamada.accounts.models import Agent
from tamada.conversations.models import Kind as MessageKind
from tamada.conversations.models import Message, Status
from tamada.conversations.queries import visible_to
from tamada.core.personal import names_any
from tamada.kit.text import analyse
from tamada.search import lookup
from tamada.search.vocabulary import Kind

from .models import Article, Translation

MOST: Final = 10
_LOOKED_AT: Final = 1_000
_SHORTEST, _LONGEST = 8, 160
_ENOUGH: Final = 0.3
_SENTENCE = re.compile(r"[^.!?;:։\n]*(?:[.!?;:։]+|\n|$)")
"""The Armenian question mark ends none: it stands within the word that asks."""
_TELLING = re.compile(r"@|https?:|www\.|\d[\d\s().-]{3,}|[A-Z]{2,}\d")
_GREETING = re.compile(
    r"^\W*(?:hello|hi|dear|good (?:morning|day|evening)|thank|regards|best|sincerely|здравствуй|добрый|привет|спасибо"
    r"|уважаем|с уважением|բարև|ողջույն|հարգել|հարգանք|շնորհակալ|გამარჯობა|მოგესალმებ|პატივისცემ|გმადლობ|მადლობ)",
    re.IGNORECASE,
)


def proposals(agent: Agent, article: Article, language: str) -> list[tuple[str, str, int]]:
    """(language, question, id of the message), the nearest first; from conversations that this agent may see."""
    words = _telling_words(article, language)
    if not words:
        return []
    ids = lookup.newest(Kind.MESSAGE, [list(words)], before=None, limit=_LOOKED_AT)
    known = {_key(text) for text in article.phrasings.filter(language=language).values_list("text", flat=True)}
    found: list[tuple[float, str, int]] = []
    for message in _first_messages(agent, ids, language):
        question = _question(message, words)
        if question and _key(question) not in known:
            known.add(_key(question))
            found.append((_nearness(question, language, words), question, message.pk))
    near = sorted((one for one in found if one[0] >= _ENOUGH), key=lambda one: (-one[0], one[2]))
    return [(language, question, pk) for _score, question, pk in near[:MOST]]


def _telling_words(article: Article, language: str) -> dict[str, float]:
    """The terms of its title and of how it is asked for, by how few other articles have them."""
    rows = Translation.objects.filter(language=language, article__deleted_at=None)
    titles = {row.article_id: set(analyse(row.working_title, language)) for row in rows.only(*_TITLES)}
    own = Counter(titles.get(article.pk, ()))
    for text in article.phrasings.filter(language=language, accepted=True).values_list("text", flat=True):
        own.update(analyse(text, language))
    total = len(titles) or 1
    held = {word: sum(word in title for pk, title in titles.items() if pk != article.pk) for word in own}
    weights = {word: log(1 + total / (1 + held[word])) * min(own[word], 3) for word in own if len(word) > 2}
    return dict(sorted(weights.items(), key=lambda one: -one[1])[:12])


_TITLES = ("article", "language", "title", "draft_title", "draft_at")


def _first_messages(agent: Agent, ids: Iterable[int], language: str) -> Iterator[Message]:
    solved = visible_to(agent).filter(status=Status.CLOSED, is_spam=False).order_by()
    rows = Message.objects.filter(pk__in=list(ids), kind=MessageKind.IN, seq=1, conversation__in=solved.values("pk"))
    yield from rows.filter(language=language).select_related("customer").order_by("-pk")[:200]


def _question(message: Message, words: dict[str, float]) -> str:
    """The sentence of a message that says most about the matter; "" where it says something about somebody."""
    said = [message.subject, *(match.strip() for match in _SENTENCE.findall(message.text[:2_000]))]
    fit = [line.strip(" \t,-–—") for line in said]
    fit = [line for line in fit if _SHORTEST <= len(line) <= _LONGEST and not _GREETING.match(line)]
    fit = [line for line in fit if not _is_personal(line, message)]
    return max(fit, key=lambda line: (_nearness(line, message.language, words), "?" in line or "՞" in line), default="")


def _is_personal(line: str, message: Message) -> bool:
    names = [message.author_name, message.customer.name if message.customer else ""]
    parts = [part for name in names for part in (name, *name.split()) if len(part) > 2]
    return bool(_TELLING.search(line)) or names_any(line, parts)


def _nearness(line: str, language: str, words: dict[str, float]) -> float:
    """Which part of the article's telling words it has, long lines a little less."""
    has = set(analyse(line, language))
    best = sum(sorted(words.values(), reverse=True)[:4]) or 1
    return min(1.0, sum(weight for word, weight in words.items() if word in has) / best) - len(line) / 2_000


def _key(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
