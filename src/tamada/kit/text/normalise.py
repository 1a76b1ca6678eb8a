"""Folding: the one spelling under which a word is indexed and looked up.

Compatibility forms, case, accents on Latin letters, Armenian punctuation inside words, ligatures, Georgian capitals
and the Russian ё all vary without changing the word, so they are folded away. Nothing here knows a language.
"""

import re
import unicodedata
from functools import lru_cache

# Armenian emphasis, exclamation and question marks stand inside the word they stress.
ARMENIAN_MARKS = "\u0559\u055a\u055b\u055c\u055d\u055e\u055f"
# Soft hyphen, zero-width characters, bidirectional marks and the byte order mark: invisible, so never part of a word.
INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff"
APOSTROPHES = "'\u2018\u2019\u02bc\u02bb\u02b9\uff07`\u00b4"
_JOINERS = f"\u0300-\u036f\u0483-\u0487{ARMENIAN_MARKS}{INVISIBLE}\ufe0e\ufe0f"

# A word: letters and digits of any script, with the characters that fold away between them, and inner apostrophes.
# Written in runs, not letter by letter: much of a mail's reading is this expression.
WORD = re.compile(rf"[^\W_]+(?:(?:[{_JOINERS}]|[{APOSTROPHES}](?=[^\W_]))[^\W_]*)*")

_GEORGIAN_CAPITALS = {
    **{code: chr(code - 0x10A0 + 0x10D0) for code in range(0x10A0, 0x10C6)},  # Asomtavruli
    **{code: chr(code - 0x2D00 + 0x10D0) for code in range(0x2D00, 0x2D26)},  # Nuskhuri
    **{code: chr(code - 0x1C90 + 0x10D0) for code in range(0x1C90, 0x1CBB)},  # Mtavruli
}


class _Fold(dict[int, str | None]):
    """A translation table that learns each character the first time it meets it."""

    def __missing__(self, code: int) -> str | None:
        folded = self[code] = _fold_character(chr(code))
        return folded


def _fold_character(char: str) -> str | None:
    if char in INVISIBLE or char in ARMENIAN_MARKS:
        return None
    if unicodedata.category(char) in ("Mn", "Me"):
        return None
    if char in APOSTROPHES:
        return "'"
    if char == "ё":
        return "е"
    if "LATIN" in unicodedata.name(char, ""):
        base = unicodedata.normalize("NFD", char)[0]
        return base if base.isascii() else _LATIN_LETTERS.get(char, char)
    return char


_LATIN_LETTERS = {"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ə": "e"}
_fold_table = _Fold(_GEORGIAN_CAPITALS)


@lru_cache(maxsize=65_536)
def fold_word(word: str) -> str:
    """The folded spelling of one word as `WORD` finds it: letters, digits and apostrophes (as ``'``), no marks."""
    folded = fold(word)
    return folded if folded.isalnum() else "".join(char for char in folded if char.isalnum() or char == "'")


def fold(text: str) -> str:
    """Fold any text: NFKC, case, accents off Latin letters, և as եվ (its capital is ԵՎ), ё as е, Georgian capitals."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_fold_table)
    return unicodedata.normalize("NFKC", folded).replace("եւ", "եվ")
