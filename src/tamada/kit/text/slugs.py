"""Readable names for addresses, from titles in any of our scripts."""

import re
import unicodedata
from typing import Final

from tamada.kit.text.transliterate import to_latin

_RUN: Final = re.compile(r"[^\W_]+")
_WITHIN: Final = re.compile("['’ʼ՚՛՜՞]")
"""Armenian sets its question mark inside the word."""
LONGEST: Final = 80


def slug(title: str, otherwise: str = "article", *, longest: int = LONGEST, joint: str = "-") -> str:
    """A title in small Latin letters and digits, its words joined, cut at a word.

    >>> slug("Как вернуть товар?")
    'kak-vernut-tovar'
    """
    words = (_latin(word) for word in _RUN.findall(_WITHIN.sub("", title)))
    made = ""
    for word in filter(None, words):
        longer = f"{made}{joint}{word}" if made else word[:longest]
        if len(longer) > longest:
            break
        made = longer
    return made or otherwise


def _latin(word: str) -> str:
    plain = unicodedata.normalize("NFKD", to_latin(word))
    return "".join(char for char in plain if char.isascii() and char.isalnum())
