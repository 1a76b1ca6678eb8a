"""Erasing what this room itself keeps about a person, and last of all what the ground does."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tamada.core import erasing
from tamada.core.personal import Eraser, Expiry, Piece, Scope, Subject, erasers, expiries

from .models import Consent, Look


def _notes(subject: Subject) -> QuerySet[Consent]:
    return Consent.objects.filter(customer__in=subject.ids).exclude(note="")


def _erase_notes(subject: Subject, after: int) -> Piece:
    del after
    return Piece(_notes(subject).update(note=""))


def _looks(subject: Subject) -> QuerySet[Look]:
    return Look.objects.filter(customer__in=subject.ids)


def _erase_looks(subject: Subject, after: int) -> Piece:
    del after
    return Piece(_looks(subject).delete()[0])


erasers.register(
    "consents",
    Eraser(
        _("Notes on consent"),
        lambda subject: _notes(subject).count(),
        _erase_notes,
        ("privacy.Consent",),
        kept=lambda subject: Consent.objects.filter(customer__in=subject.ids).count(),
        why=_(
            "That somebody agreed, to which words and when, without a name: the proof that what was done was allowed."
        ),
    ),
)
erasers.register(
    "looks", Eraser(_("Who looked"), lambda subject: _looks(subject).count(), _erase_looks, ("privacy.Look",))
)
erasing.register()


# --- when it was kept long enough -------------------------------------------------------------------------------------


def _old_looks(scope: Scope) -> QuerySet[Look]:
    return scope.narrow(Look.objects.all(), at="at")


def _drop_looks(scope: Scope) -> int:
    ids = list(_old_looks(scope).order_by("pk").values_list("pk", flat=True)[:1000])
    return Look.objects.filter(pk__in=ids).delete()[0]


expiries.register(
    "looks",
    Expiry(
        _("Who looked"),
        _("The log of which colleagues opened whose page or conversation."),
        lambda scope: _old_looks(scope).count(),
        _drop_looks,
    ),
)
