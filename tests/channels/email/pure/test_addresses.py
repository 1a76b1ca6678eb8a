"""Address fields as they are really written."""

import pytest

from tamada.channels.email.addresses import Address, honest_name, parse_addresses


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("ani@mail.am", [("", "ani@mail.am")]),
        ("<ani@mail.am>", [("", "ani@mail.am")]),
        ("Ani <ani@Mail.AM>", [("Ani", "ani@mail.am")]),
        ("ani@mail.am (Ani H.)", [("Ani H.", "ani@mail.am")]),
        ('"Hakobyan, Ani" <ani@mail.am>', [("Hakobyan, Ani", "ani@mail.am")]),
        ('"Ani \\"A\\" H" <ani@mail.am>', [('Ani "A" H', "ani@mail.am")]),
        ("a@x.am, b@x.am; c@x.am", [("", "a@x.am"), ("", "b@x.am"), ("", "c@x.am")]),
        ("Team: a@x.am, B <b@x.am>;", [("", "a@x.am"), ("B", "b@x.am")]),
        ("undisclosed-recipients:;", []),
        ("Team: ; , Other: c@x.am;", [("", "c@x.am")]),
        ("=?utf-8?b?0JDQvdC4?= <ani@mail.am>", [("Ани", "ani@mail.am")]),
        ("=?utf-8?q?a=2C_b_=3Cx=40evil=2Eam=3E?= <ani@mail.am>", [("a, b <x@evil.am>", "ani@mail.am")]),
        ("Անի <անի@փոստ.հայ>", [("Անի", "անի@փոստ.հայ")]),
        ("Pete(A wonderful \\) chap) <pete(his account)@silly.test(his host)>", [("Pete", "pete@silly.test")]),
        ("<@relay.am,@other.am:ani@mail.am>", [("", "ani@mail.am")]),
        ("mailto:ani@mail.am", [("", "ani@mail.am")]),
        ("'ani@mail.am'", [("", "ani@mail.am")]),
        ("Ani ani@mail.am", [("Ani", "ani@mail.am")]),
        ("A <a@x.am> B <b@x.am>", [("A", "a@x.am"), ("B", "b@x.am")]),
        ("a@x.am, A <A@x.am>", [("", "a@x.am")]),
        ("user@[192.168.0.1]", [("", "user@[192.168.0.1]")]),
        ('"ani h"@mail.am', [("", '"ani h"@mail.am')]),
        ("Ani at home <ani@mail.am", [("Ani at home", "ani@mail.am")]),
        ('"Ani <ani@mail.am>', [("Ani", "ani@mail.am")]),
        ("", []),
        (" , ;", []),
    ],
)
def test_mailboxes_in_every_spelling(field, expected):
    found, _ = parse_addresses(field)
    assert [(address.name, address.email) for address in found] == expected


@pytest.mark.parametrize("field", ["nobody", "@", "a@", "@b", "a b@", "<>", "a@b\x00c", f"{'x' * 400}@mail.am"])
def test_what_is_no_address_has_none(field):
    found, _ = parse_addresses(field)
    assert all(not address.email for address in found)


def test_ten_thousand_recipients_are_bounded_and_said_so():
    found, complete = parse_addresses(", ".join(f"a{number}@x.am" for number in range(10_000)))
    assert len(found) == 1000
    assert not complete


def test_addresses_compare_without_case():
    assert Address("", "Ani@mail.am").key == Address("", "ani@mail.am").key
    assert (Address("", "a@b@c.am").local, Address("", "a@b@c.am").domain) == ("a@b", "c.am")


@pytest.mark.parametrize(
    ("name", "email", "shown"),
    [
        ("Ani", "ani@mail.am", "Ani"),
        ("director@bank.am", "thief@evil.example", ""),
        ("Ani <director@bank.am>", "thief@evil.example", "Ani"),
        ("a, b <x@evil.am>", "ani@mail.am", "a, b"),
        ("ani@mail.am", "Ani@mail.am", "ani@mail.am"),
        ("Ani via help@company.am", "help@company.am", "Ani via help@company.am"),
        ("A < B", "ani@mail.am", "A < B"),
        ("", "ani@mail.am", ""),
    ],
)
def test_a_name_does_not_pass_for_another_address(name, email, shown):
    assert honest_name(name, email) == shown
