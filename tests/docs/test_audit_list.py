"""Every write leaves an audit entry, or stands with its reason in the list of decision 0015."""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from tamada.accounts import actions as accounts
from tamada.assistant import actions as assistant
from tamada.assistant.llm import actions as language_model
from tamada.automation import actions as automation
from tamada.calendars import actions as calendars
from tamada.channels import actions as channels
from tamada.channels.chat import actions as chat
from tamada.channels.email import accounts as mail_accounts
from tamada.channels.email import oauth
from tamada.channels.telegram import actions as telegram
from tamada.conversations import actions as conversations
from tamada.core import audit
from tamada.customers import actions as customers
from tamada.insights import actions as insights
from tamada.knowledge import actions as knowledge
from tamada.notifications import actions as notifications
from tamada.privacy import actions as privacy
from tamada.transfer import actions as transfer
from tamada.webhooks import actions as webhooks

ROOMS: tuple[ModuleType, ...] = (
    accounts,
    assistant,
    automation,
    calendars,
    channels,
    chat,
    conversations,
    customers,
    language_model,
    insights,
    knowledge,
    mail_accounts,
    notifications,
    oauth,
    privacy,
    telegram,
    transfer,
    webhooks,
)
DECISION = Path(__file__).parents[2] / "docs" / "decisions" / "0015-what-is-not-audited.md"
READS = frozenset({"check_settles", "authorize_url", "cleaned", "may_publish"})
RECORDS: set[Any] = {audit.record}


def verbs() -> Iterator[tuple[str, FunctionType]]:
    """The public functions of the rooms' actions by name; where reads stand among them, those that name an actor."""
    for room in ROOMS:
        names = getattr(room, "__all__", [name for name in vars(room) if not name.startswith("_")])
        for name in names:
            found = inspect.unwrap(getattr(room, name))
            if not isinstance(found, FunctionType) or not found.__module__.startswith(room.__name__):
                continue
            if name not in READS and ("__all__" in vars(room) or _names_who_wrote(found)):
                yield f"{room.__name__.removeprefix('tamada.').removesuffix('.actions')}.{name}", found


def _names_who_wrote(function: FunctionType) -> bool:
    return bool({"actor", "agent_id", "agent_ids", "agent"} & inspect.signature(function).parameters.keys())


def called(function: Callable[..., Any]) -> Iterator[Any]:
    """What a function calls by a name of its module, or by a name of a module it knows."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    known = function.__globals__
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in known:
            yield known[node.id]
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield getattr(known.get(node.value.id), node.attr, None)


def is_audited(function: Callable[..., Any], seen: set[Any]) -> bool:
    """Whether the function, or one of ours that it calls, writes an entry."""
    seen.add(function)
    for target in called(function):
        found = inspect.unwrap(target) if callable(target) else None
        if not isinstance(found, FunctionType) or found in seen or not found.__module__.startswith("tamada."):
            continue
        if found in RECORDS or is_audited(found, seen):
            return True
    return False


def test_what_leaves_no_entry_is_listed_with_its_reason() -> None:
    silent = {name for name, function in verbs() if not is_audited(function, set())}
    listed = set(re.findall(r"^\| `([a-z_.]+)`", DECISION.read_text(), re.MULTILINE))
    assert sorted(silent) == sorted(listed)
