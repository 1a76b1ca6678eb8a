"""The two roads through the MIME tree, and which mail takes which."""

import pytest

from tamada.channels.email import mime
from tests.channels.email.pure.mails import fixtures, mail, multipart, read

OWN = [
    mail(),
    mail("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n", "0LTQsA==\n"),
    mail(
        "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n", "=D5=A1<b>=\nx</b>\n"
    ),
    multipart("alternative", "Content-Type: text/plain\n\na", "Content-Type: text/html\n\n<p>a</p>"),
    multipart(
        "mixed",
        "\nno fields",
        'Content-Type: application/pdf; name="=?utf-8?b?1aE=?=.pdf"\nContent-Transfer-Encoding: base64\n\nJVBERi0=',
        "Content-Disposition: attachment; filename*=utf-8''%D5%A1.txt\n\ntext",
        "Content-Type: message/rfc822\n\nSubject: inner\n\nhello",
    ),
    multipart("digest", "\nSubject: one\n\nbody", "\nSubject: two\n\nbody"),
]


def alike(node):
    """A node as both roads must give it: line ends, and blanks at line ends, are each one's own."""
    lines = None if node.content is None else [line.rstrip() for line in node.content.strip().splitlines()]
    return (
        node.type,
        node.params,
        node.disposition,
        node.filename,
        node.content_id,
        node.location,
        lines,
        [alike(child) for child in node.children],
    )


@pytest.mark.parametrize("raw", OWN)
def test_both_roads_see_the_same(raw):
    fast, slow = mime.fast_tree(raw), mime.stdlib_tree(raw, set())
    assert fast is not None
    assert slow is not None
    assert alike(fast) == alike(slow)


@pytest.mark.parametrize("path", [path for path in fixtures() if path.stem != "raw_email4"], ids=lambda path: path.stem)
def test_both_roads_see_the_same_in_hard_mail(path):
    """`raw_email4` is left out: its last boundary is damaged, and only the fast road takes it for the end."""
    raw = path.read_bytes()
    fast = mime.fast_tree(raw)
    slow = mime.stdlib_tree(raw, set())
    assert slow is not None
    assert fast is None or alike(fast) == alike(slow)


@pytest.mark.parametrize("raw", OWN)
def test_ordinary_mail_takes_the_fast_road(raw):
    assert read(raw).road == "fast"


@pytest.mark.parametrize(
    "raw",
    [
        mail("Content-Transfer-Encoding: base64\n", "aGVs!!bG8\n"),
        mail("Content-Transfer-Encoding: x-uuencode\n", "begin 644 a\n%:&5L;&\\*\n`\nend\n"),
        mail('Content-Disposition: attachment; filename="\xe9\xe8.txt"\n'),
        mail("Content-Type: multipart/mixed; boundary=x\n", "no boundary anywhere"),
        multipart("mixed", 'Content-Type: multipart/alternative; boundary="b01"\n\n--b01\n\ninner\n--b01--', "\nouter"),
    ],
    ids=["broken base64", "uuencode", "raw letters in a name", "no boundary", "one boundary begins like the other"],
)
def test_unusual_mail_takes_the_slow_road(raw):
    parsed = read(raw)
    assert parsed.road == "stdlib"
    assert parsed.text.strip()


def test_a_boundary_that_begins_like_the_outer_one_stays_inside():
    inner = 'Content-Type: multipart/alternative; boundary="b01"\n\n--b01\n\ninner\n--b01--'
    assert read(multipart("mixed", inner, "\nouter")).text == "inner\n\nouter"


def test_broken_base64_gives_what_can_be_read():
    assert read(mail("Content-Transfer-Encoding: base64\n", "aGVsbG8gd29y!!bGQ\n")).text == "hello world"


def test_padding_in_the_middle_of_base64_loses_nothing():
    assert read(mail("Content-Transfer-Encoding: base64\n", "aGVsbG8=\nIHdvcmxk\n")).text == "hello world"


def test_text_wrongly_called_base64_is_shown_as_it_is():
    parsed = read(mail("Content-Transfer-Encoding: base64\n", "This was never base64, but plain words.\n"))
    assert parsed.text == "This was never base64, but plain words."
    assert "bad-encoding" in parsed.problems


def test_broken_quoted_printable_gives_what_can_be_read():
    assert read(mail("Content-Transfer-Encoding: quoted-printable\n", "a=3Db =ZZ =\nc=")).text.startswith("a=b =ZZ c")


def test_uuencoded_bodies_are_decoded():
    parsed = read(mail("Content-Transfer-Encoding: uuencode\n", "begin 644 a.txt\n%:&5L;&\\\n`\nend\n"))
    assert parsed.text == "hello"


def test_a_nul_in_the_name_of_a_charset_hides_nothing():
    raw = mail('Content-Type: text/plain; charset="a\0b"\nContent-Transfer-Encoding: 8bit; x\n', "Բարև".encode())
    assert read(raw).text == "Բարև"


@pytest.mark.parametrize("kind", ["text/enriched", "text/x-amp-html", "text/watch-html"])
def test_the_same_once_more_for_another_program_is_no_attachment(kind):
    other = f"Content-Type: {kind}\n\n<bold>Hello</bold>"
    told = read(multipart("alternative", "Content-Type: text/plain\n\nHello", other))
    assert (told.text, told.attachments) == ("Hello", ())


def test_what_nothing_else_says_stays_as_a_file():
    told = read(multipart("alternative", "Content-Type: text/enriched\n\n<bold>Hello</bold>"))
    [part] = told.attachments
    assert (part.name, part.data.strip()) == ("file.txt", b"<bold>Hello</bold>")


def test_an_invitation_beside_its_text_stays():
    event = "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR"
    told = read(multipart("alternative", "Content-Type: text/plain\n\nMeet us", event))
    assert [part.type for part in told.attachments] == ["text/calendar"]
