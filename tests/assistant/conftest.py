"""A chat inbox in which the assistant answers from a small company's knowledge."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tamada.assistant import brain
from tamada.assistant.models import Learned
from tamada.conversations.models import Inbox
from tamada.core.answers import answer_sources
from tests.assistant.shop import Shelf, learned_file, switch_on, teach
from tests.channels.chat.conftest import Answer, Write, answer, visitor, write
from tests.helpers import prepared

__all__ = ["Answer", "Write", "answer", "visitor", "write"]


@pytest.fixture(scope="session")
def learned() -> bytes:
    """What is learned from the shop, once for all tests of all processes."""
    return (prepared.once("learned-shop", _learn) / "brain").read_bytes()


def _learn(folder: Path) -> None:
    (folder / "brain").write_bytes(learned_file(folder))


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    """The shop's answers, as a room tells them, and no others."""
    others = answer_sources._entries
    own = Shelf()
    own.fill()
    answer_sources._entries = {"shop": own}
    yield own
    answer_sources._entries = others
    brain.forget()


@pytest.fixture
def taught(db: None, shelf: Shelf, learned: bytes) -> Learned:
    """The assistant knows the shop."""
    return teach(learned)


@pytest.fixture
def answering(chat: Inbox, taught: Learned) -> Inbox:
    """A chat inbox in which it answers."""
    switch_on(chat)
    return chat
