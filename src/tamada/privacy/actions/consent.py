"""Writes: purposes, the ledger of consent, and the log of who looked."""

from collections.abc import Mapping
from functools import lru_cache

from django.db import transaction
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.core import audit, events
from tamada.core.actors import Actor
from tamada.customers.actions.door import check_writes
from tamada.customers.events import CustomerUpdated
from tamada.customers.models import Customer
from tamada.customers.queries import audience_of

from ..models import Consent, Look, Purpose, Source


@transaction.atomic
def save_purpose(
    *,
    agent: Agent,
    actor: Actor,
    name: str,
    texts: Mapping[str, str],
    is_active: bool = True,
    purpose: Purpose | None = None,
) -> Purpose:
    """Make a purpose or change it; other words are a new version. Raises PermissionDenied."""
    require(agent, "privacy.settings")
    saved = purpose or Purpose(version=0)
    given = {language: text.strip() for language, text in texts.items() if text.strip()}
    if purpose is None or saved.texts != given:
        saved.version += 1
    saved.name, saved.texts, saved.is_active = name, given, is_active
    saved.save()
    audit.record(actor, "purpose.saved", saved, version=saved.version, active=is_active)
    return saved


@transaction.atomic
def record_consent(
    *,
    agent: Agent | None,
    actor: Actor,
    customer: Customer,
    purpose: Purpose,
    given: bool,
    source: str,
    language: str = "",
    note: str = "",
) -> Consent:
    """Add a line to the ledger, with the words as they stand in the person's language.

    Raises PermissionDenied, DoesNotExist for whom the agent may not see, ValueError for an unknown source.
    """
    check_writes(agent, customer)
    spoken = language or customer.language
    chosen = spoken if spoken in purpose.texts else next(iter(purpose.texts), "")
    line = Consent.objects.create(
        customer=customer,
        purpose=purpose,
        given=given,
        version=purpose.version,
        language=chosen,
        text=purpose.texts.get(chosen, ""),
        source=Source(source),
        note=note.strip()[:300],
        actor_kind=actor.kind,
        actor_name=actor.name[:200],
        at=timezone.now(),
    )
    audit.record(actor, "consent.given" if given else "consent.withdrawn", customer, purpose=purpose.pk)
    audience = audience_of([customer.pk])[customer.pk]
    events.record(CustomerUpdated(audience=audience, customer=customer.pk, fields=("consents",)), actor=actor)
    return line


def note_look(agent: Agent, customer_id: int) -> None:
    """Write down that somebody opened a person's page or conversation: once a day, so that reading stays cheap."""
    _look_of_day(agent.pk, customer_id, timezone.now().date().toordinal())


@lru_cache(maxsize=20_000)
def _look_of_day(agent_id: int, customer_id: int, day: int) -> None:
    now = timezone.now()
    del day
    Look.objects.bulk_create(
        [Look(customer_id=customer_id, agent_id=agent_id, day=now.date(), at=now)], ignore_conflicts=True
    )


def forget_looks() -> None:
    """Forget in this process who looked today; the table is asked again."""
    _look_of_day.cache_clear()
