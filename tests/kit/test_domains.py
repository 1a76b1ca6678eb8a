"""One ASCII form for a domain, however it is written."""

import pytest

from tamada.kit.domains import comparable, in_ascii


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("example.com", "example.com"),
        ("почта.рф", "xn--80a1acny.xn--p1ai"),
        ("փոստ.հայ", "xn--mbbkgn.xn--y9a3aq"),
        ("straße.example", "xn--strae-oqa.example"),
    ],
)
def test_it_is_what_mail_is_sent_to(written: str, expected: str) -> None:
    assert in_ascii(written) == expected
    assert comparable(written.upper() + ".") == expected or "ß" in written
    assert comparable(expected.upper()) == expected


@pytest.mark.parametrize("none", ["почта..рф", "☃.example", "а" * 70 + ".рф", "֊.рф"])
def test_what_can_be_no_domain_is_none_and_stays_as_written(none: str) -> None:
    with pytest.raises(UnicodeError):
        in_ascii(none)
    assert comparable(none) == none
