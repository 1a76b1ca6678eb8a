"""The language in which somebody is spoken to now."""

from django.utils.translation import get_language


def readers_language() -> str:
    """Two letters, as texts are kept by: "hy" however a browser names its Armenian; English where none is chosen."""
    return (get_language() or "en").split("-")[0]


def as_label(words: object, language: str = "") -> str:
    """A label with its sign, in the reader's language or the given one: Armenian sets ՝ and not a colon."""
    return f"{words}{'՝' if (language or readers_language()) == 'hy' else ':'}"


def labelled(label: object, value: object, language: str = "") -> str:
    """A label before what it is of."""
    return f"{as_label(label, language)} {value}"
