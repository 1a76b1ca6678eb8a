"""Files brought in at the command line's door."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tamada.conversations.models import Inbox
from tamada.transfer.importing import opening
from tamada.transfer.importing.run import Summary
from tests.conversations.conftest import inbox

__all__ = ["inbox"]

Bring = Callable[..., Summary]


@pytest.fixture
def bring(inbox: Inbox, tmp_path: Path) -> Bring:
    """`bring("zendesk", content)` imports a file with this content, of the system "old" unless another is named."""

    def run(source: str, content: str | bytes, *, system: str = "old", **options: Any) -> Summary:
        file = tmp_path / "file"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        chosen = opening.choose(lambda: file.open("rb"), source, inbox=inbox.address, system=system, **options)
        return opening.bring_in(chosen.records(), chosen).summary

    return run
