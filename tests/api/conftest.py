"""An API client for each of the cast, and conversations for them to see or not."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tamada.accounts.actions.tokens import create_token
from tamada.accounts.models import Agent, Team
from tamada.conversations.actions import create_inbox, receive_messages
from tamada.conversations.envelopes import Envelope, Party, ThreadKeys
from tamada.conversations.models import Conversation, Inbox
from tamada.core.actors import SYSTEM
from tamada.kit.text import analyse

ROOT = "/api/v1"


class Api:
    """Calls the API as one agent's token; JSON in, the test client's response out."""

    def __init__(self, agent: Agent | None, *, scopes: list[str] | None = None) -> None:
        self.agent = agent
        self.client = Client()
        self.headers: dict[str, str] = {}
        if agent is not None:
            self.token, self.raw = create_token(agent=None, actor=SYSTEM, owner=agent, name="tests", scopes=scopes)
            self.headers["Authorization"] = f"Bearer {self.raw}"

    def call(self, method: str, path: str, body: Any = None, key: str | None = None, **query: Any) -> Any:
        extra = {"Idempotency-Key": key} if key is not None else {}
        content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.generic(
            method,
            ROOT + path,
            content,
            content_type="application/json",
            query_params=query or None,
            headers={**self.headers, **extra},
        )

    def get(self, path: str, **query: Any) -> Any:
        return self.call("GET", path, **query)

    def post(self, path: str, body: Any = None, key: str | None = None) -> Any:
        return self.call("POST", path, body, key)

    def patch(self, path: str, body: Any) -> Any:
        return self.call("PATCH", path, body)

    def delete(self, path: str) -> Any:
        return self.call("DELETE", path)

    def upload(self, content: bytes, name: str = "a.txt", key: str | None = None) -> Any:
        from django.core.files.uploadedfile import SimpleUploadedFile

        extra = {"Idempotency-Key": key} if key is not None else {}
        file = SimpleUploadedFile(name, content)
        return self.client.post(f"{ROOT}/attachments", {"file": file}, headers={**self.headers, **extra})

    def download(self, path: str) -> tuple[Any, bytes]:
        """The answer and the file it streams, read to the end and closed."""
        response = self.get(path)
        content = b"".join(response.streaming_content) if response.streaming else response.content
        for close in response._resource_closers:  # As `close()`, which would close the test's database too.
            close()
        return response, content

    def all(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """Every item of a list, page by page."""
        items: list[dict[str, Any]] = []
        while True:
            page = self.get(path, **query).json()
            items += page["items"]
            if page["next"] is None:
                return items
            query["cursor"] = page["next"]


As = Callable[..., Api]
Mail = Callable[..., Conversation]


@pytest.fixture
def as_(db: None) -> As:
    """`as_(agent)` calls the API with a new token of the agent; `as_(None)` without any."""
    return Api


@pytest.fixture
def inbox(team: Team) -> Inbox:
    return create_inbox(agent=None, actor=SYSTEM, name="Support", channel="email", address="help@desk.example")


@pytest.fixture
def other_inbox(other_team: Team) -> Inbox:
    address = "other@desk.example"
    return create_inbox(agent=None, actor=SYSTEM, name="Other", channel="email", address=address, team=other_team)


@pytest.fixture
def mail(db: None) -> Mail:
    """`mail(inbox, sender, text)` receives a message, and returns its conversation."""
    sent = iter(range(1, 10_000))

    def receive(
        inbox: Inbox,
        sender: str = "karine@customer.example",
        text: str = "The router blinks red.",
        *,
        subject: str = "Router",
        name: str = "Karine",
        at: datetime | None = None,
        into: Conversation | None = None,
    ) -> Conversation:
        number = next(sent)
        envelope = Envelope(
            inbox_id=inbox.pk,
            channel=inbox.channel,
            sender=Party(type="email", value=sender, name=name),
            external_id=f"<{number}@customer.example>",
            digest=f"{number:064x}",
            subject=subject,
            text=text,
            received_at=at or timezone.now() - timedelta(seconds=1000 - number),
            to=[{"name": "", "email": inbox.address}],
            lemmas=" ".join(analyse(f"{subject} {text}")),
            thread=ThreadKeys(conversation_ids=[into.pk] if into else []),
        )
        (received,) = receive_messages(envelopes=[envelope])
        assert received.conversation_id is not None
        return Conversation.objects.get(pk=received.conversation_id)

    return receive
