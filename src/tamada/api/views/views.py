"""Views: lists of conversations under a name, and what is in them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router

from tamada.accounts.models import Team
from tamada.automation import actions
from tamada.automation.actions.views import ViewTerms
from tamada.automation.models import View as Row
from tamada.automation.queries import views as queries
from tamada.conversations.queries import list_page

from .. import cursors, schemas
from ..answers import answer, page
from ..caller import Caller, caller_of
from ..idempotency import once
from ..ids import pk_of
from ..problems import invalid
from ..shapes import conversation_items, view_items

router = Router(tags=["Views"])


def _view(caller: Caller, pk: str) -> Row:
    """Raises View.DoesNotExist for one that the caller may not open."""
    return queries.visible_to(caller.agent).get(pk=pk_of(pk))


@router.get("/views", response=schemas.Page[schemas.View], summary="List views")
def list_views(request: HttpRequest, query: Query[schemas.ListQuery]) -> HttpResponse:
    """Everybody's, those of the caller's teams, and the caller's own, each with its number of conversations."""
    caller = caller_of(request)
    after = pk_of(cursors.unwrap(query.cursor, "views") or "0")
    found = list(queries.visible_to(caller.agent).filter(pk__gt=after).order_by("pk")[: query.size + 1])
    following = str(found[query.size - 1].pk) if len(found) > query.size else None
    return page(view_items(caller.agent, found[: query.size]), cursors.wrap(following, "views"))


@router.post("/views", response={201: schemas.View}, summary="Make a view")
def create_view(request: HttpRequest, body: schemas.ViewIn) -> HttpResponse:
    """The caller's own, unless `visibility` says otherwise."""
    caller = caller_of(request)

    def work() -> HttpResponse:
        terms = ViewTerms(**_given(body.model_dump(by_alias=True)))
        row = actions.create_view(agent=caller.agent, actor=caller.actor, terms=terms)
        return _shown(caller, row, 201)

    return once(request, work)


def _shown(caller: Caller, row: Row, status: int = 200) -> HttpResponse:
    (item,) = view_items(caller.agent, [row])
    return answer(item, status, location=f"/api/v1/views/{row.pk}" if status == 201 else "")


def _given(fields: dict[str, Any]) -> dict[str, Any]:
    """What the action takes; the team that an id names."""
    if fields.get("team") is not None:
        fields["team"] = Team.objects.filter(pk=pk_of(fields["team"])).first()
        if fields["team"] is None:
            raise invalid(_("There is no such team."), "body", "team")
    return fields


@router.get("/views/{id}", response=schemas.View, summary="Get a view")
def get_view(request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002
    """One view, with its number of conversations."""
    caller = caller_of(request)
    return _shown(caller, _view(caller, id))


@router.patch("/views/{id}", response=schemas.View, summary="Change a view")
def change_view(request: HttpRequest, id: str, body: schemas.ViewChange) -> HttpResponse:  # noqa: A002
    """What is absent stays."""
    caller = caller_of(request)
    row = _view(caller, id)
    names = ("name", "icon", "visibility", "team", "every", "some", "order")
    now = {name: getattr(row, name) for name in names}
    given = _given(body.model_dump(by_alias=True, exclude_unset=True))
    if given.get("visibility", "team") != "team":
        given.setdefault("team", None)
    terms = ViewTerms(**(now | given))
    return _shown(caller, actions.update_view(agent=caller.agent, actor=caller.actor, view=row, terms=terms))


@router.delete("/views/{id}", response={204: None}, summary="Remove a view")
def delete_view(request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002
    """Its conversations stay as they are."""
    caller = caller_of(request)
    actions.delete_view(agent=caller.agent, actor=caller.actor, view=_view(caller, id))
    return HttpResponse(status=204)


@router.get(
    "/views/{id}/conversations", response=schemas.Page[schemas.Conversation], summary="List a view's conversations"
)
def list_view(request: HttpRequest, id: str, query: Query[schemas.ListQuery]) -> HttpResponse:  # noqa: A002
    """In the view's own order; only what the caller may see."""
    caller = caller_of(request)
    row = _view(caller, id)
    order = queries.order_of(row)
    purpose = f"view:{row.pk}:{order}"
    found = list_page(
        caller.agent,
        queries.filters_of(caller.agent, row),
        order=order,
        cursor=cursors.unwrap(query.cursor, purpose),
        limit=query.size,
        related=["customer"],
    )
    return page(conversation_items(found.items), cursors.wrap(found.next, purpose))
