"""How long things are kept: terms by kind and inbox. Without a term everything is kept.

A term of an inbox counts there in place of the one for all.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.conversations.models import Inbox
from tamada.core import personal
from tamada.core.personal import Expiry, Scope

from .errors import Invalid
from .models import Term

LONGEST: Final = 36_500

type_terms = Mapping[str, int | None]
"""Days by kind; None is for ever."""


def kinds(inbox: Inbox | None = None) -> dict[str, Expiry]:
    """What a term can be set for, everywhere or in an inbox."""
    return {name: kind for name, kind in personal.expiries.all().items() if inbox is None or kind.by_inbox}


def terms(inbox: Inbox | None = None) -> dict[str, int | None]:
    """What is settled; a kind that is missing is kept for ever, or in an inbox as everywhere."""
    return dict(Term.objects.filter(inbox=inbox).values_list("kind", "days"))


def check(inbox: Inbox | None, given: type_terms) -> None:
    """Raises Invalid for what can't be a term."""
    if unknown := given.keys() - kinds(inbox).keys():
        raise Invalid(_("There is no term for this."), min(unknown))
    for kind, days in given.items():
        if days is not None and not 1 <= days <= LONGEST:
            raise Invalid(_("A term has between 1 and 36,500 days."), kind)


def foreseen(agent: Agent, inbox: Inbox | None, given: type_terms) -> dict[str, int]:
    """How many of each kind would go at once if these were the terms. Raises PermissionDenied, Invalid."""
    require(agent, "privacy.settings")
    check(inbox, given)
    return {kind: kinds(inbox)[kind].count(scope(kind, inbox, days)) for kind, days in given.items() if days}


def scope(kind: str, inbox: Inbox | None, days: int) -> Scope:
    """What is older than so many days, by a term of all inboxes or of one."""
    before = timezone.now() - timedelta(days=days)
    if inbox is not None:
        return Scope(before, inbox=inbox.pk)
    own = Term.objects.filter(kind=kind, inbox__isnull=False).values_list("inbox_id", flat=True)
    return Scope(before, but=tuple(own))
