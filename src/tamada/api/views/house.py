"""The house: the caller, colleagues, teams, inboxes, and the lists that settings hold."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from tamada.accounts.models import Team
from tamada.accounts.queries import active_agents
from tamada.conversations.queries import inboxes_visible_to
from tamada.customers import actions, queries

from .. import cursors, schemas, shapes
from ..answers import answer, instant, page
from ..caller import caller_of
from ..idempotency import once
from ..ids import pk_of

router = Router(tags=["House"])

R = TypeVar("R", bound=Model)


def _page(rows: QuerySet[R], query: schemas.ListQuery, name: str, shape: Callable[[R], dict[str, Any]]) -> HttpResponse:
    """One page of a short list, in the order things were made."""
    after = int(cursors.unwrap(query.cursor, name) or 0)
    found = list(rows.filter(pk__gt=after).order_by("pk")[: query.size + 1])
    following = str(found[query.size - 1].pk) if len(found) > query.size else None
    return page([shape(row) for row in found[: query.size]], cursors.wrap(following, name))


@router.get("/me", response=schemas.Me, summary="Who am I")
def get_me(request: HttpRequest) -> HttpResponse:
    """The person behind the token, and what the token may."""
    caller = caller_of(request)
    agent, token = caller.agent, caller.token
    return answer(
        {
            **shapes.agent_item(agent),
            "language": agent.language or None,
            "time_zone": agent.time_zone or None,
            "token": {
                "name": token.name,
                "prefix": token.prefix,
                "scopes": token.scopes,
                "expires_at": instant(token.expires_at),
            },
        }
    )


@router.get("/agents", response=schemas.Page[schemas.Agent], summary="List agents")
def list_agents(request: HttpRequest, query: Query[schemas.ListQuery]) -> HttpResponse:
    """Everybody who works here."""
    return _page(active_agents().prefetch_related("memberships"), query, "agents", shapes.agent_item)


@router.get("/teams", response=schemas.Page[schemas.Team], summary="List teams")
def list_teams(request: HttpRequest, query: Query[schemas.ListQuery]) -> HttpResponse:
    """All teams."""
    return _page(Team.objects.prefetch_related("memberships"), query, "teams", shapes.team_item)


@router.get("/inboxes", response=schemas.Page[schemas.Inbox], summary="List inboxes")
def list_inboxes(request: HttpRequest, query: Query[schemas.ListQuery]) -> HttpResponse:
    """The inboxes that the caller works in."""
    return _page(inboxes_visible_to(caller_of(request).agent), query, "inboxes", shapes.inbox_item)


@router.get("/tags", response=schemas.Page[schemas.Tag], summary="List tags")
def list_tags(request: HttpRequest, query: Query[schemas.ListQuery]) -> HttpResponse:
    """All tags. A tag is made by using it."""
    return _page(queries.tags(), query, "tags", shapes.tag_item)


@router.get("/attributes", response=schemas.Page[schemas.AttributeDefinition], summary="List custom attributes")
def list_attributes(request: HttpRequest, query: Query[schemas.ListQuery]) -> HttpResponse:
    """The custom fields of customers."""
    return _page(queries.attribute_definitions(), query, "attributes", shapes.attribute_item)


@router.get("/organisations", response=schemas.Page[schemas.Organisation], summary="List organisations")
def list_organisations(request: HttpRequest, query: Query[schemas.ListQuery]) -> HttpResponse:
    """All organisations."""
    return _page(queries.organisations(), query, "organisations", shapes.organisation_item)


@router.post("/organisations", response={201: schemas.Organisation}, summary="Make an organisation")
def create_organisation(request: HttpRequest, body: schemas.OrganisationIn) -> HttpResponse:
    """A company that customers belong to."""
    caller = caller_of(request)

    def work() -> HttpResponse:
        row = actions.create_organisation(agent=caller.agent, actor=caller.actor, **body.model_dump())
        return answer(shapes.organisation_item(row), 201, location=f"/api/v1/organisations/{row.pk}")

    return once(request, work)


@router.get("/organisations/{id}", response=schemas.Organisation, summary="Get an organisation")
def get_organisation(request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002
    """One organisation."""
    return answer(shapes.organisation_item(queries.organisations().get(pk=pk_of(id))))


@router.patch("/organisations/{id}", response=schemas.Organisation, summary="Change an organisation")
def change_organisation(request: HttpRequest, id: str, body: schemas.OrganisationChange) -> HttpResponse:  # noqa: A002
    """What is absent stays."""
    caller = caller_of(request)
    row = queries.organisations().get(pk=pk_of(id))
    changes = body.model_dump(exclude_unset=True)
    row = actions.update_organisation(agent=caller.agent, actor=caller.actor, organisation=row, **changes)
    return answer(shapes.organisation_item(row))


@router.get("/blocked-senders", response=schemas.Page[schemas.BlockedSender], summary="List refused senders")
def list_blocked(request: HttpRequest, query: Query[schemas.ListQuery]) -> HttpResponse:
    """Whose mail is refused by name."""
    return _page(queries.blocked_senders(), query, "blocked", shapes.blocked_item)


@router.post("/blocked-senders", response={201: schemas.BlockedSender}, summary="Refuse a sender")
def block(request: HttpRequest, body: schemas.BlockIn) -> HttpResponse:
    """Refuse an address, or a whole domain given as `@domain`, from now on."""
    caller = caller_of(request)

    def work() -> HttpResponse:
        row = actions.block_sender(agent=caller.agent, actor=caller.actor, value=body.value, reason=body.reason)
        return answer(shapes.blocked_item(row), 201)

    return once(request, work)


@router.delete("/blocked-senders/{id}", response={204: None}, summary="Let a sender write again")
def unblock(request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002
    """End a refusal."""
    caller = caller_of(request)
    row = queries.blocked_senders().get(pk=pk_of(id))
    actions.unblock_sender(agent=caller.agent, actor=caller.actor, sender=row)
    return HttpResponse(status=204)
