"""Messages of a conversation."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from ninja import Query, Router

from tamada.channels.journal import default_journal
from tamada.conversations import actions, queries
from tamada.conversations.models import Conversation, Inbox, Message
from tamada.privacy.actions import note_look

from .. import cursors, files, schemas
from ..addresses import read_people
from ..answers import answer, page
from ..caller import Caller, caller_of
from ..files import File
from ..idempotency import once
from ..ids import pk_of
from ..problems import Problem, invalid, not_found
from ..shapes import message_item

router = Router(tags=["Messages"])


@router.get("/conversations/{id}/messages", response=schemas.Page[schemas.Message], summary="List messages")
def list_messages(request: HttpRequest, id: str, query: Query[schemas.MessageQuery]) -> HttpResponse:  # noqa: A002
    """Oldest first; system lines too. Of a merged conversation only the line is left that says where it went."""
    agent = caller_of(request).agent
    row = queries.get_readable(agent, pk_of(id))
    note_look(agent, row.customer_id)
    purpose = f"messages:{row.pk}"
    inner = cursors.unwrap(query.cursor, purpose)
    seq = int(inner) if inner else _seq_of(row, query.after)
    found = queries.messages_after(row, seq=seq, limit=query.size + 1)
    following = str(found[query.size - 1].seq) if len(found) > query.size else None
    return page([message_item(message) for message in found[: query.size]], cursors.wrap(following, purpose))


def _seq_of(row: Conversation, message_id: str | None) -> int:
    return 0 if message_id is None else row.messages.get(pk=pk_of(message_id)).seq


@router.post(
    "/conversations/{id}/messages",
    response={201: schemas.Message, 409: schemas.StaleProblem},
    summary="Write a reply or a note",
)
def post_message(request: HttpRequest, id: str, body: schemas.MessageIn) -> HttpResponse:  # noqa: A002
    """A reply leaves at once. 409 with the `unseen` messages when a person wrote after `last_seen_message`."""
    caller = caller_of(request)
    row = queries.get_visible(caller.agent, pk_of(id))
    attachments = files.gather(caller.agent, body.attachments)

    def work() -> HttpResponse:
        write = _note if body.kind == "note" else _reply
        message = Message.objects.prefetch_related("attachments").get(pk=write(caller, row, body, attachments).pk)
        return answer(message_item(message), 201, location=f"/api/v1/conversations/{row.pk}/messages/{message.pk}")

    return once(request, work)


def _reply(caller: Caller, row: Conversation, body: schemas.MessageIn, attachments: list[File]) -> Message:
    return actions.send_reply(
        agent=caller.agent,
        actor=caller.actor,
        conversation=row,
        text=body.text,
        html=body.html,
        to=read_people(body.to),
        cc=read_people(body.cc),
        bcc=read_people(body.bcc) or [],
        subject=body.subject,
        attachments=files.rows(caller.agent, attachments),
        last_seen_message=_seen(body),
        via=_via(caller, body),
    )


def _via(caller: Caller, body: schemas.MessageIn) -> Inbox | None:
    """The inbox that the reply leaves from; whether the customer is reached there, the action asks."""
    if body.via is None:
        return None
    inbox = queries.inboxes_visible_to(caller.agent).filter(pk=pk_of(body.via)).first()
    if inbox is None:
        raise invalid(_("There is no such inbox that you may see."), "body", "via")
    return inbox


def _note(caller: Caller, row: Conversation, body: schemas.MessageIn, attachments: list[File]) -> Message:
    return actions.add_note(
        agent=caller.agent,
        actor=caller.actor,
        conversation=row,
        text=body.text,
        html=body.html,
        attachments=files.rows(caller.agent, attachments),
        last_seen_message=_seen(body),
    )


def _seen(body: schemas.MessageIn) -> int | None:
    return None if body.last_seen_message is None else pk_of(body.last_seen_message)


@router.get("/conversations/{id}/messages/{message_id}", response=schemas.Message, summary="Get a message")
def get_message(request: HttpRequest, id: str, message_id: str) -> HttpResponse:  # noqa: A002
    """One message of a conversation."""
    return answer(message_item(_message(request, id, message_id)))


def _message(request: HttpRequest, conversation_id: str, message_id: str) -> Message:
    row = queries.get_visible(caller_of(request).agent, pk_of(conversation_id))
    return row.messages.prefetch_related("attachments").get(pk=pk_of(message_id))


@router.get("/conversations/{id}/messages/{message_id}/raw", summary="Download the raw message", response={200: None})
def get_raw(request: HttpRequest, id: str, message_id: str) -> HttpResponseBase:  # noqa: A002
    """The bytes as they came in (`message/rfc822`). 404 for what did not come by mail, 410 once erased."""
    message = _message(request, id, message_id)
    if not message.raw:
        raise not_found()
    try:
        raw = default_journal().raw_bytes(message.raw)
    except FileNotFoundError:
        raise Problem(410, _("The raw message was erased.")) from None
    return files.download(raw, name=f"{message.pk}.eml", type_="message/rfc822")
