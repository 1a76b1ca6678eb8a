"""A chat inbox and who writes in it."""

import hashlib
import hmac
from collections.abc import Callable

import pytest

from tamada.accounts.models import Agent
from tamada.channels.chat.actions import receive_from_visitor, start_visitor
from tamada.channels.chat.models import Line, Visitor
from tamada.channels.chat.outbox import deliver_due
from tamada.channels.email.accounts import update_mail_account
from tamada.channels.email.models import MailAccount
from tamada.conversations.actions import send_reply
from tamada.conversations.models import Inbox, Message
from tamada.core.actors import SYSTEM, Actor

Write = Callable[..., Line]
Answer = Callable[..., Message]
SERVER = "smtp://127.0.0.1:2525"
"""Nothing is sent there: what leaves waits in the outbox."""


@pytest.fixture
def account(account: MailAccount) -> MailAccount:
    """The mail inbox, with a server to send by."""
    return update_mail_account(agent=None, actor=SYSTEM, account=account, smtp_url=SERVER)


def proof(inbox: Inbox, user: str) -> str:
    """What the site's server makes."""
    return hmac.new(inbox.secret.encode(), user.encode(), hashlib.sha256).hexdigest()


@pytest.fixture
def visitor(chat: Inbox) -> Visitor:
    return start_visitor(inbox=chat, language="en", page="https://shop.example/prices")[0]


@pytest.fixture
def write(visitor: Visitor) -> Write:
    """`write("Hello")` begins a thread; `write("And?", line.thread)` goes on in it."""
    made = iter(range(1000))

    def run(text: str, thread: object = None, *, by: Visitor = visitor, client_id: str = "", **more: object) -> Line:
        name = client_id or f"c{next(made)}"
        return receive_from_visitor(visitor=by, thread=thread, client_id=name, text=text, **more).line  # type: ignore[arg-type]

    return run


@pytest.fixture
def answer(teammate: Agent) -> Answer:
    """`answer(line, "Hi")` writes as an agent in the line's conversation, and delivers."""

    def run(line: Line, text: str, **more: object) -> Message:
        line.thread.refresh_from_db()
        conversation = line.thread.conversation
        actor = Actor("agent", teammate.pk, teammate.name)
        message = send_reply(agent=teammate, actor=actor, conversation=conversation, text=text, **more)  # type: ignore[arg-type]
        deliver_due()
        message.refresh_from_db()
        return message

    return run
