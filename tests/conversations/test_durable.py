"""What a person was told is written survives a power loss: those commits wait for the disk."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from tamada.accounts.actions import create_token
from tamada.accounts.models import Agent
from tamada.conversations.actions import (
    add_note,
    forward_message,
    receive_messages,
    send_reply,
    start_conversation,
    undo_send,
)
from tamada.conversations.models import Inbox, Message
from tamada.core.actors import Actor

from .conftest import envelope_to

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sqlite]
FULL = 2


@pytest.fixture
def commits(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The level of `synchronous` at each commit."""
    levels: list[int] = []
    commit = connection._commit  # type: ignore[attr-defined]

    def noted() -> None:
        levels.append(connection.connection.execute("PRAGMA synchronous").fetchone()[0])
        commit()

    monkeypatch.setattr(connection, "_commit", noted)
    return levels


def test_what_was_answered_with_done_is_on_the_disk(commits: list[int], inbox: Inbox, teammate: Agent) -> None:
    (result,) = receive_messages(envelopes=[envelope_to(inbox)])
    assert FULL not in commits
    asked = Message.objects.get(pk=result.message_id or 0)
    common: dict[str, Any] = {"agent": teammate, "actor": Actor("agent", teammate.pk, "Tamar")}
    later = timezone.now() + timedelta(hours=1)
    writing: list[Callable[[], object]] = [
        lambda: send_reply(**common, conversation=asked.conversation, text="We come.", not_before=later),
        lambda: add_note(**common, conversation=asked.conversation, text="Noted."),
        lambda: forward_message(**common, message=asked, to=["aram@mail.am"]),
        lambda: start_conversation(**common, inbox=inbox, to=["nare@mail.am"], subject="Hi", text="Hello"),
        lambda: undo_send(**common, message=Message.objects.filter(kind="out").first() or Message()),
    ]
    for write in writing:
        commits.clear()
        write()
        assert FULL in commits
    receive_messages(envelopes=[envelope_to(inbox)])
    assert commits[-1] != FULL


def test_a_post_with_an_idempotency_key_too(commits: list[int], inbox: Inbox, teammate: Agent, client: Client) -> None:
    (result,) = receive_messages(envelopes=[envelope_to(inbox)])
    _token, secret = create_token(
        agent=teammate, actor=Actor("agent", teammate.pk, "Tamar"), owner=teammate, name="mine", scopes=["write"]
    )
    commits.clear()
    path, headers = f"/api/v1/conversations/{result.conversation_id}/messages", {"Authorization": f"Bearer {secret}"}
    body = {"kind": "out", "text": "We come."}
    answer = client.post(path, body, "application/json", headers={**headers, "Idempotency-Key": "one"})
    assert answer.status_code == 201
    assert FULL in commits
