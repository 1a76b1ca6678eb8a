"""One word to its index term, by the language of its script."""

import re
from collections.abc import Callable
from functools import lru_cache

import Stemmer

from tamada.kit.text import armenian, georgian
from tamada.kit.text.language import script_language
from tamada.kit.text.normalise import fold_word

LONGEST = 64
_english_stemmer = Stemmer.Stemmer("english", 0)
_russian_stemmer = Stemmer.Stemmer("russian", 0)
# Words in -ём, whose -ем Snowball takes for the ending of краем: приём, объём, подъём, and some that are short.
_RUSSIAN_EM = re.compile(r".*(?:ъ|при)ем|(?:вод|пр)оем")
# A last ё (folded to е) that is in no other form: ковёр, ковра.
_RUSSIAN_STEMS = {
    "заем": "займ",
    "наем": "найм",
    "ковер": "ковр",
    "котел": "котл",
    "костер": "костр",
    "шатер": "шатр",
}


def _english(word: str) -> str:
    return str(_english_stemmer.stemWord(word)).replace("'", "")


def _russian(word: str) -> str:
    """Snowball, and the vowel that comes and goes before a last к or ц: заявок as заявка, отец as отца."""
    if _RUSSIAN_EM.fullmatch(word):
        return word
    if irregular := _RUSSIAN_STEMS.get(word):
        return irregular
    stem = str(_russian_stemmer.stemWord(word))
    if len(stem) > 3 and stem.endswith(("ок", "ек", "ец")):
        return stem[:-2] + stem[-1]
    return stem


def _as_it_is(word: str) -> str:
    return word.replace("'", "")


STEMMERS: dict[str, Callable[[str], str]] = {
    "hy": armenian.lemma,
    "ka": georgian.lemma,
    "ru": _russian,
    "en": _english,
    "": _as_it_is,
}


@lru_cache(maxsize=65_536)
def term(word: str) -> str:
    """The index term of one word in any spelling: its lemma, its stem, or an unknown word without its endings.

    At most `LONGEST` letters.
    """
    folded = fold_word(word[:LONGEST])
    found = STEMMERS[script_language(folded)](folded.strip("'"))[:LONGEST] or folded
    return found if found.isalnum() else "".join(filter(str.isalnum, found))  # the lemma of an abbreviation has points
