"""What an assistant can do for its person: each tool with its arguments, and whether it writes. Knows no protocol."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tamada.accounts import company
from tamada.conversations import actions, queries
from tamada.conversations.capabilities import capabilities_of
from tamada.conversations.models import Conversation, Draft, Kind
from tamada.conversations.queries import ListFilter
from tamada.conversations.recipients import default_recipients
from tamada.core.answers import answer_sources
from tamada.customers import queries as customers
from tamada.kit.text import LANGUAGES
from tamada.privacy.actions import note_look
from tamada.search.queries import search

from .. import cursors
from ..caller import Caller, authorise
from ..ids import pk_of
from ..problems import Problem, invalid, meaning_of, not_found
from ..shapes import conversation_item, conversation_items, customer_item, entry_item, message_item, type_item
from ..views.search import _SHAPES as SHAPES

MOST: Final = 50
_TEXT: Final = 8_000
_LONGEST: Final = 50_000
_MESSAGE: Final = ("id", "kind", "author", "to", "cc", "subject", "text", "attachments", "language", "created_at")

Id = Field(min_length=1, max_length=40, description="Opaque id, as another tool gave it.")
Cursor = Field(default=None, max_length=2_000, description="`next` of the page before.")


class Arguments(BaseModel):
    """What a tool takes; anything else is refused."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class SearchIn(Arguments):
    """Words, "phrases", and operators such as `from:ani is:open tag:vip`."""

    query: str = Field(min_length=1, max_length=500, description="Words in any form and language, and operators.")
    kind: Literal["conversations", "customers", "articles"] = "conversations"
    limit: int = Field(default=10, ge=1, le=MOST)
    cursor: str | None = Cursor


class QueueIn(Arguments):
    """Whose conversations."""

    whose: Literal["mine", "unassigned"] = "mine"
    limit: int = Field(default=20, ge=1, le=MOST)
    cursor: str | None = Cursor


class ConversationIn(Arguments):
    """One conversation, and how many of its newest messages."""

    conversation: str = Id
    messages: int = Field(default=20, ge=1, le=MOST)


class CustomerIn(Arguments):
    """One customer."""

    customer: str = Id


class TimelineIn(Arguments):
    """One customer's timeline."""

    customer: str = Id
    limit: int = Field(default=20, ge=1, le=MOST)
    cursor: str | None = Cursor


class ArticleIn(Arguments):
    """One article in one language."""

    article: str = Id
    language: Literal["hy", "ka", "ru", "en"] | None = Field(default=None, description="Without it, any it is in.")


class DraftIn(Arguments):
    """A reply to be read and sent by the person."""

    conversation: str = Id
    text: str = Field(min_length=1, max_length=_LONGEST)
    replace: bool = Field(default=False, description="Overwrite what the person has begun to write there.")


class NoteIn(Arguments):
    """A note that only colleagues see."""

    conversation: str = Id
    text: str = Field(min_length=1, max_length=_LONGEST)


@dataclass(frozen=True, slots=True)
class Tool:
    """One thing to do. `run` gets the caller and its arguments, and gives what is shown."""

    name: str
    title: str
    description: str
    arguments: type[Arguments]
    run: Callable[[Caller, Any], type_item]
    writes: bool = False


def call(caller: Caller, name: str, arguments: dict[str, Any]) -> type_item:
    """Do it under the rights of the caller's token and person. Raises `Problem`, and what nobody foresaw."""
    tool = BY_NAME.get(name)
    if tool is None:
        raise Problem(404, _("There is no such tool."))
    authorise(caller, "POST" if tool.writes else "GET")
    try:
        given = tool.arguments.model_validate(_without_nuls(arguments))
    except ValidationError as error:
        raise _unfit(error) from None
    with translation.override(caller.agent.language or company.language()):
        try:
            return tool.run(caller, given)
        except Exception as error:
            if (known := meaning_of(error)) is None:
                raise
            raise known from error


def _unfit(error: ValidationError) -> Problem:
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return invalid(f"{where}: {first['msg']}", *first["loc"])


def _without_nuls(value: Any) -> Any:
    """No text holds NUL or half a character, and no database takes them."""
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_without_nuls(key): _without_nuls(item) for key, item in value.items()}
    return [_without_nuls(item) for item in value] if isinstance(value, list) else value


# --- reading --------------------------------------------------------------------------------------------------------


def _search(caller: Caller, given: SearchIn) -> type_item:
    purpose = f"mcp.search:{given.kind}"
    inner = cursors.unwrap(given.cursor, purpose)
    found = search(caller.agent, given.query, kind=given.kind, cursor=inner, limit=given.limit)
    return {"items": SHAPES.get(given.kind, list)(found.items), "next": cursors.wrap(found.next, purpose)}


def _queue(caller: Caller, given: QueueIn) -> type_item:
    purpose = f"mcp.queue:{given.whose}"
    filters = ListFilter(status="open", assignee="none" if given.whose == "unassigned" else caller.agent.pk)
    found = queries.list_page(
        caller.agent,
        filters,
        order="waiting",
        cursor=cursors.unwrap(given.cursor, purpose),
        limit=given.limit,
        related=["customer"],
    )
    return {"items": conversation_items(found.items), "next": cursors.wrap(found.next, purpose)}


def _conversation(caller: Caller, given: ConversationIn) -> type_item:
    row = queries.get_visible(caller.agent, pk_of(given.conversation))
    note_look(caller.agent, row.customer_id)
    messages = queries.messages_of(row, limit=given.messages)
    return conversation_item(row) | {
        "messages": [_brief(message_item(message)) for message in messages if message.kind != Kind.SYSTEM],
        "earlier": bool(messages) and messages[0].seq > 1,
    }


def _brief(item: type_item) -> type_item:
    """A message as an assistant reads it: its words, and no markup."""
    text = item["text"]
    return {name: item[name] for name in _MESSAGE} | {"text": text[:_TEXT], "cut": len(text) > _TEXT}


def _customer(caller: Caller, given: CustomerIn) -> type_item:
    row = customers.get_visible(caller.agent, pk_of(given.customer))
    note_look(caller.agent, row.pk)
    return customer_item(row)


def _timeline(caller: Caller, given: TimelineIn) -> type_item:
    row = customers.get_now(caller.agent, pk_of(given.customer))
    note_look(caller.agent, row.pk)
    purpose = f"mcp.timeline:{row.pk}"
    inner = cursors.unwrap(given.cursor, purpose)
    found = customers.timeline(row, caller.agent, cursor=inner, limit=given.limit)
    return {"items": [entry_item(entry) for entry in found.items], "next": cursors.wrap(found.next, purpose)}


def _article(_caller: Caller, given: ArticleIn) -> type_item:
    """As it is published now; everybody who works here may read it."""
    for source in answer_sources:
        for language in [given.language] if given.language else LANGUAGES:
            if (found := source.now(given.article, language)) is not None:
                return {
                    "id": found.key,
                    "language": found.language,
                    "title": found.title,
                    "text": found.text[:_LONGEST],
                    "url": found.url or None,
                    "public": found.is_public,
                    "for_replies": found.may_be_sent,
                }
    raise not_found()


# --- writing --------------------------------------------------------------------------------------------------------


def _draft(caller: Caller, given: DraftIn) -> type_item:
    """It waits in the composer. What the person has begun is not lost by it."""
    row = queries.get_visible(caller.agent, pk_of(given.conversation))
    known = Draft.objects.filter(agent=caller.agent, conversation=row, kind=Kind.OUT).first()
    if known is not None and known.text.strip() and not given.replace:
        raise Problem(
            409, _("There is a draft already. Show it to the person, or replace it."), text=known.text[:_TEXT]
        )
    receivers = {} if known is not None else _receivers(row)
    saved = actions.save_draft(
        agent=caller.agent,
        actor=caller.actor,
        conversation=row,
        version=known.version if known is not None else "",
        text=given.text,
        html=_as_html(given.text),
        **receivers,
    )
    return {"conversation": str(row.pk), "draft": str(saved.pk), "text": saved.text, "sent": False}


def _receivers(row: Conversation) -> dict[str, Any]:
    if not capabilities_of(row.channel).addressed:
        return {}
    to, cc = default_recipients(row)
    return {"to": to, "cc": cc}


def _as_html(text: str) -> str:
    return "<div>" + "<br>".join(escape(line) for line in text.split("\n")) + "</div>"


def _note(caller: Caller, given: NoteIn) -> type_item:
    row = queries.get_visible(caller.agent, pk_of(given.conversation))
    note = actions.add_note(agent=caller.agent, actor=caller.actor, conversation=row, text=given.text)
    return {"conversation": str(row.pk), "message": str(note.pk), "kind": "note"}


TOOLS: Final = (
    Tool(
        "search",
        "Search",
        "Find conversations, customers or help articles, newest first. Every inflected form of a word is found in "
        "English, Russian, Armenian and Georgian.",
        SearchIn,
        _search,
    ),
    Tool(
        "list_my_queue",
        "My queue",
        "The open conversations of the person you work for, or those that nobody has taken, longest waiting first.",
        QueueIn,
        _queue,
    ),
    Tool(
        "read_conversation",
        "Read a conversation",
        "A conversation with its newest messages, oldest of them first: in from the customer, out from us, notes.",
        ConversationIn,
        _conversation,
    ),
    Tool("read_customer", "Read a customer", "Who a customer is and how they reach us.", CustomerIn, _customer),
    Tool(
        "read_timeline",
        "Read a timeline",
        "Everything about one customer, newest first, every channel mixed.",
        TimelineIn,
        _timeline,
    ),
    Tool(
        "read_article",
        "Read an article",
        "An article as it is published. One that is not for replies is for colleagues alone.",
        ArticleIn,
        _article,
    ),
    Tool(
        "draft_reply",
        "Draft a reply",
        "Put a reply into the composer of the person you work for. Nothing is sent: they read it and send it.",
        DraftIn,
        _draft,
        writes=True,
    ),
    Tool(
        "add_note",
        "Add a note",
        "Leave an internal note in a conversation; customers never see it. @Name calls a colleague.",
        NoteIn,
        _note,
        writes=True,
    ),
)
BY_NAME: Final = {tool.name: tool for tool in TOOLS}
