"""What a password may be: long, not one of the commonest, not one's own name; nothing about kinds of letters."""

import pytest

from tamada.accounts.errors import Invalid
from tamada.accounts.passwords import SHORTEST, check_rules, normalised


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "ջուր քար գետ լեռ",
        "მთა ზღვა ქარი",
        "onlysmallletters",
        "a b c d e f g h",
        "🌊🌊🌲🌲🌄🌄🌊🌊🌲🌲🌄🌄",
        "x" * 1000 + "yz",
    ],
)
def test_long_ones_are_taken_whatever_they_are_made_of(password: str) -> None:
    check_rules(password, name="Ani Petrosyan", email="ani@desk.example")


@pytest.mark.parametrize(
    "password",
    [
        "x" * (SHORTEST - 1),
        "elevenchars",
        "password1234",
        "Password1234!",
        "qwertyuiop123",
        "qwertyqwerty",
        "letmeinletmein",
        "123456789012",
        "2026-11-26-2026",
        "aaaaaaaaaaaaaaaa",
        "abababababababab",
        "petrosyan2026",
        "ani@desk.example",
        "x" * 1025,
    ],
)
def test_what_is_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(Invalid):
        check_rules(password, name="Ani Petrosyan", email="ani@desk.example")


def test_the_same_keys_make_the_same_password_on_every_system() -> None:
    assert normalised("é" * 12) == normalised("e\u0301" * 12)
