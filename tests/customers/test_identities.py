"""One spelling for each address."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tamada.customers import identities
from tamada.customers.identities import InvalidIdentity
from tamada.customers.models import IdentityType


@pytest.mark.parametrize(
    ("given_", "stored"),
    [
        ("Ani@Example.AM", "ani@example.am"),
        (" ani@example.am ", "ani@example.am"),
        ("ANI+shop@example.am", "ani+shop@example.am"),
        ("անի@example.am", "անի@example.am"),
        ("ԱՆԻ@example.am", "անի@example.am"),
        ("post@почта.рф", "post@xn--80a1acny.xn--p1ai"),
        ("post@ПОЧТА.рф", "post@xn--80a1acny.xn--p1ai"),
        ("post@xn--80a1acny.xn--p1ai", "post@xn--80a1acny.xn--p1ai"),
        ("a@example.am.", "a@example.am"),
        ("root@localhost", "root@localhost"),
        ('"odd name"@example.am', '"odd name"@example.am'),
        ("o'neil@example.am", "o'neil@example.am"),
    ],
)
def test_mail(given_: str, stored: str) -> None:
    assert identities.normalise("email", given_) == stored


@pytest.mark.parametrize(
    "text", ["", " ", "nobody", "@example.am", "a@", "a b@example.am", "a@b c.am", "a@-", "a@exa_mple..am", "a\0@b.am",
             "a@b@c.am", "a" * 65 + "@b.am", "a@" + "b" * 254, "<a@b.am>", "a@b.am, c@d.am", "x" * 400]
)  # fmt: skip
def test_what_is_no_mail_address(text: str) -> None:
    with pytest.raises(InvalidIdentity):
        identities.normalise("email", text)


@pytest.mark.parametrize(
    ("given_", "regions", "stored"),
    [
        ("091 12-34-56", ("AM", "GE"), "+37491123456"),
        ("٠٩١١٢٣٤٥٦", ("AM", "GE"), "+37491123456"),
        ("(091) 123456", ("AM", "GE"), "+37491123456"),
        ("+374 91 123456", ("GE",), "+37491123456"),
        ("0037491123456", ("AM", "GE"), "+37491123456"),
        ("555 12 34 56", ("AM", "GE"), "+995555123456"),
        ("0322 12 34 56", ("AM", "GE"), "+995322123456"),
        ("8 (999) 123-45-67", ("RU",), "+79991234567"),
    ],
)
def test_phones_are_read_in_the_companys_countries(given_: str, regions: tuple[str, ...], stored: str) -> None:
    for kind in ("phone", "whatsapp", "viber"):
        assert identities.normalise(kind, given_, regions=regions) == stored


@pytest.mark.parametrize("text", ["12", "*100#", "hello", "+374", "091 12 34 5", "091123456x"])
def test_what_is_no_phone_number(text: str) -> None:
    with pytest.raises(InvalidIdentity):
        identities.normalise("phone", text)


def test_handles_and_ids() -> None:
    assert identities.normalise("telegram", "@Ani_P") == "ani_p"
    assert identities.normalise("x", "@@ @ani") == "ani"
    with pytest.raises(InvalidIdentity):
        identities.normalise("telegram", "@")
    assert identities.normalise("chat", "AbC-1") == "AbC-1"
    assert identities.normalise("viber", "01234567890A==") == "01234567890A=="
    assert identities.normalise("external", " CRM:7 ") == "CRM:7"


@given(st.sampled_from(IdentityType.values), st.text(max_size=400))
@example("telegram", "@")
def test_normalising_twice_is_normalising_once(kind: str, text: str) -> None:
    try:
        once = identities.normalise(kind, text)
    except InvalidIdentity:
        return
    assert identities.normalise(kind, once) == once
    assert len(once) <= identities.MAX_LENGTH


@given(st.sampled_from(IdentityType.values), st.text(max_size=1000))
def test_what_came_in_is_never_refused(kind: str, text: str) -> None:
    value = identities.loose(kind, text)
    assert "\0" not in value
    assert identities.loose(kind, value) == value


@pytest.mark.parametrize(
    ("one", "other"),
    [("VIP", "vip"), ("Ռուտեր", "ռուտեր"), ("two  words", "Two Words"), ("ﬁre", "FIRE"), ("Straße", "STRASSE")],
)
def test_tags_are_the_same_in_any_case(one: str, other: str) -> None:
    assert identities.tag_key(one) == identities.tag_key(other)
