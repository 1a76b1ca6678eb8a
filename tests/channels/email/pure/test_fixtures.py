"""Every hard message of the shared data is received, or quarantined with a reason; none is lost and none crashes."""

from collections import Counter

import pytest

from tamada.channels.email.parse import Unparsable
from tests.channels.email.pure.mails import fixtures, read


@pytest.mark.parametrize("path", fixtures(), ids=lambda path: path.stem)
def test_hard_mail_is_received(path):
    parsed = read(path.read_bytes())
    assert parsed.text.strip()
    assert "\0" not in parsed.text + parsed.subject + parsed.html
    assert all(part.name for part in parsed.attachments)


def test_the_whole_folder_is_accounted_for():
    outcomes: Counter[str] = Counter()
    for path in fixtures():
        try:
            outcomes[read(path.read_bytes()).road] += 1
        except Unparsable as refusal:
            outcomes[refusal.reason] += 1
    assert sum(outcomes.values()) == len(fixtures())
    assert set(outcomes) <= {"fast", "stdlib"}


EXPECTED = {
    "attachment_with_base64_encoded_name": ("names", ["This is a test.pdf"]),
    "attachment_with_quoted_filename": ("names", ["Eelanalüüsi päring.jpg"]),
    "attachment_pdf": ("names", ["broken.pdf"]),
    "content_transfer_encoding_qp_with_space": ("starts", "If you're in need of"),
    "japanese": ("subject", "まみむめも"),
    "japanese_iso_2022": ("text", "すみません。"),
    "japanese_shift_jis": ("starts", "あいうえお"),
    "utf8_headers": ("from", "jdöe@mächine.example"),
    "example13": ("from", "jdoe@machine.example"),
    "multiple_references_with_one_invalid": (
        "references",
        ["<foo@bar.net>", "<baz@bar.net>"],
    ),
    "raw_email_with_nested_attachment": ("names", ["truncated.png", "smime.p7s"]),
}


@pytest.mark.parametrize("path", [path for path in fixtures() if path.stem in EXPECTED], ids=lambda path: path.stem)
def test_what_hard_mail_says(path):
    what, expected = EXPECTED[path.stem]
    parsed = read(path.read_bytes())
    found = {
        "names": [part.name for part in parsed.attachments],
        "starts": parsed.text[: len(expected)],
        "subject": parsed.subject,
        "text": parsed.text,
        "from": parsed.from_.email if parsed.from_ else None,
        "references": list(parsed.references),
    }
    assert found[what] == expected
