"""Endpoints: made, changed, switched off, removed; their secrets."""

import ipaddress
from collections.abc import Iterable
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.core import audit, events, secrets, settings_store
from tamada.core.actors import SYSTEM, Actor

from .. import tasks
from ..errors import Invalid
from ..events import ADMINS, WebhookChanged, WebhookDisabled
from ..models import Delivery, Endpoint, OffReason, State
from ..offered import TYPES
from ..queries import LISTENS, listening
from ..signing import new_secret

MOST: Final = 20
"""Endpoints of an installation: each may keep two threads of the sender waiting, and holds up nobody else."""

BOTH_SIGN: Final = timedelta(hours=24)


def add_endpoint(
    *,
    agent: Agent | None,
    actor: Actor,
    url: str,
    description: str = "",
    types: Iterable[str] = (),
    is_active: bool = True,
) -> tuple[Endpoint, str]:
    """Make an endpoint; returns it and its secret, which is never seen again. `agent` None: the command line, whose
    addresses stand outside the SSRF guard.

    Raises PermissionDenied, or Invalid for an address that can't be, an event type that is none, or too many.
    """
    if agent is not None:
        require(agent, "webhook.settings")
    secret = new_secret()
    row = Endpoint(
        url=_url(url, is_trusted=agent is None),
        description=_line(description),
        types=_types(types),
        secret=secrets.encrypt(secret),
        is_active=is_active,
        is_trusted=agent is None,
        made_by=agent,
    )
    with transaction.atomic():
        if Endpoint.objects.filter(removed_at=None).count() >= MOST:
            raise Invalid(_("There are %(most)s webhooks already, which is the most.") % {"most": MOST})
        row.save(force_insert=True)
        audit.record(actor, "webhook.added", row, host=_host(row), types=row.types)
        _tell(row, actor)
    return row, secret


def update_endpoint(
    *,
    agent: Agent,
    actor: Actor,
    endpoint: Endpoint,
    url: str | None = None,
    description: str | None = None,
    types: Iterable[str] | None = None,
    is_active: bool | None = None,
) -> Endpoint:
    """Change what is given. Switching on forgets why it was off; switching off fails what is on its way, to be
    replayed. An address that an admin enters is under the guard, whoever made the endpoint. Raises as `add_endpoint`.
    """
    require(agent, "webhook.settings")
    with transaction.atomic():
        row = Endpoint.objects.select_for_update().get(pk=endpoint.pk)
        before = (row.url, row.description, row.types, row.is_active)
        if url is not None and url.strip() != row.url:
            row.url, row.is_trusted = _url(url, is_trusted=False), False
        if description is not None:
            row.description = _line(description)
        if types is not None:
            row.types = _types(types)
        if is_active is not None and is_active != row.is_active:
            _switch(row, on=is_active, reason=OffReason.HAND)
        names = [n for n, was in zip(_SHOWN, before, strict=True) if getattr(row, n) != was]
        if names:
            row.save()
            audit.record(actor, "webhook.updated", row, fields=names, host=_host(row), active=row.is_active)
            _tell(row, actor)
    return row


_SHOWN = ("url", "description", "types", "is_active")


def rotate_secret(*, agent: Agent, actor: Actor, endpoint: Endpoint) -> str:
    """A new secret, shown this once. For 24 hours the old one signs as well, so that nothing is refused meanwhile."""
    require(agent, "webhook.settings")
    secret = new_secret()
    with transaction.atomic():
        row = Endpoint.objects.select_for_update().get(pk=endpoint.pk)
        row.old_secret, row.old_secret_until = row.secret, timezone.now() + BOTH_SIGN
        row.secret = secrets.encrypt(secret)
        row.save(update_fields=["secret", "old_secret", "old_secret_until"])
        audit.record(actor, "webhook.secret_rotated", row)
        _tell(row, actor)
    return secret


def remove_endpoint(*, agent: Agent, actor: Actor, endpoint: Endpoint) -> None:
    """Take an endpoint away. Its log goes a little later, in small steps (`forget_old`)."""
    require(agent, "webhook.settings")
    with transaction.atomic():
        row = Endpoint.objects.select_for_update().get(pk=endpoint.pk)
        if row.removed_at is None:
            row.removed_at, row.is_active = timezone.now(), False
            row.secret = row.old_secret = ""
            row.save()
            audit.record(actor, "webhook.removed", row, host=_host(row))
            _tell(row, actor)


def disable(*, endpoint_id: int, reason: OffReason) -> None:
    """Switch an endpoint off because its receiver is gone or failed for days, and tell its owner."""
    with transaction.atomic():
        row = Endpoint.objects.select_for_update().filter(pk=endpoint_id, is_active=True).first()
        if row is None:
            return
        _switch(row, on=False, reason=reason)
        row.save()
        audit.record(SYSTEM, "webhook.disabled", row, reason=reason.value, host=_host(row))
        events.record(WebhookDisabled(audience=ADMINS, endpoint=row.pk), actor=SYSTEM)
        _tell(row, SYSTEM)
        tasks.mail_disabled.enqueue(endpoint_id=row.pk)


def _switch(row: Endpoint, *, on: bool, reason: OffReason) -> None:
    row.is_active = on
    row.off_reason, row.off_at = ("", None) if on else (reason, timezone.now())
    row.failing_since = row.not_before = None
    if not on:
        waiting = Delivery.objects.filter(endpoint=row, state=State.PENDING)
        waiting.update(state=State.FAILED, settled_at=timezone.now())


def _url(text: str, *, is_trusted: bool) -> str:
    from tamada.kit import http  # It brings httpx along.

    url = text.strip()
    try:
        parts = urlsplit(url)
        host, _port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise Invalid(_("This is no web address."), "url") from None
    is_allowed = is_trusted or http.is_named(host, settings.TAMADA.inner_hosts)
    plain = not url.isprintable() or " " in url or len(url) > 2000
    if plain or not host or parts.username is not None or parts.scheme not in ("https", "http"):
        raise Invalid(_("An address looks like https://example.com/hooks, without a name and password in it."), "url")
    if not is_allowed and parts.scheme == "http":
        raise Invalid(_("The address must begin with https://."), "url")
    if not is_allowed and _is_inside(host):
        raise Invalid(_("This address leads inside the network, where webhooks don't go."), "url")
    return url


def _is_inside(host: str) -> bool:
    """What can be told without asking for the name: each try looks at the addresses behind a name anew."""
    from tamada.kit import http

    try:
        return not http.is_outside(str(ipaddress.ip_address(host)))
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _types(given: Iterable[str]) -> list[str]:
    wanted = set(given)
    if unknown := sorted(wanted - set(TYPES)):
        raise Invalid(_("There is no event “%(name)s” to be told of.") % {"name": unknown[0][:64]}, "types")
    return [name for name in TYPES if name in wanted]


def _line(text: str) -> str:
    return " ".join(text.replace("\0", "").split())[:200]


def _host(row: Endpoint) -> str:
    """What the trail may know of an address, whose path is often a secret."""
    return urlsplit(row.url).hostname or ""


def _tell(row: Endpoint, actor: Actor) -> None:
    settings_store.note(LISTENS, listening().exists())
    events.record(WebhookChanged(audience=ADMINS, endpoint=row.pk), actor=actor)
