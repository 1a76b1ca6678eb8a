"""Bytes to text, whatever the mail claims."""

import pytest

from tamada.channels.email import charsets


@pytest.mark.parametrize(
    ("data", "declared", "text", "known"),
    [
        (b"hello", "", "hello", True),
        (b"hello", "us-ascii", "hello", True),
        (b"hello", "x-unheard-of", "hello", False),
        ("Բարև".encode(), "utf-8", "Բարև", True),
        ("Բարև".encode(), "iso-8859-1", "Բարև", True),
        ("Бывает".encode("cp1251"), "windows-1251", "Бывает", True),
        ("Бывает".encode("koi8-r"), "KOI8-R", "Бывает", True),
        ("café".encode("latin-1"), "iso-8859-1", "café", True),
        (b"\x93quoted\x94", "iso-8859-1", "“quoted”", True),
        ("日本".encode("iso-2022-jp"), "iso-2022-jp", "日本", True),
        ("联通".encode("gbk"), "gb2312", "联通", True),
        ("한글".encode("cp949"), "ks_c_5601-1987", "한글", True),
        ("Здравствуйте, заказ".encode("cp1251"), "", "Здравствуйте, заказ", False),
        ("Здравствуйте, заказ".encode("koi8-r"), "us-ascii", "Здравствуйте, заказ", False),
        ("Здравствуйте, заказ".encode("cp1251"), "utf-8", "Здравствуйте, заказ", False),
        ("café crème".encode("latin-1"), "", "café crème", False),
        ("Здравствуйте".encode()[:-1], "utf-8", "Здравствуйт\ufffd", False),
        ("hé".encode("utf-16"), "utf-16", "hé", True),
        ("Здравствуйте, заказ".encode("cp1251"), "iso-2022-jp", "Здравствуйте, заказ", False),
        ("日本".encode("iso-2022-jp") + b"\xff", "iso-2022-jp", "日本\ufffd", False),
    ],
)
def test_text_is_read_and_doubt_is_said(data, declared, text, known):
    assert charsets.decode(data, declared) == (text, known)


def test_armenian_and_georgian_eight_bit_charsets():
    # ARMSCII-8: capital at 0xB2 + 2n, small at 0xB3 + 2n, in the order of the alphabet; և at 0xA2.
    assert charsets.decode(bytes([0xB4, 0xB3, 0xF1, 0xA2]), "ARMSCII-8") == ("Բարև"[:2] + "րև", True)
    assert charsets.decode(bytes([0xC0, 0xC1, 0xC2, 0xE4]), "geostd8") == ("აბგჰ", True)
    armenian = bytes([0xB4, 0xB3, 0xF1, 0xBB, 0xED, 0x20, 0xB3, 0xE5, 0xBB, 0xF1])
    assert charsets.guess(armenian * 3) == "armscii-8"


@pytest.mark.parametrize(
    "name", ["base64", "zlib", "bz2_codec", "rot13", "idna", "undefined", "unicode_escape", "\0", "x" * 99]
)
def test_what_is_no_charset_is_not_taken_for_one(name):
    assert charsets.canonical(name) == ""
    assert charsets.decode(b"plain \\x41", name)[0] == "plain \\x41"


def test_cleaning_leaves_nothing_that_a_database_refuses():
    assert charsets.clean("a\r\nb\rc\x00\x07\ud800\ufffed\te") == "a\nb\ncd\te"
