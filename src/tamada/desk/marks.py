"""Found texts with the words marked that were looked for."""

from collections.abc import Iterable

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from tamada.kit.text import highlight

# Of a longer text only the beginning is looked through: a list must not wait for one huge mail.
_LOOKED_THROUGH = 20_000
_LENGTH = 180
_LEAD = 60


def marked(text: str, words: str) -> SafeString:
    """The text, escaped, with `<mark>` around what `words` match."""
    text = text[:_LOOKED_THROUGH]
    return _wrap(text, highlight(text, words) if words.strip() else (), 0, len(text))


def excerpt(text: str, words: str, length: int = _LENGTH) -> SafeString:
    """One line around the first word that matches, or the beginning of the text."""
    text = " ".join(text[:_LOOKED_THROUGH].split())
    first = next(highlight(text, words), None) if words.strip() else None
    start = _word_start(text, first[0] - _LEAD) if first and first[1] > length - 20 else 0
    end = start + length
    if end < len(text):
        end = text.rfind(" ", start + length // 2, end) if " " in text[start + length // 2 : end] else end
    before, after = ("… " if start else ""), (" …" if end < len(text) else "")
    inside = highlight(text, words, start, end) if first else ()
    return mark_safe(before + _wrap(text, inside, start, min(end, len(text))) + after)  # noqa: S308  escaped by _wrap


def _word_start(text: str, near: int) -> int:
    if near <= 0:
        return 0
    space = text.find(" ", near, near + _LEAD // 2)
    return space + 1 if space >= 0 else near


def _wrap(text: str, spans: Iterable[tuple[int, int]], start: int, end: int) -> SafeString:
    parts, at = [], start
    for a, b in spans:
        if a < at or b > end:
            continue
        parts += [escape(text[at:a]), "<mark>", escape(text[a:b]), "</mark>"]
        at = b
    return mark_safe("".join([*parts, escape(text[at:end])]))  # noqa: S308  every piece of text is escaped
