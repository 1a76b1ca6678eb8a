"""API tokens: shown once, kept as a digest."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tamada.core import audit, events
from tamada.core.actors import Actor

from ..errors import Invalid
from ..events import access_changed
from ..models import Agent, ApiToken, Role
from ..permissions import allowed, require
from ..queries import TOKEN_PREFIX

SCOPES = ("read", "write")
PREFIX_LENGTH = 12


def scopes_for(agent: Agent) -> list[str]:
    """Every scope that means something for this person's role."""
    return ["read"] if agent.role == Role.OBSERVER else list(SCOPES)


def create_token(
    *,
    agent: Agent | None,
    actor: Actor,
    owner: Agent,
    name: str = "",
    scopes: Iterable[str] | None = None,
    expires_at: datetime | None = None,
) -> tuple[ApiToken, str]:
    """A new token of `owner` and its text, which is never seen again. `agent` asks: only for themselves.

    Raises `PermissionDenied`, or `Invalid` for scopes beyond the owner's role and for people who left.
    """
    if agent is not None:
        _require_own(agent, owner)
    if not owner.is_active:
        raise Invalid(_("%(name)s doesn't work here any more.") % {"name": owner.name})
    possible = scopes_for(owner)
    wanted = possible if scopes is None else [scope for scope in SCOPES if scope in set(scopes)]
    if not wanted or not set(wanted) <= set(possible):
        raise Invalid(_("Choose what the token may do, within your own rights."), "scopes")
    raw = TOKEN_PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        agent=owner,
        name=" ".join(name.replace("\0", "").split())[:80] or _("Token"),
        prefix=raw[:PREFIX_LENGTH],
        digest=hashlib.sha256(raw.encode("ascii")).hexdigest(),
        scopes=wanted,
        expires_at=expires_at,
    )
    with transaction.atomic():
        token.save(force_insert=True)
        audit.record(actor, "token.added", token, agent=owner.pk, scopes=wanted)
    return token, raw


def _require_own(agent: Agent, owner: Agent) -> None:
    require(agent, "token.own")
    if agent.pk != owner.pk:
        raise PermissionDenied("token.own")


def revoke_token(*, agent: Agent, actor: Actor, token: ApiToken) -> None:
    """End a token at once: one's own, or anybody's for an admin. Revoking twice is fine."""
    if agent.pk != token.agent_id and not allowed(agent, "agent.settings"):
        raise PermissionDenied("token.own")
    with transaction.atomic():
        if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now()):
            audit.record(actor, "token.revoked", token, agent=token.agent_id)
            # Streams that were opened with it end.
            events.record(access_changed(token.agent_id), actor=actor)
