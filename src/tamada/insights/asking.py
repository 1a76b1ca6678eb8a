"""What of a customer's words is a question, and the part of it that asks. Pure."""

import re
from typing import Final

from tamada.kit.text import speech

LONGEST: Final = 2_000
"""Of a longer message only the beginning is read: a question is asked before that."""
_SHORTEST, _LONGEST = 6, 160
_POLITE: Final = 60
"""A longer line that begins with a greeting says something else too."""

_REPLY: Final = re.compile(r"^(?:(?:re|fwd?|отв|пер|հա|պատ)\s*:\s*)+", re.IGNORECASE)
_MARK: Final = re.compile(r"[?՞؟]")
_WORDS: Final = re.compile(
    r"\b(?:how|what|when|where|why|which|who|can|could|do you|does|is it|are you|will you|would you|may i"
    r"|как|что|когда|где|почему|зачем|сколько|како[йгме]\w*|можно|можете|кто|куда"
    r"|(?<!ամեն )ինչ|ինչպես|ինչպե՞ս|երբ|որտեղ|ինչու|որքան|քանի|ինչքան|կարո՞ղ|կարող եմ|կարող եք|արդյոք"
    r"|როგორ|როდის|სად|რატომ|რამდენი|შეიძლება|შემიძლია|შეგიძლიათ|რომელი|რა)\b",
    re.IGNORECASE,
)


def is_question(text: str) -> bool:
    """Whether something is asked in it: by a question mark, or by a word that asks in a short message."""
    said = text[:LONGEST]
    return bool(_MARK.search(said)) or (len(said) <= 200 and _WORDS.search(said) is not None)


def begins_matter(subject: str, text: str) -> bool:
    """Whether the first words of a conversation tell of something: more than greetings, thanks and "any news?"."""
    title, body = _REPLY.sub("", subject), without_pleasantries(text)
    if body:
        return not speech.wishes_to_thank(title) or is_question(body)
    # The subject alone: of no reply, and not of what is asked about anew.
    return (
        title == subject and bool(without_pleasantries(title)) and not any(map(speech.asks_for_news, sentences(text)))
    )


def asks_more(text: str) -> bool:
    """Whether later words of a conversation ask something else than how the matter goes."""
    return is_question(without_pleasantries(text))


def without_pleasantries(text: str) -> str:
    """Its sentences without those that only greet, thank, or ask for news of what was told before."""
    said = (line for line in sentences(text) if _is_telling(line))
    return "\n".join(line for line in said if not speech.wishes_to_thank(line) and not speech.asks_for_news(line))


def sentences(text: str) -> list[str]:
    """The sentences of the beginning of a text, as one reads them."""
    return [line for one in speech.sentences(text[:LONGEST], by_line=True) if (line := one.strip(" ,-–—"))]


def telling(text: str) -> list[str]:
    """Its sentences of a length that can stand alone, without greetings and thanks."""
    return [line for line in sentences(text) if _is_telling(line) and _SHORTEST <= len(line) <= _LONGEST]


def without_greetings(text: str) -> str:
    """A text without the lines that only greet, thank or sign."""
    kept = [line for line in text.splitlines() if not _only_greets(line)]
    return "\n".join(kept).strip()


def _is_telling(line: str) -> bool:
    return any(char.isalpha() for char in line) and not _only_greets(line)


def _only_greets(line: str) -> bool:
    return len(line) <= _POLITE and speech.is_polite(line) and not speech.goes_on(line)
