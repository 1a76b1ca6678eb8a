"""Webhooks: endpoints, their deliveries, replay. For admins: an endpoint hears of all conversations."""

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from tamada.accounts.permissions import require
from tamada.webhooks import actions, queries
from tamada.webhooks.models import Delivery, Endpoint

from .. import cursors, schemas, shapes
from ..answers import answer, dumps, instant, page
from ..caller import Caller, caller_of
from ..idempotency import once
from ..ids import pk_of

router = Router(tags=["Webhooks"])

type_work = Callable[[], tuple[dict[str, Any], str, str]]
"""Returns an item, its secret, and where it is."""


def _endpoint(caller: Caller, pk: str) -> Endpoint:
    """Raises Endpoint.DoesNotExist, also for who may not see any."""
    return queries.visible_to(caller.agent).get(pk=pk_of(pk))


def _delivery(caller: Caller, endpoint: str, pk: str) -> Delivery:
    found = queries.deliveries_of(_endpoint(caller, endpoint)).select_related("endpoint")
    return found.get(pk=pk_of(pk))


@router.get("/webhooks", response=schemas.Page[schemas.Webhook], summary="List webhooks")
def list_webhooks(request: HttpRequest, query: Query[schemas.ListQuery]) -> HttpResponse:
    """Every endpoint."""
    caller = caller_of(request)
    require(caller.agent, "webhook.settings")
    after = pk_of(cursors.unwrap(query.cursor, "webhooks") or "0")
    found = list(queries.visible_to(caller.agent).filter(pk__gt=after).order_by("pk")[: query.size + 1])
    following = str(found[query.size - 1].pk) if len(found) > query.size else None
    return page([shapes.webhook_item(row) for row in found[: query.size]], cursors.wrap(following, "webhooks"))


@router.post("/webhooks", response={201: schemas.NewWebhook}, summary="Make a webhook")
def create_webhook(request: HttpRequest, body: schemas.WebhookIn) -> HttpResponse:
    """The answer holds its secret, which is never shown again."""
    caller = caller_of(request)

    def work() -> tuple[dict[str, Any], str, str]:
        given = body.model_dump()
        row, secret = actions.add_endpoint(
            agent=caller.agent, actor=caller.actor, is_active=given.pop("active"), **given
        )
        return shapes.webhook_item(row), secret, f"/api/v1/webhooks/{row.pk}"

    return _with_secret(request, work, 201)


def _with_secret(request: HttpRequest, work: type_work, status: int) -> HttpResponse:
    """An answer whose secret is not kept for a repetition of the request: what is stored says null."""
    seen: list[str] = []

    def kept() -> HttpResponse:
        item, secret, location = work()
        seen.append(secret)
        return answer({**item, "secret": None}, status, location=location)

    response = once(request, kept)
    if seen:
        response.content = dumps({**json.loads(response.content), "secret": seen[-1]})
    return response


@router.get("/webhooks/{id}", response=schemas.Webhook, summary="Get a webhook")
def get_webhook(request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002
    """One endpoint, without its secret."""
    return answer(shapes.webhook_item(_endpoint(caller_of(request), id)))


@router.patch("/webhooks/{id}", response=schemas.Webhook, summary="Change a webhook")
def change_webhook(request: HttpRequest, id: str, body: schemas.WebhookChange) -> HttpResponse:  # noqa: A002
    """What is absent stays. `active` false fails what is on its way, to be replayed later."""
    caller = caller_of(request)
    changes = body.model_dump(exclude_unset=True)
    if "active" in changes:
        changes["is_active"] = changes.pop("active")
    endpoint = _endpoint(caller, id)
    row = actions.update_endpoint(agent=caller.agent, actor=caller.actor, endpoint=endpoint, **changes)
    return answer(shapes.webhook_item(row))


@router.delete("/webhooks/{id}", response={204: None}, summary="Remove a webhook")
def remove_webhook(request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002
    """Nothing is sent to it any more, and its log goes."""
    caller = caller_of(request)
    actions.remove_endpoint(agent=caller.agent, actor=caller.actor, endpoint=_endpoint(caller, id))
    return HttpResponse(status=204)


@router.post("/webhooks/{id}/secret", response=schemas.NewSecret, summary="Make a new secret")
def rotate_secret(request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002
    """For 24 hours both secrets sign: `webhook-signature` then holds two signatures."""
    caller = caller_of(request)

    def work() -> tuple[dict[str, Any], str, str]:
        endpoint = _endpoint(caller, id)
        secret = actions.rotate_secret(agent=caller.agent, actor=caller.actor, endpoint=endpoint)
        endpoint.refresh_from_db()
        return {"old_secret_until": instant(endpoint.old_secret_until)}, secret, ""

    return _with_secret(request, work, 200)


@router.post("/webhooks/{id}/replay", response=schemas.Replayed, summary="Replay all that failed")
def replay_failed(request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002
    """The same bytes under the same ids. 422 for a webhook that is not active."""
    caller = caller_of(request)

    def work() -> HttpResponse:
        endpoint = _endpoint(caller, id)
        return answer({"count": actions.replay_failed(agent=caller.agent, actor=caller.actor, endpoint=endpoint)})

    return once(request, work)


@router.get(
    "/webhooks/{id}/deliveries", response=schemas.Page[schemas.WebhookDelivery], summary="List a webhook's deliveries"
)
def list_deliveries(request: HttpRequest, id: str, query: Query[schemas.DeliveryQuery]) -> HttpResponse:  # noqa: A002
    """Newest first, with every try; kept for 30 days."""
    endpoint = _endpoint(caller_of(request), id)
    purpose = f"deliveries:{endpoint.pk}:{query.state or ''}"
    found = queries.deliveries_of(endpoint, query.state or "").order_by("-pk")
    if inner := cursors.unwrap(query.cursor, purpose):
        found = found.filter(pk__lt=pk_of(inner))
    rows = list(found[: query.size + 1])
    following = str(rows[query.size - 1].pk) if len(rows) > query.size else None
    return page([shapes.delivery_item(row) for row in rows[: query.size]], cursors.wrap(following, purpose))


@router.get(
    "/webhooks/{id}/deliveries/{delivery_id}", response=schemas.WebhookDelivery, summary="Get a webhook's delivery"
)
def get_delivery(request: HttpRequest, id: str, delivery_id: str) -> HttpResponse:  # noqa: A002
    """What was sent, and how each try ended."""
    return answer(shapes.delivery_item(_delivery(caller_of(request), id, delivery_id)))


@router.post(
    "/webhooks/{id}/deliveries/{delivery_id}/replay", response=schemas.WebhookDelivery, summary="Replay a delivery"
)
def replay(request: HttpRequest, id: str, delivery_id: str) -> HttpResponse:  # noqa: A002
    """The same bytes under the same id, retried for another 24 hours. 422 for a webhook that is not active."""
    caller = caller_of(request)

    def work() -> HttpResponse:
        row = actions.replay(agent=caller.agent, actor=caller.actor, delivery=_delivery(caller, id, delivery_id))
        return answer(shapes.delivery_item(row))

    return once(request, work)
