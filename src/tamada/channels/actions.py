"""What an admin does about quarantined input."""

from django.db import transaction

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.core import audit, events
from tamada.core.actors import Actor

from .events import InputReleased
from .journal import default_journal
from .models import RawInput, RawState

_ADMINS = frozenset({"role:admin"})


def retry_input(*, agent: Agent, actor: Actor, raw: RawInput) -> None:
    """Send quarantined input on its way again, as if it had just come. Raises FileNotFoundError if it was erased."""
    require(agent, "quarantine.retry")
    with transaction.atomic():
        # Without its row the file counts as new, also for a recovery should we die before the next line.
        deleted, _ = RawInput.objects.filter(pk=raw.pk, state=RawState.QUARANTINED).delete()
        if not deleted:
            return
        audit.record(actor, "input.retried", None, name=raw.name)
        events.record(InputReleased(audience=_ADMINS, raw=raw.pk), actor=actor)
    default_journal().requeue(raw.name)


@transaction.atomic
def discard_input(*, agent: Agent, actor: Actor, raw: RawInput) -> None:
    """Put quarantined input aside for good; its bytes stay in the archive until retention removes them."""
    require(agent, "quarantine.retry")
    if RawInput.objects.filter(pk=raw.pk, state=RawState.QUARANTINED).update(state=RawState.DISCARDED):
        audit.record(actor, "input.discarded", None, name=raw.name)
        events.record(InputReleased(audience=_ADMINS, raw=raw.pk), actor=actor)
