"""Outgoing mail: what we write, other programs (and we) read back."""

import email
import email.policy
from datetime import UTC, datetime

import pytest

from tamada.channels.email.addresses import Address
from tamada.channels.email.compose import (
    BadAddressError,
    File,
    Outgoing,
    bounded_references,
    compose,
    envelope_recipients,
    mailbox,
    needs_smtputf8,
    with_token,
)
from tamada.channels.email.loops import may_auto_reply
from tamada.channels.email.threading_keys import find_markers, thread_keys
from tests.channels.email.pure.mails import read

WHEN = datetime(2026, 1, 5, 11, 0, tzinfo=UTC)
US = Address("Help", "help@help.am")
ANI = Address("Անի", "ani@mail.am")
PNG = b"\x89PNG\r\n\x1a\n"


def outgoing(**changes) -> Outgoing:
    facts = {"message_id": "<o1@help.am>", "from_": US, "to": [ANI], "subject": "Order", "text": "Hello", "date": WHEN}
    return Outgoing(**{**facts, **changes})


def headers_of(raw: bytes) -> list[bytes]:
    return raw.partition(b"\r\n\r\n")[0].replace(b"\r\n ", b" ").split(b"\r\n")


def names_of(raw: bytes) -> list[bytes]:
    return [line.partition(b":")[0].lower() for line in headers_of(raw)]


def test_a_plain_answer():
    raw = compose(outgoing(in_reply_to="<m1@mail.am>", references=["<m0@mail.am>", "<m1@mail.am>"], number=12))
    parsed = read(raw)
    assert (parsed.message_id, parsed.in_reply_to) == ("<o1@help.am>", ("<m1@mail.am>",))
    assert parsed.references == ("<m0@mail.am>", "<m1@mail.am>")
    assert parsed.subject == "Order [#12]"
    assert parsed.text == "Hello"
    assert parsed.to == (ANI,)
    assert parsed.road == "fast"
    assert b"auto-submitted" not in names_of(raw)


def test_the_same_input_gives_the_same_bytes():
    file = File("a.pdf", "application/pdf", b"%PDF")
    assert compose(outgoing(html="<p>x</p>", attachments=[file])) == compose(
        outgoing(html="<p>x</p>", attachments=[file])
    )


@pytest.mark.parametrize(
    "text",
    [
        "Hello",
        "Բարև\nԻնչպե՞ս եք",
        "გამარჯობა",
        "Здравствуйте",
        "café " * 300,
        "x" * 5000,
        ".\n..\nFrom me\n--\n=\n",
        " a \n\tb ",
        "=_5\n--=_5",
        "😀 " * 200,
    ],
)
def test_texts_come_back_as_they_were(text):
    raw = compose(outgoing(text=text, html=f"<p>{text}</p>"))
    assert all(len(line) <= 78 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert read(raw).text == text.strip("\n")
    message = email.message_from_bytes(raw, policy=email.policy.default)
    body = message.get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n").rstrip("\n") == text.rstrip("\n")


def test_inline_images_are_related_to_the_html_and_files_attached():
    raw = compose(
        outgoing(
            html='<p><img src="cid:logo@help"></p>',
            attachments=[
                File("logo.png", "image/png", PNG, "logo@help"),
                File("հաշիվ.pdf", "application/pdf", b"%PDF-1"),
            ],
        )
    )
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "application/pdf",
    ]
    assert [(part.name, part.inline, part.data) for part in read(raw).attachments] == [
        ("logo.png", True, PNG),
        ("հաշիվ.pdf", False, b"%PDF-1"),
    ]


def test_an_image_that_the_html_does_not_show_is_attached():
    raw = compose(outgoing(html="<p>x</p>", attachments=[File("logo.png", "image/png", PNG, "logo@help")]))
    assert b"multipart/related" not in raw
    assert not read(raw).attachments[0].inline


@pytest.mark.parametrize(
    "name",
    ["bill.pdf", "հաշիվ ապրանքագիր.pdf", "a b;c.pdf", "რაღაც " * 30 + ".pdf", "x" * 200 + ".pdf", "100% sure's.pdf"],
)
def test_names_of_files_come_back_as_they_were(name):
    (part,) = read(compose(outgoing(attachments=[File(name, "application/pdf", b"x")]))).attachments
    assert part.name == name
    message = email.message_from_bytes(
        compose(outgoing(attachments=[File(name, "application/pdf", b"x")])), policy=email.policy.default
    )
    assert [part.get_filename() for part in message.iter_attachments()] == [name]


@pytest.mark.parametrize(
    "type_", ["multipart/mixed", "message/rfc822", "x", "a/b\r\nX-Evil: 1", "TEXT/HTML; charset=x", ""]
)
def test_types_of_files_cannot_change_the_structure(type_):
    raw = compose(outgoing(attachments=[File("a.bin", type_, b"Subject: x\r\n\r\n--")]))
    (part,) = read(raw).attachments
    assert part.data == b"Subject: x\r\n\r\n--"
    assert b"X-Evil" not in raw


EVIL = [
    "a\r\nBcc: evil@x.am",
    "a\nBcc: evil@x.am",
    "a\r\n\r\nbody",
    "a\x00\x0b\x0cb",
    "a\u2028Bcc: evil@x.am",
    "=?utf-8?q?a=0ABcc:_evil@x.am?=",
]


@pytest.mark.parametrize("text", EVIL)
def test_nothing_becomes_a_header_of_its_own(text):
    raw = compose(
        outgoing(
            subject=text,
            to=[Address(text, "ani@mail.am")],
            reply_to=Address(text, "help@help.am"),
            in_reply_to=text,
            references=[text, f"<{text}@x>"],
            automatic=text,
            attachments=[File(text, text, b"", text)],
            marker="abcdefgh",
        )
    )
    expected = [b"date", b"from", b"to", b"reply-to", b"subject", b"message-id"]
    assert names_of(raw)[:6] == expected
    assert b"bcc" not in names_of(raw)
    assert read(raw).bcc == ()
    assert [address.email for address in read(raw).to] == ["ani@mail.am"]


@pytest.mark.parametrize(
    "email_",
    [
        "",
        "ani",
        "a b@mail.am",
        "a@b\r\nBcc: x@y",
        "a@b>",
        "<a@b>",
        "a,b@c",
        "a@b c",
        "a@b@",
        "@b",
        "x" * 65 + "@b",
        "a@b\x00",
    ],
)
def test_bad_addresses_are_refused_by_name(email_):
    with pytest.raises(BadAddressError) as caught:
        compose(outgoing(to=[Address("", email_)]))
    assert caught.value.email == email_


@pytest.mark.parametrize("message_id", ["", "x@y", "<a b@c>", "<a@b>\r\nBcc: x", "<>"])
def test_a_bad_message_id_is_refused(message_id):
    with pytest.raises(ValueError, match="Message-ID"):
        compose(outgoing(message_id=message_id))


def test_bcc_is_in_the_envelope_only():
    out = outgoing(cc=[Address("C", "c@mail.am")], bcc=[Address("B", "b@mail.am"), Address("", "C@mail.am")])
    assert b"b@mail.am" not in compose(out)
    assert envelope_recipients(out) == ["ani@mail.am", "C@mail.am", "b@mail.am"]


def test_the_envelope_names_international_domains_in_ascii_and_each_once():
    out = outgoing(
        to=[Address("", "info@пример.рф"), Address("", "Ani@փոստ.հայ")],
        cc=[Address("", "info@xn--e1afmkfd.xn--p1ai")],
        bcc=[Address("", "nino@ფოსტა.გე")],
    )
    assert envelope_recipients(out) == [
        "info@xn--e1afmkfd.xn--p1ai",
        "Ani@xn--mbbkgn.xn--y9a3aq",
        "nino@xn--lodzmeh.xn--node",
    ]
    assert all(recipient.isascii() for recipient in envelope_recipients(out))


def test_a_domain_that_has_no_ascii_form_is_refused():
    with pytest.raises(BadAddressError):
        envelope_recipients(outgoing(bcc=[Address("", "ani@a\u0378.am")]))


def test_names_and_international_addresses():
    assert mailbox(Address("Ani H", "ani@mail.am")) == "Ani H <ani@mail.am>"
    assert mailbox(Address('Hakobyan, "A"', "ani@mail.am")) == '"Hakobyan, \\"A\\"" <ani@mail.am>'
    assert mailbox(Address("", "ani@փոստ.հայ")) == "ani@xn--mbbkgn.xn--y9a3aq"
    out = outgoing(to=[Address("Անի", "անի@mail.am")])
    assert needs_smtputf8(out)
    assert not needs_smtputf8(outgoing())
    assert read(compose(out)).to == (Address("Անի", "անի@mail.am"),)


def test_mail_written_by_a_machine_says_so():
    raw = compose(outgoing(automatic="auto-replied"))
    assert b"Auto-Submitted: auto-replied" in headers_of(raw)
    assert not may_auto_reply(read(raw), []).allowed


def test_the_token_stands_in_the_subject_once():
    assert with_token("Order", 12) == "Order [#12]"
    assert with_token("Re: Order [#12]", 12) == "Re: Order [#12]"
    assert with_token("Re: [#12] Order [#12]", 12) == "Re: [#12] Order"
    assert with_token("Order [#7]", 12) == "Order [#7] [#12]"
    assert with_token("", 12) == "[#12]"
    assert with_token("x" * 2000, 12).endswith(" [#12]")
    assert len(with_token("x" * 2000, 12)) <= 998


def test_references_are_bounded_and_keep_the_first():
    many = [f"<{number}@x>" for number in range(100)]
    kept = bounded_references([*many, "junk", "<a b>"])
    assert kept == ["<0@x>", *many[-20:]]
    assert bounded_references(many[:5]) == many[:5]


def test_the_marker_comes_back_from_text_and_html():
    out = outgoing(marker="eyJ0IjoxfQ:1vXyZ:sig-_x", html="<html><body><p>x</p></body></html>", text="x")
    parsed = read(compose(out))
    assert parsed.text.endswith("Tamada-Ref: eyJ0IjoxfQ:1vXyZ:sig-_x")
    assert parsed.html.endswith("</div></body></html>")
    assert '<div style="display:none' in parsed.html
    assert find_markers(parsed.text) == find_markers("", parsed.html) == ["eyJ0IjoxfQ:1vXyZ:sig-_x"]


def test_the_answer_to_our_mail_holds_every_key():
    sent = read(
        compose(
            outgoing(marker="signed-value", number=12, reply_to=Address("", "reply+abc12@r.help.am"), html="<p>Hi</p>")
        )
    )
    quoted = "\n".join(f"> {line}" for line in sent.text.split("\n"))
    answer = outgoing(
        message_id="<a@mail.am>",
        from_=ANI,
        to=list(sent.reply_to),
        subject=f"Re: {sent.subject}",
        text=f"Thanks\n\nOn Jan 5, 2026 Help wrote:\n{quoted}",
        in_reply_to=sent.message_id,
        references=[sent.message_id],
    )
    keys = thread_keys(read(compose(answer)), reply_domains=["r.help.am"])
    assert keys.reply_tokens == ("abc12",)
    assert keys.message_ids == ("<o1@help.am>",)
    assert keys.markers == ("signed-value",)
    assert keys.numbers == (12,)


def test_ten_thousand_recipients_are_folded():
    raw = compose(outgoing(to=[Address(f"Name {number}", f"a{number}@mail.am") for number in range(10_000)]))
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    assert raw.count(b"@mail.am") == 10_000


def test_without_recipients_in_sight_the_mail_says_so():
    raw = compose(outgoing(to=[], bcc=[ANI]))
    assert b"To: undisclosed-recipients:;" in headers_of(raw)
    assert read(raw).to == ()
