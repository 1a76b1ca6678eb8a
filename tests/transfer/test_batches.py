"""What an import leaves behind does not depend on where its batches, or its halves, end; and who gets what came in."""

from datetime import datetime

import pytest

from tamada.accounts.models import Agent
from tamada.conversations.models import Conversation
from tamada.transfer.importing import run
from tests.transfer.conftest import Bring

HEADS = "conversation id,subject,customer email,date,direction,text,status,assignee,author email\n"
ASKED, ANSWERED, AGAIN = "2026-01-31T09:00:00Z", "2026-01-31T10:00:00Z", "2026-01-31T11:00:00Z"


def line(at: str, way: str, *, number: int = 1, status: str = "open", owner: str = "") -> str:
    return f"{number},Modem,ani@mail.am,{at},{way},{way} {at},{status},{owner},{owner if way == 'out' else ''}\n"


def filler(count: int) -> str:
    """Other conversations in between."""
    return "".join(line(ASKED, "in", number=100 + number) for number in range(count))


def when(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


@pytest.mark.parametrize("cut", [False, True])
@pytest.mark.parametrize(
    ("first", "second", "waiting", "replied"),
    [
        ((ASKED, "in"), (ANSWERED, "out"), None, ANSWERED),
        ((ASKED, "out"), (ANSWERED, "in"), ANSWERED, ASKED),
        ((ANSWERED, "out"), (ASKED, "in"), None, ANSWERED),
        ((AGAIN, "in"), (ASKED, "in"), ASKED, None),
        ((AGAIN, "out"), (ANSWERED, "out"), None, ANSWERED),
        ((ASKED, "in"), (ANSWERED, "note"), ASKED, None),
    ],
)
def test_a_question_and_its_answer_may_come_apart(
    first: tuple[str, str],
    second: tuple[str, str],
    waiting: str | None,
    replied: str | None,
    cut: bool,
    bring: Bring,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(run, "BATCH", 5)
    half = HEADS + line(*first) + filler(6)
    if cut:
        bring("csv", half, what="conversations")
    bring("csv", half + line(*second), what="conversations")
    row = Conversation.objects.get(message_count=2)
    assert (row.waiting_since, row.first_replied_at) == (when(waiting), when(replied))


def test_nobody_waits_in_what_is_closed(bring: Bring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "BATCH", 1)
    rows = line(ASKED, "in", status="closed") + line(AGAIN, "in", status="closed")
    bring("csv", HEADS + rows, what="conversations")
    assert Conversation.objects.get().waiting_since is None


def test_only_who_works_here_and_sees_the_inbox_is_given_something(
    bring: Bring, owner: Agent, teammate: Agent, outsider: Agent, observer: Agent, gone: Agent
) -> None:
    people = [owner, teammate, outsider, observer, gone]
    rows = "".join(
        line(ASKED, way, number=number, owner=agent.email)
        for number, agent in enumerate(people)
        for way in ("in", "out")
    )
    bring("csv", HEADS + rows, what="conversations")
    found = {row.messages.get(kind="out").agent: row.assignee for row in Conversation.objects.all()}
    assert found == {owner: owner, teammate: teammate, outsider: None, observer: None, gone: None}
