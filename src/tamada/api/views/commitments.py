"""Promises to customers: made, put off with a reason, kept or broken."""

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from tamada.accounts.models import Agent
from tamada.accounts.queries import active_agents
from tamada.conversations import queries as conversations
from tamada.customers import queries as customers
from tamada.operations import actions, queries
from tamada.operations.lists import CommitmentFilter, list_page
from tamada.operations.models import Commitment

from .. import cursors, schemas
from ..answers import answer, page
from ..caller import caller_of
from ..commitment_shapes import commitment_item
from ..idempotency import once
from ..ids import pk_of
from ..problems import invalid

router = Router(tags=["Commitments"])


def agent_named(pk: str | None) -> Agent | None:
    """Raises Problem 422 for nobody who works here."""
    if pk is None:
        return None
    found = active_agents().filter(pk=pk_of(pk)).first()
    if found is None:
        raise invalid("Nobody of this id works here.", "body", "owner")
    return found


@router.get("/commitments", response=schemas.Page[schemas.Commitment], summary="List promises")
def list_commitments(request: HttpRequest, query: Query[schemas.CommitmentQuery]) -> HttpResponse:
    """Those made in conversations that the caller sees, and to customers they see; by when they are due."""
    found = list_page(
        caller_of(request).agent,
        CommitmentFilter(
            status=query.status,
            customer=None if query.customer is None else pk_of(query.customer),
            conversation=None if query.conversation is None else pk_of(query.conversation),
            owner=None if query.owner is None else pk_of(query.owner),
            changed_since=query.updated_since,
        ),
        cursor=cursors.unwrap(query.cursor, "commitments"),
        limit=query.size,
    )
    return page([commitment_item(row) for row in found.items], cursors.wrap(found.next, "commitments"))


@router.post("/commitments", response={201: schemas.Commitment}, summary="Record a promise")
def make_commitment(request: HttpRequest, body: schemas.CommitmentIn) -> HttpResponse:
    """Recorded as made; its owner is reminded an hour before, and told when it is late."""
    caller = caller_of(request)

    def work() -> HttpResponse:
        customer = customers.visible_to(caller.agent).get(pk=pk_of(body.customer))
        seen = conversations.rows_visible_to(caller.agent)
        made = actions.make_commitment(
            agent=caller.agent,
            actor=caller.actor,
            customer=customer,
            conversation=None if body.conversation is None else seen.get(pk=pk_of(body.conversation)),
            owner=agent_named(body.owner),
            text=body.text,
            due_at=body.due_at,
        )
        return answer(commitment_item(made), 201, location=f"/api/v1/commitments/{made.pk}")

    return once(request, work)


@router.get("/commitments/{id}", response=schemas.Commitment, summary="Get a promise")
def get_commitment(request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002
    """One promise."""
    row: Commitment = queries.visible_to(caller_of(request).agent).get(pk=pk_of(id))
    return answer(commitment_item(row))


@router.patch("/commitments/{id}", response=schemas.Commitment, summary="Change or settle a promise")
def change_commitment(request: HttpRequest, id: str, body: schemas.CommitmentChange) -> HttpResponse:  # noqa: A002
    """Change it, then settle it, in one piece. 409 where a reason is owed, or where it was settled otherwise."""
    caller = caller_of(request)
    row: Commitment = queries.visible_to(caller.agent).get(pk=pk_of(id))
    changes = body.model_dump(exclude_none=True, exclude={"status", "reason", "owner"})
    if (owner := agent_named(body.owner)) is not None:
        changes["owner"] = owner
    done = actions.update_commitment(
        agent=caller.agent,
        actor=caller.actor,
        commitment=row,
        changes=changes,
        status=body.status,
        reason=body.reason,
    )
    return answer(commitment_item(done))
