"""One word to its index term: the lemma where a dictionary knows it, then a light strip of endings.

The strip runs over lemmas too: what it makes of a form the dictionary lacks must equal what it makes of the lemma.
"""

from collections.abc import Callable
from functools import lru_cache

import Stemmer

from tamada.kit.text.dictionaries import dictionary
from tamada.kit.text.language import script_language
from tamada.kit.text.normalise import fold_word

# Longest first. An ending goes only when at least `_SHORTEST` letters stay.
_SHORTEST = 3


def _stripper(endings: str) -> Callable[[str], str]:
    """Strips the longest of `endings` that leaves `_SHORTEST` letters."""
    by_length: dict[int, frozenset[str]] = {}
    for ending in endings.split():
        by_length[len(ending)] = by_length.get(len(ending), frozenset()) | {ending}
    lengths = sorted(by_length, reverse=True)

    def strip(word: str) -> str:
        for length in lengths:
            if len(word) - length >= _SHORTEST and word[-length:] in by_length[length]:
                return word[:-length]
        return word

    return strip


_hy_case = _stripper(
    """ներից ներով ներում ների ներին ներն ները ներս ներդ ներիս ներիդ ներիցս ներիցդ ներումս ներումդ ներովս ներովդ ներեն
    երից երով երում երի երին երն երը եր երս երդ երիս երիդ
    ից ով ում ին ի ն ը ս դ ու ուն ուց ուս ուդ իս իդ իցս իցդ ումս ումդ ովս ովդ
    ությամբ ություն ության ությունը ությունն ությանը ությանն ությունից ությունում ություններ ությունների ություններով
    ություններից ություններում ությունները ություններն ություններին ութեամբ ութեան ութիւն
    վա վան վանից վանը յան ոջ ոջը ոջից"""
)
_ka_case = _stripper(
    """ი მა ს ის ისა ით ად ო ა მ
    ები ებმა ებს ების ებისა ებით ებად ებო ებში ებზე ებთან ებიდან ებისთვის ებისგან ებამდე ებისკენ
    ში ზე თან იდან ისთვის ისგან ამდე მდე ისკენ ისთან დან თვის გან კენ ვით ივით ურთ იანად
    ც აც იც საც შიც ზეც
    თა ნი ნო ებისათვის ისათვის სათვის ისადმი ადმი ებისადმი ისებრ ასავით სავით"""
)


def _armenian(word: str) -> str:
    lemma = dictionary("hy").lemma(word)
    return _hy_case(lemma or word)


def _georgian(word: str) -> str:
    lemma = dictionary("ka").lemma(word)
    return _ka_case(lemma or word)


_snowball = {"en": Stemmer.Stemmer("english", 0), "ru": Stemmer.Stemmer("russian", 0)}


def _english(word: str) -> str:
    return str(_snowball["en"].stemWord(word)).replace("'", "")


def _russian(word: str) -> str:
    return str(_snowball["ru"].stemWord(word))


_STEMMERS: dict[str, Callable[[str], str]] = {
    "hy": _armenian,
    "ka": _georgian,
    "ru": _russian,
    "en": _english,
    "": lambda word: word.replace("'", ""),
}
LONGEST = 64


@lru_cache(maxsize=65_536)
def term(word: str) -> str:
    """The index term of one word in any spelling, by the language of its script; at most `LONGEST` letters."""
    folded = fold_word(word[:LONGEST])
    return _STEMMERS[script_language(folded)](folded)[:LONGEST] or folded
