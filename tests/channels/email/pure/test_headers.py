"""Header fields: decoding, parameters, identifiers, dates, and where the block ends."""

from datetime import UTC, datetime

import pytest

from tamada.channels.email import headers
from tests.channels.email.pure.mails import NOW


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("plain words", "plain words"),
        ("=?utf-8?b?0J/RgNC40LLQtdGC?=", "Привет"),
        ("=?utf-8?q?=D5=A1=D5=B6=D5=AB?=", "անի"),
        ("=?koi8-r?B?8NLJ18XU?=", "Привет"),
        ("=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),
        ("=?utf-8?q?a?=\r\n =?utf-8?q?b?=", "ab"),
        ("=?utf-8?q?a?= and =?utf-8?q?b?=", "a and b"),
        ("=?utf-8?b?0J8=?= =?koi8-r?B?8A==?=", "ПП"),
        ("=?utf-8?b?0A==?= =?utf-8?b?nw==?=", "П"),
        ("=?utf-8*ru?q?=D0=9F?=", "П"),
        ("=?utf-8?q?two_words?=", "two words"),
        ("=?utf-8?q?What??= x", "What? x"),
        ("=?utf-8?q?not closed", "=?utf-8?q?not closed"),
        ("=?no-such-charset?q?=41bc?=", "Abc"),
        ("=?utf-8?b?0J/RgNC40LLQtdGC", "=?utf-8?b?0J/RgNC40LLQtdGC"),
        ("=?utf-8?b?0J/RgNC40LLQtdGC0?=", "Привет"),
        ("a\x00b\r\nc", "ab c"),
        ("=?utf-8?q?a=00b=0Ac?=", "ab c"),
    ],
)
def test_encoded_words_are_decoded_and_made_one_line(written, meant):
    assert headers.decode_words(written) == meant


@pytest.mark.parametrize(
    ("field", "main", "params"),
    [
        ("text/plain", "text/plain", {}),
        ("TEXT/Plain; Charset=UTF-8", "text/plain", {"charset": "UTF-8"}),
        ('a/b; name="x;y.pdf"; z=1', "a/b", {"name": "x;y.pdf", "z": "1"}),
        ('a/b; name="a\\"b.pdf"', "a/b", {"name": 'a"b.pdf'}),
        ('a/b; name="never closed', "a/b", {"name": "never closed"}),
        ("a/b; filename*=utf-8''%D5%A1.pdf", "a/b", {"filename": "ա.pdf"}),
        ("a/b; filename*0*=utf-8'en'%D5; filename*1*=%A1; filename*2=.pdf", "a/b", {"filename": "ա.pdf"}),
        ("a/b; filename*1=b; filename*0=a", "a/b", {"filename": "ab"}),
        ("a/b; filename*=no-quotes.pdf", "a/b", {"filename": "no-quotes.pdf"}),
        ("a/b; filename*=nope''%D0%9F", "a/b", {"filename": "П"}),
        ('a/b; name="=?utf-8?b?0J8=?="', "a/b", {"name": "П"}),
        ("a/b;;; =x; y", "a/b", {}),
        ("", "", {}),
    ],
)
def test_parameters_in_every_spelling(field, main, params):
    assert headers.parameters(field) == (main, params)


def test_message_ids_are_normalised_and_bounded():
    assert headers.message_ids("<a@b> junk <c@ d>\n <a@b>") == ["<a@b>", "<c@d>"]
    assert headers.message_ids("no-brackets@example.com") == ["<no-brackets@example.com>"]
    assert headers.message_ids("Your message of Monday, a@b and c@d") == []
    assert headers.message_ids("") == []
    assert headers.message_ids(f"<{'x' * 600}@b>") == []
    many = headers.message_ids(" ".join(f"<{number}@x>" for number in range(1000)), 5)
    assert many == ["<0@x>", "<996@x>", "<997@x>", "<998@x>", "<999@x>"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Mon, 5 Jan 2026 11:00:00 +0400", datetime(2026, 1, 5, 7, 0, tzinfo=UTC)),
        ("5 Jan 26 11:00 GMT", datetime(2026, 1, 5, 11, 0, tzinfo=UTC)),
        ("Tue, 6 Jan 2026 11:00:00 +0000", NOW),
        ("Thu, 1 Jan 1970 00:00:00 +0000", NOW),
        ("Wed, 31 Feb 2025 00:00:00 +0000", NOW),
        ("yesterday", NOW),
        ("", NOW),
        ("Mon, 5 Jan 99999999999 11:00:00 +9999999999", NOW),
    ],
)
def test_dates_are_never_in_the_future_nor_absurd(written, expected):
    assert headers.date(written, NOW) == expected


def test_fields_are_unfolded_and_keep_their_order():
    raw = b"X: 1\r\nSubject: a\r\n  b\r\n\tc\r\nX: 2\r\n\r\nbody"
    found, body, problems = headers.split(raw)
    assert found.all("x") == ["1", "2"]
    assert found.first("subject") == "a  b\tc"
    assert found.first("missing") == ""
    assert raw[body:] == b"body"
    assert not problems


def test_a_line_that_is_no_field_is_passed_over_when_fields_follow():
    raw = b"Subject: a\nthis is nothing\nFrom: a@b\n\nbody"
    found, body, problems = headers.split(raw)
    assert found.first("from") == "a@b"
    assert raw[body:] == b"body"
    assert problems == {"bad-header"}


def test_a_line_that_is_no_field_begins_the_body_when_none_follow():
    raw = b"Subject: a\nHello there\nBye\n"
    found, body, _ = headers.split(raw)
    assert found.first("subject") == "a"
    assert raw[body:] == b"Hello there\nBye\n"


@pytest.mark.parametrize("line", [b"From ani@mail.am Mon Jan  5\n", b">From ani@mail.am Mon Jan  5\n", b"\r\n\n"])
def test_envelope_lines_of_mailbox_files_are_passed_over(line):
    found, _, problems = headers.split(line + b"From: a@b\nSubject: x\n\nbody")
    assert found.first("from") == "a@b"
    assert not problems


def test_raw_letters_of_any_charset_are_read():
    found, _, _ = headers.split("Subject: Привет всем\n\n".encode("cp1251") + b"x")
    assert found.first("subject") == "Привет всем"
    found, _, _ = headers.split("Subject: Բարև\n\nx".encode())
    assert found.first("subject") == "Բարև"
