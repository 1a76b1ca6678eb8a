"""Names beside addresses are decoration: none of them keeps an answer from leaving, or sends it elsewhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tamada.conversations.envelopes import Address
from tamada.desk.drafts import joined
from tamada.desk.views.send import addresses_in


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("me@home", "me@home"),
        ("<img src=x onerror=alert(1)> Վարդան", "img src=x onerror=alert(1) Վարդան"),
        ('Vahe "V"', "Vahe 'V'"),
        ("Օֆիս: Գյումրի; 2", "Օֆիս: Գյումրի; 2"),
        ("Petrosyan, Davit", "Petrosyan, Davit"),
        ("J. Smith", "J. Smith"),
        ("back\\slash", "back slash"),
        ("", ""),
    ],
)
def test_a_name_is_never_taken_for_an_address(name: str, kept: str) -> None:
    two = [Address(name=name, email="a@mail.am"), Address(name=name, email="b@mail.am")]
    read = addresses_in(joined(two))
    assert [one["email"] for one in read] == ["a@mail.am", "b@mail.am"]
    assert {one["name"] for one in read} == {kept}


@given(st.lists(st.text(), max_size=3))
def test_whatever_it_is(names: list[str]) -> None:
    given_ = [Address(name=" ".join(name.split()), email=f"{number}@mail.am") for number, name in enumerate(names)]
    assert [one["email"] for one in addresses_in(joined(given_))] == [one["email"] for one in given_]
