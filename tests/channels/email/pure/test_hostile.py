"""Input made to be slow. Each is large enough that anything beyond linear time would run into the suite's timeout."""

import pytest

from tamada.channels.email.loops import may_auto_reply
from tamada.channels.email.threading_keys import thread_keys
from tamada.kit.quotes import fold, fold_html
from tests.channels.email.pure.mails import HEAD, read

MEGABYTE = 1 << 20


def header(name: str, value: bytes) -> bytes:
    return HEAD.encode() + name.encode() + b": " + value[: 60 * 1024] + b"\n\nbody"


def body(fields: str, data: bytes) -> bytes:
    return (HEAD + fields).encode() + b"\n" + data


MULTIPART = "Content-Type: multipart/mixed; boundary=x\n"
HOSTILE = {
    "open encoded words": header("Subject", b"=?utf-8?q?a" * MEGABYTE),
    "encoded words": header("X-A", b"=?utf-8?b?YQ==?= " * MEGABYTE),
    "quotes and backslashes": header("To", b'"\\' * MEGABYTE),
    "open comments": header("To", b"(" * MEGABYTE),
    "open brackets": header("To", b"<" * MEGABYTE),
    "colons": header("To", b":" * MEGABYTE),
    "commas": header("To", b"a@b.am," * MEGABYTE),
    "letters": header("To", b"a" * MEGABYTE),
    "open parameters": header("Content-Type", b"text/plain;" + b' a="\\' * MEGABYTE),
    "sections of a parameter": header("Content-Type", b"text/plain" + b"; a*0*=b" * MEGABYTE),
    "semicolons": header("Content-Type", b"text/plain" + b";" * MEGABYTE),
    "blanks in parameters": header("Content-Type", b"text/plain;" + b" " * MEGABYTE),
    "references": header("References", b"<a@b> " * MEGABYTE),
    "open references": header("References", b"<" * MEGABYTE),
    "verdicts in comments": header("Authentication-Results", b"(" * MEGABYTE),
    "a date of numbers": header("Date", b"1 " * MEGABYTE),
    "folded lines": (HEAD + "X-A: a\n" + " b\n" * MEGABYTE + "\nbody").encode(),
    "lines that are no fields": (HEAD + "nothing\n" * 200_000 + "\nbody").encode(),
    "dashes": body(MULTIPART, b"--" * 4 * MEGABYTE),
    "false boundaries": body(MULTIPART, b"--y\n" * MEGABYTE),
    "tiny parts": body(MULTIPART, b"--x\n\na\n" * 100_000),
    "equal signs in base64": body("Content-Transfer-Encoding: base64\n", b"=" * 4 * MEGABYTE),
    "padding in base64": body("Content-Transfer-Encoding: base64\n", b"YQ==" * MEGABYTE),
    "noise in base64": body("Content-Transfer-Encoding: base64\n", b"!" * 4 * MEGABYTE),
    "soft line ends": body("Content-Transfer-Encoding: quoted-printable\n", b"=\n" * MEGABYTE),
    "files that begin": body("", b"begin 644 a\n" * 200_000),
    "files that never end": body("", b"begin 644 a\n" + b"#86)C\n" * 200_000),
    "open tags": body("Content-Type: text/html\n", b"<" * 2 * MEGABYTE),
    "open comments in html": body("Content-Type: text/html\n", b"<!--" * MEGABYTE),
    "nested tags": body("Content-Type: text/html\n", b"<div>" * 200_000),
    "nested quotes": body("Content-Type: text/html\n", b'<blockquote type="cite">' * 80_000),
    "attributes": body("Content-Type: text/html\n", b'<div class="' * 100_000),
    "words of boundaries": body(MULTIPART, b"--x\nContent-Transfer-Encoding: base64\n\n!!\n" + b"boundary\n" * 300_000),
    "old charset": body("Content-Type: text/plain; charset=armscii-8\n", bytes(range(0xB2, 0xFE)) * 50_000),
    "only line ends": body("", b"\r" * 4 * MEGABYTE),
    "attributions": body("", b"On 5 Jan 2026 12:12 <a@b.c> x:\nfoo\n" * 20_000),
    "quoted lines": body("", b"> a\n" * 200_000),
    "signature rules": body("", b"--\n" * 200_000),
    "header blocks": body("", b"From: a@b.c\n" * 60_000),
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_time_grows_with_length_only(raw):
    parsed = read(raw)
    assert parsed.text.strip()
    assert len(parsed.text) <= 1_000_000
    folded = fold(parsed.text)
    assert folded.visible.strip()
    fold_html(parsed.html)
    thread_keys(parsed)
    may_auto_reply(parsed, ["help@help.am"])
