"""Updates in the shapes that the Bot API gives them (`fixtures/updates.json`), and damaged ones."""

import json
from pathlib import Path
from typing import Any

import pytest

from tamada.channels.journal import Entry
from tamada.channels.readers import Unreadable
from tamada.channels.telegram.parse import parse
from tamada.channels.telegram.receive import read_updates

pytestmark = pytest.mark.sqlite

CASES = json.loads((Path(__file__).parent / "fixtures" / "updates.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=[case["says"] for case in CASES])
def test_what_an_update_says(case: dict[str, Any]) -> None:
    said = parse(case["update"])
    if case["text"] is None:
        assert said is None
        return
    assert said is not None
    assert (said.text, said.html) == (case["text"], case.get("html", ""))
    files = [[file["id"], file["name"], file["type"], file["state"]] for file in said.files]
    assert files == case.get("files", [])
    assert said.user == 555000111


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[1, 2]",
        b"{broken",
        b'{"message": {"chat": {"type": "private"}, "from": {"id": 1}, "text": "no date"}}',
        b'{"message": {"chat": {"type": "private", "id": "x"}, "from": {"id": 1}, "text": "t", "date": 1}}',
    ],
)
def test_what_is_no_update_is_quarantined_and_harms_no_other(raw: bytes) -> None:
    good = json.dumps(CASES[0]["update"]).encode()
    read = read_updates([Entry("1", {"inboxes": [1], "bot": 1}, raw), Entry("2", {"inboxes": [1], "bot": 1}, good)])
    assert isinstance(read[0], Unreadable)
    assert not isinstance(read[1], Unreadable)
    assert read[1][0].external_id == "telegram:1:555000111:11"
