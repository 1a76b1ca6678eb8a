"""Making conversations one, and deleting them."""

from django.http import HttpRequest, HttpResponse
from ninja import Router

from tamada.accounts.models import Agent
from tamada.conversations import actions, merge_queries, queries
from tamada.conversations.actions.merge import later_merge
from tamada.conversations.models import Conversation, Merge

from .. import schemas
from ..answers import answer
from ..caller import caller_of
from ..idempotency import once
from ..ids import pk_of
from ..shapes import conversation_item, merge_item

router = Router(tags=["Conversations"])


@router.post("/conversations/{id}/merge", response={201: schemas.Merge}, summary="Merge into another conversation")
def merge(request: HttpRequest, id: str, body: schemas.MergeIn) -> HttpResponse:  # noqa: A002
    """The messages of both stand in `into` by time, and what comes for this one lands there. It can be undone."""
    caller = caller_of(request)

    def work() -> HttpResponse:
        source = queries.get_visible(caller.agent, pk_of(id))
        target = queries.get_visible(caller.agent, pk_of(body.into))
        made = actions.merge_conversations(agent=caller.agent, actor=caller.actor, sources=[source], target=target)
        return answer(merge_item(made, None), 201, location=f"/api/v1/merges/{made.pk}")

    return once(request, work)


@router.get("/merges/{id}", response=schemas.Merge, summary="Get a merge")
def get_merge(request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002
    """One merge; 404 also when the caller may not see the conversation that took the others in."""
    made = _merge(caller_of(request).agent, pk_of(id))
    return answer(merge_item(made, later_merge(made)))


@router.post("/merges/{id}/undo", response={200: schemas.Merge}, summary="Undo a merge")
def undo_merge(request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002
    """Each conversation is what it was. What was written since the merge stays in `into`."""
    caller = caller_of(request)

    def work() -> HttpResponse:
        made = _merge(caller.agent, pk_of(id))
        done = actions.undo_merge(agent=caller.agent, actor=caller.actor, merge=made)
        return answer(merge_item(done, None))

    return once(request, work)


def _merge(agent: Agent, pk: int) -> Merge:
    return Merge.objects.get(pk=pk, target__in=queries.rows_visible_to(agent))


@router.post("/conversations/{id}/split", response={201: schemas.Conversation}, summary="Split off messages")
def split(request: HttpRequest, id: str, body: schemas.SplitIn) -> HttpResponse:  # noqa: A002
    """They go on as a new conversation of the customer, linked to this one. Merging it back undoes that."""
    caller = caller_of(request)
    messages, first = [pk_of(pk) for pk in body.messages], None if body.first is None else pk_of(body.first)

    def work() -> HttpResponse:
        row = queries.get_visible(caller.agent, pk_of(id))
        part = actions.split_conversation(
            agent=caller.agent, actor=caller.actor, conversation=row, messages=messages, first=first
        )
        shown = conversation_item(queries.get_visible(caller.agent, part.pk))
        return answer(shown, 201, location=f"/api/v1/conversations/{part.pk}")

    return once(request, work)


@router.post("/conversations/{id}/restore", response={200: schemas.Conversation}, summary="Restore a conversation")
def restore_conversation(request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002
    """For leads and administrators; for whoever deleted it, within ten minutes."""
    caller = caller_of(request)

    def work() -> HttpResponse:
        row = merge_queries.deleted(caller.agent).filter(pk=pk_of(id)).first()
        if row is None:
            raise Conversation.DoesNotExist
        actions.restore_conversations(agent=caller.agent, actor=caller.actor, ids=[row.pk])
        return answer(conversation_item(queries.get_visible(caller.agent, row.pk)))

    return once(request, work)
