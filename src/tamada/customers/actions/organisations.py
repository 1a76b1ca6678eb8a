"""Companies that customers belong to."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.core import audit, events
from tamada.core.actors import Actor

from ..errors import Invalid
from ..events import OrganisationChanged
from ..identities import email_domain
from ..models import Organisation
from ..tasks import index_people_of


def create_organisation(
    *, agent: Agent | None, actor: Actor, name: str, domains: Sequence[str] = (), note: str = ""
) -> Organisation:
    """Make an organisation. Raises Invalid, InvalidIdentity for a bad domain, PermissionDenied."""
    return _save(Organisation(), agent, actor, "organisation.created", name=name, domains=domains, note=note)


def organisation_named(*, agent: Agent | None, actor: Actor, name: str) -> Organisation | None:
    """The organisation called so in any letter case, made when there is none; None for no name.

    Raises as `create_organisation`.
    """
    clean = " ".join(name.replace("\x00", "").split())
    if not clean:
        return None
    exact = Organisation.objects.filter(name=clean).first()
    if exact is not None:
        return exact
    # SQLite knows the letter case of ASCII alone, so the names are compared here.
    key = clean.casefold()
    alike = next((o for o in Organisation.objects.only("name") if o.name.casefold() == key), None)
    return alike or create_organisation(agent=agent, actor=actor, name=clean)


def update_organisation(
    *,
    agent: Agent | None,
    actor: Actor,
    organisation: Organisation,
    name: str | None = None,
    domains: Sequence[str] | None = None,
    note: str | None = None,
) -> Organisation:
    """Change what is given. Its people are found by a new name a moment later. Raises as `create_organisation`."""
    return _save(organisation, agent, actor, "organisation.updated", name=name, domains=domains, note=note)


def _save(
    row: Organisation,
    agent: Agent | None,
    actor: Actor,
    action: str,
    *,
    name: str | None,
    domains: Sequence[str] | None,
    note: str | None,
) -> Organisation:
    if agent is not None:
        require(agent, "customer.write")
    was = row.name
    if name is not None:
        row.name = _clean(name)
    if domains is not None:
        row.domains = sorted({email_domain(domain.strip().removeprefix("@")) for domain in domains})
    if note is not None:
        row.note = note.replace("\x00", "").strip()[:10_000]
    with transaction.atomic():
        row.save()
        if row.name != was and row.customers.exists():
            index_people_of.using(unique=f"people-of:{row.pk}").enqueue(organisation_id=row.pk)
        audit.record(actor, action, row)
        events.record(OrganisationChanged(audience=frozenset({"all"}), organisation=row.pk), actor=actor)
    return row


def _clean(name: str) -> str:
    clean = " ".join(name.replace("\x00", "").split())
    if not 1 <= len(clean) <= 160:
        raise Invalid(_("An organisation's name has between 1 and 160 characters."), "name")
    return clean
