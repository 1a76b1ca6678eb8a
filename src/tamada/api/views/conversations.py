"""Conversations."""

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router

from tamada.accounts.models import Agent, Team
from tamada.conversations import actions, queries
from tamada.conversations.models import Conversation as Row
from tamada.conversations.models import Inbox
from tamada.conversations.queries import ListFilter
from tamada.privacy.actions import note_look

from .. import cursors, files, schemas
from ..addresses import read_people
from ..answers import answer, page
from ..caller import Caller, caller_of
from ..idempotency import once
from ..ids import pk_of
from ..problems import invalid
from ..shapes import conversation_item, conversation_items, counts_item

router = Router(tags=["Conversations"])

_ORDERS: dict[str, queries.Order] = {"last_activity_at": "newest", "created_at": "created", "waiting_since": "waiting"}


@router.get("/conversations", response=schemas.Page[schemas.Conversation], summary="List conversations")
def list_conversations(request: HttpRequest, query: Query[schemas.ConversationQuery]) -> HttpResponse:
    """Newest activity first; `order=created_at` is stable while things change."""
    agent, order = caller_of(request).agent, _ORDERS[query.order]
    purpose = f"conversations:{order}"
    inner = cursors.unwrap(query.cursor, purpose)
    found = queries.list_page(
        agent, _filter(query, agent), order=order, cursor=inner, limit=query.size, related=["customer"]
    )
    return page(conversation_items(found.items), cursors.wrap(found.next, purpose))


def _filter(query: schemas.ConversationQuery, agent: Agent) -> ListFilter:
    statuses = query.status.split(",") if query.status else []
    return ListFilter(
        status=statuses[0] if len(statuses) == 1 else statuses or None,
        assignee=_assignee(query.assignee, agent),
        team=_pk(query.team),
        inbox=_pk(query.inbox),
        channel=query.channel,
        tag=query.tag,
        customer=_pk(query.customer),
        updated_since=query.updated_since,
        spam=query.spam,
        mentioned=query.mentioned,
    )


def _pk(value: str | None) -> int | None:
    return None if value is None else pk_of(value)


def _assignee(value: str | None, agent: Agent) -> int | Literal["none"] | None:
    if value == "none":
        return "none"
    return agent.pk if value == "me" else _pk(value)


@router.post("/conversations", response={201: schemas.Conversation}, summary="Start a conversation")
def start_conversation(request: HttpRequest, body: schemas.ConversationIn) -> HttpResponse:
    """Write to a customer first. The message leaves at once; its recipient becomes the conversation's customer."""
    caller = caller_of(request)
    inbox = _writable_inbox(caller.agent, body.inbox)
    to, cc, bcc = read_people(body.to), read_people(body.cc), read_people(body.bcc)
    attachments = files.gather(caller.agent, body.attachments)

    def work() -> HttpResponse:
        started, _message = actions.start_conversation(
            agent=caller.agent,
            actor=caller.actor,
            inbox=inbox,
            to=to or [],
            subject=body.subject,
            text=body.text,
            html=body.html,
            cc=cc or [],
            bcc=bcc or [],
            attachments=files.rows(caller.agent, attachments),
        )
        return _shown(caller, started.pk, 201)

    return once(request, work)


def _writable_inbox(agent: Agent, value: str) -> Inbox:
    inbox = queries.inboxes_visible_to(agent).filter(pk=pk_of(value)).first()
    if inbox is None:
        raise invalid(_("There is no such inbox that you may see."), "body", "inbox")
    if inbox.channel != "email" or not inbox.is_active:
        raise invalid(_("Only an e-mail inbox in use can start a conversation."), "body", "inbox")
    return inbox


@router.get("/conversations/{id}", response=schemas.Conversation, summary="Get a conversation")
def get_conversation(request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002
    """One conversation; 404 also when the caller may not see it. Where one was merged to, `merged_into` tells."""
    agent = caller_of(request).agent
    row = queries.get_readable(agent, pk_of(id))
    note_look(agent, row.customer_id)
    return answer(conversation_item(row))


def _shown(caller: Caller, pk: int, status: int = 200) -> HttpResponse:
    row = queries.get_visible(caller.agent, pk)
    location = f"/api/v1/conversations/{row.pk}" if status == 201 else ""
    return answer(conversation_item(row), status, location=location)


@router.patch("/conversations/{id}", response=schemas.Conversation, summary="Change a conversation")
def change_conversation(request: HttpRequest, id: str, body: schemas.ConversationChange) -> HttpResponse:  # noqa: A002
    """Status, owner, team, priority, tags, snooze. What is absent stays as it is."""
    caller = caller_of(request)
    row = queries.get_visible(caller.agent, pk_of(id))
    actions.update_conversation(
        agent=caller.agent, actor=caller.actor, conversation=row, **_changes(body, caller.agent)
    )
    return _after(caller, row)


def _after(caller: Caller, row: Row) -> HttpResponse:
    """The conversation as it stands now, also when the change took it out of the caller's sight."""
    seen = queries.visible_to(caller.agent).filter(pk=row.pk).exists()
    fresh = queries.get_visible(caller.agent, row.pk) if seen else Row.objects.select_related("customer").get(pk=row.pk)
    return answer(conversation_item(fresh))


def _changes(body: schemas.ConversationChange, agent: Agent) -> dict[str, Any]:
    given = {name: getattr(body, name) for name in body.model_fields_set}
    if "assignee" in given:
        given["assignee"] = _owner(given["assignee"], agent)
    if "team" in given:
        given["team"] = _team(given["team"])
    return given


def _owner(value: str | None, agent: Agent) -> Agent | None:
    if value is None or value == "none":
        return None
    owner = agent if value == "me" else Agent.objects.filter(pk=pk_of(value), is_active=True).first()
    if owner is None:
        raise invalid(_("Nobody who works here has this id."), "body", "assignee")
    return owner


def _team(value: str) -> Team:
    team = Team.objects.filter(pk=pk_of(value)).first()
    if team is None:
        raise invalid(_("There is no such team."), "body", "team")
    return team


@router.delete("/conversations/{id}", response={204: None}, summary="Delete a conversation")
def delete_conversation(request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002
    """Out of every list, search and count; it can be restored for 30 days, then it is removed for good."""
    caller = caller_of(request)
    row = queries.get_visible(caller.agent, pk_of(id))
    actions.delete_conversations(agent=caller.agent, actor=caller.actor, conversations=[row])
    return HttpResponse(status=204)


@router.post("/conversations/{id}/read", response={200: schemas.Conversation}, summary="Mark as read")
def mark_read(request: HttpRequest, id: str, body: schemas.ReadIn) -> HttpResponse:  # noqa: A002
    """The caller has read up to a message: mentions until there are seen."""
    caller = caller_of(request)
    row = queries.get_visible(caller.agent, pk_of(id))
    message = row.messages.get(pk=pk_of(body.message))

    def work() -> HttpResponse:
        actions.mark_read(agent=caller.agent, actor=caller.actor, conversation=row, seq=message.seq)
        return _shown(caller, row.pk)

    return once(request, work)


@router.post("/conversations/{id}/spam", response={200: schemas.Conversation}, summary="Mark as spam, or not")
def mark_spam(request: HttpRequest, id: str, body: schemas.SpamIn) -> HttpResponse:  # noqa: A002
    """Spam leaves every list and count but its own."""
    caller = caller_of(request)
    row = queries.get_visible(caller.agent, pk_of(id))

    def work() -> HttpResponse:
        actions.mark_spam(agent=caller.agent, actor=caller.actor, conversation=row, spam=body.spam, block=body.block)
        return _shown(caller, row.pk)

    return once(request, work)


@router.get("/counts", response=schemas.Counts, summary="Count what waits")
def get_counts(request: HttpRequest) -> HttpResponse:
    """The caller's live badges."""
    return answer(counts_item(queries.counts_for(caller_of(request).agent)))
