"""Names found as people type them: in any case, and in Latin letters whatever their own are."""

from tamada.kit.text.transliterate import to_latin


def in_latin(name: str) -> str:
    """The name in Latin letters, small; empty where it is written in them already.

    >>> in_latin("Դավիթ Պետրոսյան")
    'davit petrosyan'
    """
    small = name.casefold()
    latin = " ".join(to_latin(word) for word in small.split())
    return "" if latin == small else latin


def is_called(name: str, typed: str) -> bool:
    """Whether what was typed is part of the name."""
    typed = typed.casefold()
    return typed in name.casefold() or typed in in_latin(name)
