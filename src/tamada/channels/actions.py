"""What an admin does about input that could not be read, or came from a blocked sender."""

from django.db import transaction

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.core import audit, events
from tamada.core.actors import Actor

from .events import InputReleased
from .journal import default_journal
from .models import RawInput, RawState

_ADMINS = frozenset({"role:admin"})
_WAITING = (RawState.QUARANTINED, RawState.BLOCKED)


def retry_input(*, agent: Agent, actor: Actor, raw: RawInput) -> None:
    """Send quarantined or refused input on its way again, as if it had just come.

    A sender who is still blocked is refused again. Raises FileNotFoundError if it was erased.
    """
    require(agent, "quarantine.retry")
    journal = default_journal()
    journal.content(raw.name)
    with transaction.atomic():
        # Without its row the file counts as new, also for a recovery should we die before the next line.
        deleted, _ = RawInput.objects.filter(pk=raw.pk, state__in=_WAITING).delete()
        if not deleted:
            return
        audit.record(actor, "input.retried", None, name=raw.name)
        events.record(InputReleased(audience=_ADMINS, raw=raw.pk), actor=actor)
    journal.requeue(raw.name)


@transaction.atomic
def discard_input(*, agent: Agent, actor: Actor, raw: RawInput) -> None:
    """Put quarantined or refused input aside for good; its bytes stay in the archive until retention removes them."""
    require(agent, "quarantine.retry")
    if RawInput.objects.filter(pk=raw.pk, state__in=_WAITING).update(state=RawState.DISCARDED):
        audit.record(actor, "input.discarded", None, name=raw.name)
        events.record(InputReleased(audience=_ADMINS, raw=raw.pk), actor=actor)
