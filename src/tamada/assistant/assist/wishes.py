"""What a customer wants, in their own words: what only greets, thanks, gives a number or asks for a person is none. Pure."""

import re
from typing import Final

from tamada.kit.text.speech import has_question_mark, is_polite

from .. import fields
from .. import words as meaning
from .sentences import LONGEST, questions, sentences, shortened, words

_READ: Final = 4_000
_NUMBER: Final = 200
"""Who answers with a number begins with it, or nearly; a page of digits is no answer."""
_TELLING: Final = 3
_POLITE: Final = 5
_PLAIN_WISH: Final = 7
"""So few words say no more than that they want a person."""
_HOW: Final = re.compile(
    r"how (?:are|is|do) (?:you|it)|как (?:вы\b|ваши дела|дела|поживаете)|(?:ինչպե՞?ս|ո՞?նց) (?:եք|ես)|"
    r"როგორ (?:ხართ|ხარ|ბრძანდებით)",
    re.IGNORECASE,
)


def says_something(text: str) -> bool:
    """Whether a message asks or tells of anything."""
    telling = [sentence for sentence in sentences(text[:_READ]) if not only_greets(sentence)]
    count = sum(len(words(sentence)) for sentence in telling)
    if not count or (count == 1 and not any(map(has_question_mark, telling))):
        return False
    if count <= _PLAIN_WISH and meaning.asks_for_person(text):
        return False
    if count <= _POLITE and (meaning.says_it_did_not(text) or fields.phone_in(text[:_NUMBER])):
        return False
    return not meaning.says_it_helped(text)


def wish(text: str) -> str:
    """What a message asks for: the first sentences that say something; the first question where it stands below them."""
    told, asked = gist(text), questions(text)
    return told if not asked or asked[0] in told or only_greets(asked[0]) else shortened(asked[0], LONGEST)


def gist(text: str) -> str:
    """The first sentences that say something, as many as fit; of a few words all of them."""
    said = [sentence for sentence in sentences(text) if not only_greets(sentence)]
    found = ""
    for sentence in [one for one in said if len(words(one)) >= _TELLING - has_question_mark(one)] or said:
        if found and len(found) + len(sentence) > LONGEST:
            break
        found = f"{found} {sentence}".strip()
    return shortened(found, LONGEST)


def only_greets(sentence: str) -> bool:
    """Whether a sentence is mere politeness, asking how one is among it."""
    asks = has_question_mark(sentence) and not _HOW.search(sentence)
    return not asks and len(words(sentence)) <= _POLITE and is_polite(sentence)
