"""The header Origin."""

import pytest

from tamada.kit.origins import is_of


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("https://Shop.example", "shop.example"),
        ("http://shop.example:8000", "Shop.example:8000"),
        ("http://[::1]:8000", "[::1]:8000"),
    ],
)
def test_a_page_of_the_host_is_known(origin: str, host: str) -> None:
    assert is_of(origin, host)


@pytest.mark.parametrize(
    "origin",
    ["", "null", "shop.example", "http://[", "http://[nonsense]", "http://shop\u2100.example", "http://a.example"],
)
@pytest.mark.parametrize("host", ["", "shop.example"])
def test_other_places_and_nonsense_are_of_no_host(origin: str, host: str) -> None:
    assert not is_of(origin, host)
