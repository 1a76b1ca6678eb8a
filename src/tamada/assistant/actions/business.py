"""Actions that ask the company's own programs: only admins make them, for they tell a program of customers."""

import ipaddress
from collections.abc import Collection
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.core import audit, events, secrets
from tamada.core.actors import Actor
from tamada.webhooks.signing import new_secret

from .. import fields
from ..errors import Invalid
from ..events import AssistantChanged
from ..models import BusinessAction
from .settling import ADMINS

MOST: Final = 20
MOST_PHRASINGS: Final = 5_000


def add_action(
    *,
    agent: Agent,
    actor: Actor,
    name: str,
    url: str,
    phrasings: str,
    fields: Collection[str],
    proven_only: bool = True,
    is_active: bool = True,
) -> tuple[BusinessAction, str]:
    """Make one; returns it and the secret that signs what it is sent, which is never seen again.

    Raises PermissionDenied, and `Invalid`.
    """
    require(agent, "webhook.settings")
    secret = new_secret()
    row = BusinessAction(secret=secrets.encrypt(secret), proven_only=proven_only, is_active=is_active)
    _fill(row, name, url, phrasings, fields)
    with transaction.atomic():
        if BusinessAction.objects.count() >= MOST:
            raise Invalid(_("There are %(most)s actions already, which is the most.") % {"most": MOST})
        row.save()
        _tell(row, actor, "assistant.action_added")
    return row, secret


@transaction.atomic
def update_action(
    *,
    agent: Agent,
    actor: Actor,
    action: BusinessAction,
    name: str,
    url: str,
    phrasings: str,
    fields: Collection[str],
    proven_only: bool = True,
    is_active: bool = True,
) -> BusinessAction:
    """Change one; its secret stays. Raises as `add_action`."""
    require(agent, "webhook.settings")
    row = BusinessAction.objects.select_for_update().get(pk=action.pk)
    _fill(row, name, url, phrasings, fields)
    row.proven_only = proven_only
    row.is_active, row.last_error, row.last_error_at = is_active, "", None
    row.save()
    _tell(row, actor, "assistant.action_updated")
    return row


@transaction.atomic
def remove_action(*, agent: Agent, actor: Actor, action: BusinessAction) -> None:
    """Take one away: from now on its questions go to people."""
    require(agent, "webhook.settings")
    row = BusinessAction.objects.select_for_update().get(pk=action.pk)
    _tell(row, actor, "assistant.action_removed")
    row.delete()


def _fill(row: BusinessAction, name: str, url: str, phrasings: str, given: Collection[str]) -> None:
    row.name = " ".join(name.replace("\0", "").split())[:80]
    if not row.name:
        raise Invalid(_("Give it a name."), "name")
    row.url = _url(url)
    row.phrasings = phrasings.replace("\0", "")[:MOST_PHRASINGS].strip()
    if not row.phrasings:
        raise Invalid(_("Write at least one way to ask for it."), "phrasings")
    row.fields = [name for name in fields.FIELDS if name in given]


def _url(text: str) -> str:
    """An address outside, or one that the operator allowed; each request looks at what is behind its name anew."""
    from tamada.kit import http

    url = text.strip()
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
        _port = parts.port
    except ValueError:
        raise Invalid(_("This is no web address."), "url") from None
    if not url.isprintable() or " " in url or len(url) > 2000 or not host or parts.username is not None:
        raise Invalid(_("This is no web address."), "url")
    if http.is_named(host, settings.TAMADA.inner_hosts) and parts.scheme in ("http", "https"):
        return url
    if parts.scheme != "https":
        raise Invalid(_("The address must begin with https://."), "url")
    if _is_inside(host):
        raise Invalid(_("This address leads inside the network, where nothing is asked."), "url")
    return url


def _is_inside(host: str) -> bool:
    from tamada.kit import http

    try:
        return not http.is_outside(str(ipaddress.ip_address(host)))
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _tell(row: BusinessAction, actor: Actor, what: str) -> None:
    audit.record(
        actor,
        what,
        row,
        host=urlsplit(row.url).hostname or "",
        fields=row.fields,
        proven_only=row.proven_only,
        active=row.is_active,
    )
    events.record(AssistantChanged(audience=ADMINS), actor=actor)
