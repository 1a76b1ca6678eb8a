"""Customers, their identities, organisations and timeline; refused senders."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router

from tamada.customers import actions, queries
from tamada.customers.actions import CustomerFields
from tamada.customers.errors import IdentityTaken, InvalidIdentity
from tamada.customers.models import Customer, CustomerMerge, Identity, Organisation
from tamada.customers.queries import CustomerFilter
from tamada.privacy.actions import note_look

from .. import cursors, schemas
from ..answers import answer, page
from ..caller import Caller, caller_of
from ..idempotency import once
from ..ids import pk_of
from ..problems import Problem, invalid
from ..shapes import customer_item, customer_merge_item, entry_item, identity_item

router = Router(tags=["Customers"])

_ORDERS: dict[str, queries.Order] = {"last_activity_at": "newest", "created_at": "created"}


@router.get("/customers", response=schemas.Page[schemas.Customer], summary="List customers")
def list_customers(request: HttpRequest, query: Query[schemas.CustomerQuery]) -> HttpResponse:
    """Newest activity first; `order=created_at` is stable while things change."""
    order = _ORDERS[query.order]
    purpose = f"customers:{order}"
    filters = CustomerFilter(
        identity=query.identity,
        tag=query.tag,
        organisation=None if query.organisation is None else pk_of(query.organisation),
        active_since=query.updated_since,
    )
    inner = cursors.unwrap(query.cursor, purpose)
    found = queries.list_page(caller_of(request).agent, filters, order=order, cursor=inner, limit=query.size)
    return page([customer_item(row) for row in found.items], cursors.wrap(found.next, purpose))


@router.post("/customers", response={201: schemas.Customer}, summary="Make a customer")
def create_customer(request: HttpRequest, body: schemas.CustomerIn) -> HttpResponse:
    """A name, addresses, or both. 409 when an address is another customer's."""
    caller = caller_of(request)
    fields, identities = _fields(body), _identities(body.identities)

    def work() -> HttpResponse:
        row = _refusing_taken(
            caller,
            lambda: actions.create_customer(agent=caller.agent, actor=caller.actor, identities=identities, **fields),
        )
        return _shown(caller, row.pk, 201)

    return once(request, work)


def _fields(body: schemas.CustomerIn | schemas.CustomerChange) -> CustomerFields:
    """What the request names; null empties a text."""
    given: dict[str, Any] = {name: getattr(body, name) for name in body.model_fields_set - {"identities"}}
    for name in ("language", "time_zone", "city", "note"):
        if name in given:
            given[name] = given[name] or ""
    if "organisation" in given:
        given["organisation"] = _organisation(given["organisation"])
    return cast(CustomerFields, given)


def _organisation(value: str | None) -> Organisation | None:
    if value is None:
        return None
    found = queries.organisations().filter(pk=pk_of(value)).first()
    if found is None:
        raise invalid(_("There is no such organisation."), "body", "organisation")
    return found


def _identities(given: list[schemas.IdentityIn]) -> list[actions.type_given]:
    return [cast(actions.type_given, item.model_dump(exclude_none=True)) for item in given]


def _refusing_taken(caller: Caller, work: Any) -> Any:
    """Do the work; a conflict names the other customer to who may see them, and nobody else."""
    try:
        return work()
    except IdentityTaken as error:
        other = queries.visible_to(caller.agent).filter(pk=error.identity.customer_id).first()
        more = {"customer": {"id": str(other.pk), "name": other.name}} if other else {}
        identity = {"type": error.identity.type, "value": error.identity.value}
        raise Problem(409, _("This address belongs to another customer."), identity=identity, **more) from None
    except InvalidIdentity as error:
        raise invalid(str(error), "body", "identities") from None


@router.get("/customers/{id}", response=schemas.Customer, summary="Get a customer")
def get_customer(request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002
    """One customer; 404 also when the caller may not see them. Of who was merged, the one they are by now."""
    agent = caller_of(request).agent
    row = queries.get_now(agent, pk_of(id))
    note_look(agent, row.pk)
    return answer(customer_item(row))


def _shown(caller: Caller, pk: int, status: int = 200) -> HttpResponse:
    row = queries.get_visible(caller.agent, pk)
    return answer(customer_item(row), status, location=f"/api/v1/customers/{row.pk}" if status == 201 else "")


@router.patch("/customers/{id}", response=schemas.Customer, summary="Change a customer")
def change_customer(request: HttpRequest, id: str, body: schemas.CustomerChange) -> HttpResponse:  # noqa: A002
    """What is absent stays; `attributes` are merged, `tags` and `identities` replaced."""
    caller = caller_of(request)
    row = queries.get_visible(caller.agent, pk_of(id))
    identities = _identities(body.identities) if "identities" in body.model_fields_set else None
    _refusing_taken(
        caller,
        lambda: actions.update_customer(
            agent=caller.agent, actor=caller.actor, customer=row, identities=identities, **_fields(body)
        ),
    )
    return _shown(caller, row.pk)


@router.get("/customers/{id}/timeline", response=schemas.Page[schemas.Entry], summary="A customer's timeline")
def get_timeline(request: HttpRequest, id: str, query: Query[schemas.TimelineQuery]) -> HttpResponse:  # noqa: A002
    """Everything about one customer that the caller may see, every channel mixed."""
    agent = caller_of(request).agent
    row = queries.get_now(agent, pk_of(id))
    note_look(agent, row.pk)
    purpose = f"timeline:{row.pk}:{query.order}"
    found = queries.timeline(
        row,
        agent,
        cursor=cursors.unwrap(query.cursor, purpose),
        limit=query.size,
        newest_first=query.order == "newest",
    )
    return page([entry_item(entry) for entry in found.items], cursors.wrap(found.next, purpose))


@router.get("/customers/{id}/identities", response=schemas.Page[schemas.Identity], summary="List identities")
def list_identities(request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002
    """All addresses of a customer, with the ids to change or remove them."""
    row = queries.get_now(caller_of(request).agent, pk_of(id))
    return page([identity_item(identity) for identity in row.identities.all()], None)


@router.post("/customers/{id}/identities", response={201: schemas.Identity}, summary="Add an identity")
def add_identity(request: HttpRequest, id: str, body: schemas.IdentityIn) -> HttpResponse:  # noqa: A002
    """One more address of a customer. 409 when it is another customer's."""
    caller = caller_of(request)
    row = queries.get_visible(caller.agent, pk_of(id))

    def work() -> HttpResponse:
        added: Identity = _refusing_taken(
            caller,
            lambda: actions.add_identity(
                agent=caller.agent,
                actor=caller.actor,
                customer=row,
                type=body.type,
                value=body.value,
                verified=bool(body.verified),
            ),
        )
        location = f"/api/v1/customers/{row.pk}/identities/{added.pk}"
        return answer(identity_item(added), 201, location=location)

    return once(request, work)


@router.patch("/customers/{id}/identities/{identity_id}", response=schemas.Identity, summary="Verify an identity")
def change_identity(
    request: HttpRequest,
    id: str,  # noqa: A002
    identity_id: str,
    body: schemas.IdentityChange,
) -> HttpResponse:
    """Note that the person proved the address is theirs, or take it back."""
    caller = caller_of(request)
    found = _identity(_customer(caller, id), identity_id)
    row = actions.verify_identity(agent=caller.agent, actor=caller.actor, identity=found, verified=body.verified)
    return answer(identity_item(row))


@router.delete("/customers/{id}/identities/{identity_id}", response={204: None}, summary="Remove an identity")
def remove_identity(request: HttpRequest, id: str, identity_id: str) -> HttpResponse:  # noqa: A002
    """Who writes from this address next is somebody new."""
    caller = caller_of(request)
    found = _identity(_customer(caller, id), identity_id)
    actions.remove_identity(agent=caller.agent, actor=caller.actor, identity=found)
    return HttpResponse(status=204)


def _customer(caller: Caller, value: str) -> Customer:
    return queries.get_visible(caller.agent, pk_of(value))


def _identity(customer: Customer, value: str) -> Identity:
    return customer.identities.get(pk=pk_of(value))


# --- one and the same -----------------------------------------------------------------------------------------------


@router.post("/customers/{id}/merge", response={201: schemas.CustomerMerge}, summary="Merge into another customer")
def merge_customer(request: HttpRequest, id: str, body: schemas.CustomerMergeIn) -> HttpResponse:  # noqa: A002
    """This customer turned out to be `into`, who takes addresses, conversations and tags. It can be undone."""
    caller = caller_of(request)

    def work() -> HttpResponse:
        source = queries.get_visible(caller.agent, pk_of(id))
        target = queries.get_visible(caller.agent, pk_of(body.into))
        made = actions.merge_customers(agent=caller.agent, actor=caller.actor, source=source, target=target)
        return answer(customer_merge_item(made), 201)

    return once(request, work)


@router.post("/customer-merges/{id}/undo", response={200: schemas.CustomerMerge}, summary="Undo a merge of customers")
def undo_customer_merge(request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002
    """Both are who they were. What came in since stays with `into`."""
    caller = caller_of(request)

    def work() -> HttpResponse:
        made = CustomerMerge.objects.get(pk=pk_of(id))
        done = actions.undo_customer_merge(agent=caller.agent, actor=caller.actor, merge=made)
        return answer(customer_merge_item(done))

    return once(request, work)
