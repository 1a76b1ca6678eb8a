"""What of the journal goes when it was kept long enough: mails as they came, and what became no message."""

from typing import Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tamada.conversations.models import Message
from tamada.core.personal import Expiry, Scope, expiries

from .journal import default_journal
from .models import RawInput, RawState
from .originals import names_of

_AT_ONCE: Final = 200
_OVER: Final = "It was kept long enough."


def _originals(scope: Scope) -> QuerySet[Message]:
    return scope.narrow(Message.objects.exclude(raw=""), at="created_at", inbox="inbox")


def _drop_originals(scope: Scope) -> int:
    """The same mail may have come to another inbox, where it is still kept: then only this message lets go of it."""
    rows = list(_originals(scope).only("raw", "data").order_by("pk")[:_AT_ONCE])
    ids, names = [row.pk for row in rows], names_of(rows)
    kept = set(Message.objects.filter(raw__in=names).exclude(pk__in=ids).values_list("raw", flat=True))
    _discard(names - kept)
    Message.objects.filter(pk__in=ids).update(raw="")
    return len(rows)


def _discard(names: set[str]) -> None:
    """The row stays without its sender: the same bytes are known should they come again."""
    for name in sorted(names):
        default_journal().discard(name)
    RawInput.objects.filter(name__in=names).update(state=RawState.DISCARDED, sender="", reason=_OVER)


def _refused(scope: Scope) -> QuerySet[RawInput]:
    waiting = Q(state__in=(RawState.QUARANTINED, RawState.BLOCKED))
    aside = Q(state__in=(RawState.DISCARDED, RawState.DUPLICATE)) & ~Q(sender="")
    return scope.narrow(RawInput.objects.filter(waiting | aside), at="received_at")


def _drop_refused(scope: Scope) -> int:
    names = set(_refused(scope).order_by("pk").values_list("name", flat=True)[:_AT_ONCE])
    used = set(Message.objects.filter(raw__in=names).values_list("raw", flat=True))
    _discard(names - used)
    RawInput.objects.filter(name__in=used).update(sender="")
    return len(names)


expiries.register(
    "originals",
    Expiry(
        _("Mails as they came"),
        _("The originals of messages. What was read in them stays; only the file goes."),
        lambda scope: _originals(scope).count(),
        _drop_originals,
        by_inbox=True,
    ),
)
expiries.register(
    "refused",
    Expiry(
        _("Quarantine and refused mail"),
        _("What could not be read, came from blocked senders, or came twice."),
        lambda scope: _refused(scope).count(),
        _drop_refused,
    ),
)
