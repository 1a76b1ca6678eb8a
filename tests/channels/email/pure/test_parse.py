"""What `parse` makes of mail: bodies, attachments, names, identifiers."""

import pytest

from tamada.channels.email.parse import NOTHING, Address, Unparsable
from tests.channels.email.pure.mails import NOW, mail, multipart, read

PNG = "iVBORw0KGgo="


def test_an_ordinary_mail():
    parsed = read(
        mail("In-Reply-To: <q@help.am>\nReferences: <p@help.am>\n <q@help.am>\nCc: D <d@mail.am>\n", "Բարև\n")
    )
    assert parsed.message_id == "<m1@mail.am>"
    assert parsed.has_own_message_id
    assert parsed.in_reply_to == ("<q@help.am>",)
    assert parsed.references == ("<p@help.am>", "<q@help.am>")
    assert parsed.from_ is not None
    assert (parsed.from_.name, parsed.from_.email) == ("Ani", "ani@mail.am")
    assert [address.email for address in parsed.participants] == ["ani@mail.am", "help@help.am", "d@mail.am"]
    assert (parsed.subject, parsed.text, parsed.html) == ("Order", "Բարև", "")
    assert parsed.date.hour == 11
    assert not parsed.problems
    assert not parsed.is_dsn


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "empty"),
        (b"\r\n\r\n \0", "empty"),
        (b"just words\nand more", "no-headers"),
        (b"\x89PNG\r\n\x1a\n\0", "no-headers"),
    ],
)
def test_what_is_no_mail_is_refused_with_a_reason(raw, reason):
    with pytest.raises(Unparsable) as caught:
        read(raw)
    assert caught.value.reason == reason


def test_alternatives_give_text_and_html():
    parsed = read(
        multipart("alternative", "Content-Type: text/plain\n\nplain", "Content-Type: text/html\n\n<p>rich</p>")
    )
    assert (parsed.text, parsed.html) == ("plain", "<p>rich</p>")


def test_an_empty_plain_alternative_yields_to_the_html():
    parsed = read(multipart("alternative", "Content-Type: text/plain\n\n \n", "Content-Type: text/html\n\n<p>rich</p>"))
    assert parsed.text == "rich"


def test_html_alone_gives_text_too():
    assert read(mail("Content-Type: text/html\n", "<p>One</p><p>Two &amp; three</p>")).text == "One\n\nTwo & three"


def test_bodies_around_an_attachment_are_joined():
    parsed = read(
        multipart(
            "mixed",
            "Content-Type: text/plain\n\nabove",
            "Content-Type: application/pdf; name=a.pdf\n\n%PDF-1",
            "Content-Type: text/html\n\n<p>below</p>",
        )
    )
    assert parsed.text == "above\n\nbelow"
    assert "above" in parsed.html
    assert "<p>below</p>" in parsed.html
    assert [part.name for part in parsed.attachments] == ["a.pdf"]


def test_images_that_the_html_shows_are_inline_and_others_are_not():
    parsed = read(
        multipart(
            "related",
            'Content-Type: text/html\n\n<img src="cid:one@x">',
            f"Content-Type: image/png\nContent-ID: <one@x>\nContent-Disposition: attachment\n"
            f"Content-Transfer-Encoding: base64\n\n{PNG}",
            f"Content-Type: image/png\nContent-ID: <two@x>\nContent-Disposition: inline\n"
            f"Content-Transfer-Encoding: base64\n\n{PNG}",
        )
    )
    assert [(part.content_id, part.inline) for part in parsed.attachments] == [("one@x", True), ("two@x", False)]
    assert parsed.attachments[0].sniffed == "image/png"
    assert parsed.attachments[0].size == 8


def test_attached_text_is_no_body():
    parsed = read(
        multipart(
            "mixed", "\nbody", "Content-Type: text/plain; name=log.txt\n\nlog", "Content-Disposition: attachment\n\nx"
        )
    )
    assert parsed.text == "body"
    assert [part.name for part in parsed.attachments] == ["log.txt", "file.txt"]


def test_a_mail_in_a_mail_is_kept_whole_under_its_subject():
    inner = "Subject: =?utf-8?b?1LHVtQ==?= 1/2\nContent-Type: text/plain\n\nhello"
    parsed = read(multipart("mixed", "\nbody", f"Content-Type: message/rfc822\n\n{inner}"))
    (part,) = parsed.attachments
    assert part.name == "Այ 1_2.eml"
    assert part.data.replace(b"\r\n", b"\n").strip() == inner.encode()
    assert parsed.text == "body"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\\\Users\\\\x\\\\bill.pdf", "bill.pdf"),
        ("a\u202efdp.exe", "a_fdp.exe"),
        ("con?<script>.txt", "con_script_.txt"),
        ("....", "file.bin"),
        ("", "file.bin"),
        ("հաշիվ.pdf", "հաշիվ.pdf"),
        ("x" * 400 + ".pdf", "x" * 251 + ".pdf"),
    ],
)
def test_names_of_files_are_fit_to_save(name, shown):
    raw = multipart("mixed", "\nbody", f'Content-Type: application/x-thing; name="{name}"\n\ndata')
    (part,) = read(raw).attachments
    assert part.name == shown


def test_winmail_is_kept_and_named():
    raw = multipart("mixed", "\nbody", "Content-Type: application/ms-tnef; name=winmail.dat\n\nx\x9f>\x22")
    parsed = read(raw)
    assert parsed.attachments[0].name == "winmail.dat"
    assert "tnef" in parsed.marks


@pytest.mark.parametrize(
    ("raw", "mark"),
    [
        (
            multipart(
                "signed",
                "\nhi",
                "Content-Type: application/pgp-signature\n\nx",
                more='; protocol="application/pgp-signature"',
            ),
            "pgp-signed",
        ),
        (
            multipart(
                "signed",
                "\nhi",
                "Content-Type: application/pkcs7-signature\n\nx",
                more='; protocol="application/pkcs7-signature"',
            ),
            "smime-signed",
        ),
        (
            multipart(
                "encrypted",
                "Content-Type: application/pgp-encrypted\n\nVersion: 1",
                "Content-Type: application/octet-stream\n\nx",
            ),
            "pgp-encrypted",
        ),
        (
            mail("Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\n", "x"),
            "smime-encrypted",
        ),
        (mail("", "-----BEGIN PGP MESSAGE-----\nx"), "pgp-encrypted"),
        (multipart("mixed", "\nhi", "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR"), "calendar"),
    ],
)
def test_signed_encrypted_and_calendar_mail_is_marked(raw, mark):
    parsed = read(raw)
    assert mark in parsed.marks
    assert parsed.text.strip()


def test_files_uuencoded_into_plain_text_become_attachments():
    parsed = read(mail("", "See below\nbegin 644 note.txt\n%:&5L;&\\\n`\nend\nBye\n"))
    assert parsed.text == "See below\nBye"
    assert [(part.name, part.data) for part in parsed.attachments] == [("note.txt", b"hello")]


def test_words_that_begin_a_line_with_begin_stay():
    text = "begin 644 tomorrow\nwe start then\n"
    assert read(mail("", text)).text == text.strip()


def test_what_has_no_text_shows_something():
    only_file = read(multipart("mixed", "Content-Type: application/pdf; name=bill.pdf\n\n%PDF-"))
    assert only_file.text == "[bill.pdf]"
    assert "no-text" in only_file.problems
    assert read(mail("", "")).text == "Order"
    assert read(b"From: a@b.am\n\n").text == NOTHING


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_line_end_is_understood(line_end):
    parsed = read(mail("", "one\ntwo\n").replace(b"\n", line_end.encode()))
    assert parsed.text == "one\ntwo"
    assert parsed.subject == "Order"


NAMES = ["<b>Ani</b> Melikyan", "Melikyan, Ani", "<Ani> {x;y}</b>", "a:b;c", "(Ani", "<Ani> (a"]


@pytest.mark.parametrize("name", NAMES)
def test_the_author_is_found_behind_a_name_that_should_be_quoted(name):
    author = read(f"From: {name} <ani@mail.example>\n\nHello".encode()).author
    assert author is not None
    assert author.email == "ani@mail.example"


def test_the_author_is_found_without_from():
    assert read(b"Sender: s@mail.am\nSubject: x\n\ny").author == Address("", "s@mail.am")
    assert read(b"Return-Path: <r@mail.am>\nSubject: x\n\ny").author == Address("", "r@mail.am")
    parsed = read(b"Subject: x\n\ny")
    assert parsed.author is None
    assert "no-sender" in parsed.problems


def test_a_subject_is_one_clean_line_of_bounded_length():
    parsed = read(b"From: a@b.am\nSubject: a\0b\n\tc " + b"x" * 5000 + b"\n\ny")
    assert parsed.subject.startswith("ab c xxx")
    assert len(parsed.subject) == 998


def test_a_date_in_the_future_is_the_time_of_receipt_and_the_raw_one_is_kept():
    parsed = read("From: a@b.am\nDate: Mon, 5 Jan 2036 11:00:00 +0000\n\nx")
    assert parsed.date == NOW
    assert parsed.date_raw.startswith("Mon, 5 Jan 2036")
