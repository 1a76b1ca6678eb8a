"""Small texts made of messages."""

from typing import Final

PREVIEW: Final = 160
SUBJECT: Final = 998
"""What a mail's subject can hold, and our columns."""


def clean_subject(text: str) -> str:
    """A subject that somebody typed or pasted, as one line that fits."""
    return " ".join(text.split())[:SUBJECT]


def preview_of(text: str, most: int = PREVIEW) -> str:
    """The beginning of a message as one line of so many characters at most, for lists."""
    line = " ".join(text[: most * 4].split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
