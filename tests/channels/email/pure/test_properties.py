"""Whatever comes in: a parsed mail or a reason; and what we write, we read."""

import contextlib
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from tamada.channels.email import mime
from tamada.channels.email.addresses import Address, parse_addresses
from tamada.channels.email.charsets import decode
from tamada.channels.email.compose import File, Outgoing, compose
from tamada.channels.email.headers import Headers, decode_words, loose_base64, message_ids, parameters
from tamada.channels.email.loops import may_auto_reply
from tamada.channels.email.parse import Unparsable, parse
from tamada.channels.email.threading_keys import thread_keys
from tests.channels.email.pure.mails import HEAD, NOW
from tests.channels.email.pure.test_mime import alike

FRAGMENTS = st.sampled_from(
    [
        *(b"\r\n", b"\n", b"\n\n", b"--x", b"--x--", b"\0", b"=?utf-8?b?", b"?=", b"=?", b'"', b"(", b"<", b">"),
        *(b"\xff\xfe", b"\xd5\xa1", b"begin 644 a\n", b"aGVsbG8=", b"=D5=A1=", b"<p>x</p>"),
        b"From: a@b.am\n",
        b"To: x <a@b>,\n",
        b"Subject: =?koi8-r?B?8A==?=\n",
        b"Message-ID: <a@b>\n",
        b"References: <a@b> <c@d>\n",
        b"Content-Type: multipart/mixed; boundary=x\n",
        b"Content-Type: text/html; charset=utf-16\n",
        b"Content-Type: message/rfc822\n",
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\n",
        b"Content-Type: message/delivery-status\n",
        b"Content-Transfer-Encoding: base64\n",
        b"Content-Transfer-Encoding: quoted-printable\n",
        b"Content-Transfer-Encoding: x-uuencode\n",
        b"Content-Disposition: attachment; filename*0*=utf-8''%D5%A1\n",
        b"Final-Recipient: rfc822; a@b.am\n",
        b"Authentication-Results: x; spf=pass\n",
        b"Auto-Submitted: auto-replied\n",
    ]
)
MAILS = st.one_of(
    st.binary(max_size=400),
    st.lists(st.one_of(FRAGMENTS, st.binary(max_size=8)), max_size=40).map(b"".join),
    st.lists(st.one_of(FRAGMENTS, st.binary(max_size=8)), max_size=40).map(
        lambda pieces: HEAD.encode() + b"".join(pieces)
    ),
)
LETTERS = st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Cn", "Co"])
WORDS = st.text(LETTERS, max_size=60)
LOCALS = st.from_regex(r"[a-z0-9][a-z0-9.+_-]{0,20}", fullmatch=True)
EMAILS = st.builds("{}@{}.am".format, LOCALS, st.from_regex(r"[a-z0-9]{1,20}", fullmatch=True))
PEOPLE = st.builds(Address, WORDS.map(lambda name: " ".join(name.split())), EMAILS)
TEXTS = st.text(st.one_of(LETTERS, st.just("\n")), max_size=400)
FILES = st.builds(
    File,
    st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=80).map(lambda name: f"{name}.pdf"),
    st.sampled_from(["application/pdf", "text/html", "image/png", "message/rfc822"]),
    st.binary(max_size=300),
)


@settings(max_examples=400, deadline=None)
@given(MAILS)
def test_any_bytes_are_a_mail_or_have_a_reason(raw):
    try:
        parsed = parse(raw, received_at=NOW, trusted_authserv=["x"])
    except Unparsable as refusal:
        parsed, reason = None, refusal.reason
    if parsed is None:
        assert reason in ("empty", "no-headers")
        return
    assert parsed.text.strip()
    assert parsed.message_id.startswith("<")
    assert parsed.message_id.endswith(">")
    assert len(parsed.subject) <= 998
    assert parsed.date <= NOW
    shown = [parsed.text, parsed.html, parsed.subject, *(part.name for part in parsed.attachments)]
    shown += [address.name + address.email for address in (*parsed.to, *parsed.cc, *parsed.reply_to)]
    for text in shown:
        assert "\0" not in text
        text.encode()
    assert parse(raw, received_at=NOW, trusted_authserv=["x"]) == parsed
    thread_keys(parsed)
    may_auto_reply(parsed, [])


@settings(max_examples=300, deadline=None)
@given(MAILS)
def test_where_the_fast_road_leads_the_slow_one_leads_too(raw):
    with contextlib.suppress(Unparsable):
        parse(raw, received_at=NOW)
    fast = mime.fast_tree(raw)
    assert fast is None or mime.stdlib_tree(raw, set()) is not None


@settings(max_examples=100, deadline=None)
@given(
    subject=WORDS,
    text=TEXTS,
    html=st.one_of(st.just(""), TEXTS.map(lambda words: f"<p>{words.replace('<', '').replace('&', '')}</p>")),
    from_=PEOPLE,
    to=st.lists(PEOPLE, min_size=1, max_size=4, unique_by=lambda person: person.key),
    cc=st.lists(PEOPLE, max_size=3, unique_by=lambda person: person.key),
    bcc=st.lists(PEOPLE, max_size=2),
    references=st.lists(st.builds("<{}@{}>".format, LOCALS, LOCALS), max_size=30, unique=True),
    files=st.lists(FILES, max_size=3),
)
def test_what_is_composed_is_read_back(subject, text, html, from_, to, cc, bcc, references, files):
    out = Outgoing(
        message_id="<o1@help.am>",
        from_=from_,
        to=to,
        cc=cc,
        bcc=bcc,
        subject=subject,
        text=text,
        html=html,
        date=datetime(2026, 1, 5, 11, 0, tzinfo=UTC),
        in_reply_to=references[-1] if references else "",
        references=references,
        attachments=files,
    )
    raw = compose(out)
    parsed = parse(raw, received_at=NOW)
    assert parsed.road == "fast"
    assert alike(mime.fast_tree(raw)) == alike(mime.stdlib_tree(raw, set()))
    assert parsed.from_ is not None
    seen = [parsed.from_, *parsed.to, *parsed.cc]
    assert [address.email for address in seen] == [one.email for one in (from_, *to, *cc)]
    assert parsed.bcc == ()
    assert " ".join(parsed.subject.split()) == " ".join(subject.split())
    assert parsed.message_id == "<o1@help.am>"
    assert parsed.references == (tuple(references) if len(references) <= 21 else (references[0], *references[-20:]))
    if text.strip():
        assert parsed.text == text.strip("\n") or parsed.text.strip("\n") == text.strip("\n")
    assert [(part.name, part.data) for part in parsed.attachments] == [(file.name, file.data) for file in files]
    assert not parsed.problems - {"no-text"}


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300))
def test_no_header_value_is_too_odd(value):
    decode_words(value)
    parameters(value)
    message_ids(value)
    found, _ = parse_addresses(value)
    for address in found:
        assert len(address.email) <= 320
        assert "\0" not in address.email
    Headers({"x": [value]}).text("x")


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=300),
    st.one_of(st.text(max_size=20), st.sampled_from(["utf-7", "utf-16", "iso-2022-jp", "cp949", "armscii-8", "hz"])),
)
def test_any_bytes_in_any_charset_are_text(data, declared):
    text, _ = decode(data, declared)
    assert isinstance(text, str)
    assert isinstance(loose_base64(data), bytes)


@settings(max_examples=100, deadline=None)
@given(PEOPLE)
def test_names_survive_the_way(person):
    from tamada.channels.email.compose import mailbox

    ((back),), complete = parse_addresses(mailbox(person).replace("\r\n", ""))
    assert complete
    assert back.email == person.email
    assert "".join(back.name.split()).strip("'\"") == "".join(person.name.split()).strip("'\"") or back.name == ""
