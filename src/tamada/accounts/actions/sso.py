"""Single sign-on: set up, and whom a provider's word lets in."""

import time
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tamada.core import audit, events, settings_store
from tamada.core.actors import SYSTEM, Actor

from .. import sso
from ..actors import actor_of
from ..errors import Invalid
from ..events import access_changed
from ..models import Agent, Role, SsoIdentity, default_preferences
from ..permissions import require
from ..queries import agent_by_email
from ..sso import Identity, SsoError
from .people import clean_email, clean_name, clean_role, insert_agent
from .sessions import end_everywhere


def update_sso(
    *,
    agent: Agent,
    actor: Actor,
    issuer: str,
    client_id: str,
    client_secret: str,
    label: str,
    create: bool,
    role: str,
    only: bool,
) -> None:
    """Set the provider. An empty secret keeps the stored one. Raises `Invalid`, PermissionDenied.

    Passwords can be shut off only by an admin who has signed in by this provider: so it works, for them at least.
    """
    require(agent, "company.settings")
    issuer = issuer.strip()
    if issuer and not issuer.startswith("https://"):
        raise Invalid(_("The provider must be reached by https."), "issuer")
    named = issuer or sso.issuer()
    if only and not SsoIdentity.objects.filter(agent=agent, issuer=named).exists():
        raise Invalid(_("Sign in by the provider once yourself first, so that nobody is locked out."), "only")
    values: dict[str, Any] = {
        "issuer": issuer,
        "client_id": client_id.strip(),
        "label": " ".join(label.split())[:60],
        "create": create,
        "role": clean_role(role).value,
        "only": only,
    }
    if client_secret:
        values["client_secret"] = client_secret
    with transaction.atomic():
        for name, value in values.items():
            if settings_store.get(f"sso.{name}") != value:
                settings_store.set(f"sso.{name}", value, actor)
    sso.forget()


def sign_in_by_sso(*, identity: Identity) -> Agent:
    """Whom the provider means: by issuer and subject; the first time by an address that it has verified.

    Raises `SsoError` with a sentence for who tried.
    """
    with transaction.atomic():
        known = SsoIdentity.objects.select_related("agent").filter(issuer=identity.issuer, subject=identity.subject)
        link = known.first()
        agent = link.agent if link is not None else _first_time(identity)
        if not agent.is_active:
            raise SsoError(_("You can't sign in here. Ask your admin."))
        audit.record(actor_of(agent), "agent.signed_in", agent, by="sso")
    return agent


def _first_time(identity: Identity) -> Agent:
    if not identity.email:
        raise SsoError(_("The provider has not verified your e-mail address, so we can't know who you are here."))
    agent = agent_by_email(identity.email)
    if agent is None:
        agent = _newcomer(identity)
    elif not agent.is_active:
        raise SsoError(_("You can't sign in here. Ask your admin."))
    try:
        with transaction.atomic():
            SsoIdentity.objects.create(agent=agent, issuer=identity.issuer, subject=identity.subject)
    except IntegrityError:
        # The address is known, but it was somebody else's subject: a new person with an old address, perhaps.
        raise SsoError(_("You can't sign in here. Ask your admin.")) from None
    audit.record(actor_of(agent), "agent.sso_linked", agent, issuer=identity.issuer)
    return agent


def _newcomer(identity: Identity) -> Agent:
    if not settings_store.get("sso.create"):
        raise SsoError(_("You can't sign in here. Ask your admin."))
    try:
        email = clean_email(identity.email)
        name = clean_name(identity.name[:120] or email.partition("@")[0])
    except Invalid as refused:
        raise SsoError(refused.message) from None
    made = Agent(email=email, name=name, role=Role(settings_store.get("sso.role")), preferences=default_preferences())
    made.set_unusable_password()
    try:
        return insert_agent(made, actor=SYSTEM, teams=None)
    except Invalid as refused:
        raise SsoError(refused.message) from None


def confirm_by_sso(*, agent: Agent, identity: Identity) -> None:
    """Prove once more who one is by the provider. Raises `SsoError`."""
    require(agent, "profile.own")
    is_them = agent.sso_identities.filter(issuer=identity.issuer, subject=identity.subject).exists()
    is_lately = identity.auth_time is None or time.time() - identity.auth_time <= sso.CONFIRMED_WITHIN
    if not is_them or not is_lately:
        raise SsoError(_("The provider did not confirm that it is you."))
    audit.record(actor_of(agent), "agent.confirmed", agent, by="sso")


def unlink_sso(*, agent: Agent, actor: Actor, target: Agent) -> None:
    """Forget whom the provider means, so that the next sign-in by a verified address settles it anew; sessions end."""
    require(agent, "agent.settings")
    with transaction.atomic():
        if SsoIdentity.objects.filter(agent=target).delete()[0]:
            end_everywhere(target)
            audit.record(actor, "agent.sso_unlinked", target)
            events.record(access_changed(target.pk), actor=actor)
