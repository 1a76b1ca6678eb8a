"""Hand-offs: offered with a brief, accepted or returned; by outside systems too."""

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from tamada.accounts.queries import active_agents
from tamada.conversations import queries as conversations
from tamada.operations import actions, handoff_queries, job_queries
from tamada.operations.actions import Receiver
from tamada.operations.handoff_queries import HandoffFilter
from tamada.operations.models import Handoff

from .. import cursors, schemas
from ..answers import answer, page
from ..caller import Caller, caller_of
from ..handoff_shapes import handoff_items
from ..idempotency import once
from ..ids import pk_of
from ..problems import invalid
from ..schemas.handoffs import HandoffReceiver

router = Router(tags=["Hand-offs"])


def _handoff(caller: Caller, pk: int) -> Handoff:
    """Raises `Handoff.DoesNotExist` for one that the caller may not see."""
    return handoff_queries.with_everything(handoff_queries.visible_to(caller.agent)).get(pk=pk)


def _receiver(to: HandoffReceiver) -> Receiver:
    """Raises Problem 422 for nobody, for several, and for who could not take it."""
    asked = {name: pk_of(pk) for name, pk in to.model_dump(exclude_none=True).items()}
    if len(asked) != 1:
        raise invalid("Name one of agent, team and webhook.", "body", "to")
    ((kind, pk),) = asked.items()
    found: Receiver | None
    if kind == "agent":
        found = active_agents().filter(pk=pk).first()
    elif kind == "team":
        found = handoff_queries.teams().filter(pk=pk).first()
    else:
        found = next((one for one in handoff_queries.systems() if one.pk == pk), None)
    if found is None:
        raise invalid("Nobody of this id could take it.", "body", "to", kind)
    return found


@router.get("/handoffs", response=schemas.Page[schemas.Handoff], summary="List hand-offs")
def list_handoffs(request: HttpRequest, query: Query[schemas.HandoffQuery]) -> HttpResponse:
    """Those of jobs and conversations that the caller sees, those they gave, and those that are for them."""
    agent = caller_of(request).agent
    names = ("job", "conversation", "customer", "webhook")
    ids = {name: pk_of(given) for name in names if (given := getattr(query, name)) is not None}
    asked = HandoffFilter(status=query.status, changed_since=query.updated_since, **ids)
    cursor = cursors.unwrap(query.cursor, "handoffs")
    found = handoff_queries.list_page(agent, asked, cursor=cursor, limit=query.size)
    return page(handoff_items(agent, found.items), cursors.wrap(found.next, "handoffs"))


@router.post("/handoffs", response={201: schemas.Handoff}, summary="Hand something over")
def offer_handoff(request: HttpRequest, body: schemas.HandoffIn) -> HttpResponse:
    """Its brief is made of the job and the conversation. Its owner stays until somebody accepts."""
    caller = caller_of(request)

    def work() -> HttpResponse:
        seen = conversations.visible_to(caller.agent)
        jobs = job_queries.visible_to(caller.agent)
        made = actions.offer_handoff(
            agent=caller.agent,
            actor=caller.actor,
            to=_receiver(body.to),
            job=None if body.job is None else jobs.get(pk=pk_of(body.job)),
            step=body.step,
            conversation=None if body.conversation is None else seen.get(pk=pk_of(body.conversation)),
            note=body.note,
        )
        (item,) = handoff_items(caller.agent, [_handoff(caller, made.pk)])
        return answer(item, 201, location=f"/api/v1/handoffs/{made.pk}")

    return once(request, work)


@router.get("/handoffs/{id}", response=schemas.Handoff, summary="Get a hand-off")
def get_handoff(request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002
    """One hand-off with its brief, in the caller's language."""
    caller = caller_of(request)
    return answer(handoff_items(caller.agent, [_handoff(caller, pk_of(id))])[0])


@router.patch("/handoffs/{id}", response=schemas.Handoff, summary="Answer a hand-off")
def answer_handoff(request: HttpRequest, id: str, body: schemas.HandoffAnswer) -> HttpResponse:  # noqa: A002
    """Accept it, return it with a reason, or withdraw one's own.

    An outside system acknowledges like this, with its own number as `reference`.
    """
    caller = caller_of(request)
    row = _handoff(caller, pk_of(id))
    actions.answer_handoff(
        agent=caller.agent,
        actor=caller.actor,
        handoff=row,
        status=body.status,
        reason=body.reason,
        reference=body.reference,
    )
    return answer(handoff_items(caller.agent, [_handoff(caller, row.pk)])[0])
