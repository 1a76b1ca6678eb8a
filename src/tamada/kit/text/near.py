"""What a word may have been meant for that has one wrong letter."""

from typing import Final

from tamada.kit.text.dictionaries import DICTIONARY_LANGUAGES, dictionary
from tamada.kit.text.language import script_language
from tamada.kit.text.normalise import fold_word
from tamada.kit.text.stems import STEMMERS, term

_LONGEST: Final = 24
# Folded letters; in Armenian with what is one letter to who writes it: ու, and և, which folds to եվ.
LETTERS: Final = {
    "hy": (*"աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆ", "ու", "եվ"),
    "ka": tuple("აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ"),
    "ru": tuple("абвгдежзийклмнопрстуфхцчшщъыьэюя"),
    "en": tuple("abcdefghijklmnopqrstuvwxyz"),
}


def one_letter_away(word: str) -> dict[str, None]:
    """All spellings with one letter more, less or changed, or two neighbours swapped, of a folded word."""
    letters = LETTERS.get(script_language(word), ())
    double = [letter for letter in letters if len(letter) > 1]
    found: list[str] = []
    for at in range(len(word) + 1):
        head, tail = word[:at], word[at:]
        found += [head + letter + tail for letter in letters]
        if tail:
            found += [head + letter + tail[1:] for letter in ("", *letters)]
        if len(tail) > 1:
            found.append(head + tail[1] + tail[0] + tail[2:])
        if tail.startswith(tuple(double)):
            found += [head + letter + tail[2:] for letter in ("", *letters)]
    spellings = dict.fromkeys(found)
    spellings.pop(word, None)
    return spellings


def near_terms(word: str) -> dict[str, list[str]]:
    """The index terms of all that a word may be with one letter put right, each with the spellings that have it.

    Of Armenian and Georgian those spellings that the dictionary has, for to tell the lemma of hundreds takes long.
    """
    folded, language = _read(word)
    if not language:
        return {}
    spellings, found = one_letter_away(folded), dict[str, list[str]]()
    if language in DICTIONARY_LANGUAGES:
        for spelling in filter(dictionary(language).__contains__, spellings):
            found.setdefault(term(spelling), []).append(spelling)
    else:
        stemmer = STEMMERS[language]  # not `term`, which keeps what it was asked: these hundreds nobody wrote
        for spelling in spellings:
            found.setdefault(stemmer(spelling), []).append(spelling)
    found.pop(term(folded), None)
    return found


def near_stems(word: str) -> dict[str, list[str]]:
    """Beside `near_terms`, of Armenian and Georgian: terms a letter from the word, and from what is left of it without
    its endings, as words have them that the dictionary lacks. No spelling is known to lead to them.
    """
    folded, language = _read(word)
    if language not in DICTIONARY_LANGUAGES:
        return {}
    stem = term(folded)
    found = one_letter_away(folded) | (one_letter_away(stem) if stem != folded else {})
    found.pop(stem, None)
    return {bare: [] for bare in found}


def _read(word: str) -> tuple[str, str]:
    """A word folded, and its language; "" for what is no word, or a very long one."""
    folded = fold_word(word).replace("'", "")
    return folded, script_language(folded) if folded.isalpha() and len(folded) <= _LONGEST else ""
