"""A small filter that learns from what people mark: naive Bayes over words (Graham 2002, Robinson 2003)."""

import math
import re
from collections.abc import Iterable
from typing import Final

from django.db.models import F

from .models import SpamWord

_WORD: Final = re.compile(r"[^\W\d_]{3,30}|https?://[\w.-]+")
_MOST_WORDS: Final = 150
_TOTAL: Final = ""  # the row that counts messages
STRENGTH: Final = 1.0  # Robinson's s: how much the neutral prior weighs against what was seen
LEARNED_ENOUGH: Final = 10  # messages of each kind before the filter has a say
THRESHOLD: Final = 0.98
RARE: Final = 5  # messages: a word that no more of them had may be one person's


def words_of(text: str) -> list[str]:
    """The distinct words and link hosts of a text, folded, at most 150."""
    return list(dict.fromkeys(w.casefold() for w in _WORD.findall(text[:20_000])))[:_MOST_WORDS]


def learn(text: str, *, is_spam: bool) -> None:
    """Count a message's words as spam or as wanted mail. Call in a transaction."""
    column = "spam" if is_spam else "ham"
    words = [_TOTAL, *sorted(words_of(text))]
    SpamWord.objects.bulk_create([SpamWord(word=w) for w in words], ignore_conflicts=True)
    SpamWord.objects.filter(word__in=words).update(**{column: F(column) + 1})


def unlearn(text: str, *, is_spam: bool) -> None:
    """Take back what `learn` counted. Call in a transaction."""
    column = "spam" if is_spam else "ham"
    words = [_TOTAL, *sorted(words_of(text))]
    SpamWord.objects.filter(word__in=words, **{f"{column}__gt": 0}).update(**{column: F(column) - 1})


def scores(texts: Iterable[str]) -> list[float]:
    """The probability in [0, 1] that each text is spam; 0 until enough of both kinds was seen. One query in all."""
    split = [words_of(t) for t in texts]
    total = SpamWord.objects.filter(word=_TOTAL).first()
    if total is None or min(total.spam, total.ham) < LEARNED_ENOUGH:
        return [0.0] * len(split)
    wanted = {w for words in split for w in words}
    rows = SpamWord.objects.filter(word__in=wanted).values_list("word", "spam", "ham")
    seen = {word: (spam / total.spam, ham / total.ham, spam + ham) for word, spam, ham in rows}
    return [_combine([_lean(*seen[w]) for w in words if w in seen]) for words in split]


def _lean(spam: float, ham: float, times: int) -> float:
    """Robinson's f(w): how spammy a word is, pulled to 0.5 while it was rarely seen."""
    p = spam / (spam + ham) if spam + ham else 0.5
    return (STRENGTH * 0.5 + times * p) / (STRENGTH + times)


def _combine(leans: list[float]) -> float:
    strongest = sorted(leans, key=lambda p: -abs(p - 0.5))[:25]
    odds = sum(math.log(p) - math.log1p(-p) for p in strongest if 0 < p < 1)
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, odds))))


def forget_rare(texts: Iterable[str]) -> None:
    """Forget words of these texts that were seen in few messages: they may tell who wrote. Call in a transaction."""
    words = {word for text in texts for word in words_of(text)}
    SpamWord.objects.annotate(seen=F("spam") + F("ham")).filter(word__in=words, seen__lte=RARE).delete()


def forget_names(names: Iterable[str]) -> None:
    """Forget the words of names and addresses, however often they were seen. Call in a transaction."""
    SpamWord.objects.filter(word__in=words_of(" ".join(names))).delete()
