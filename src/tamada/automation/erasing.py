"""Erasing a person from the team's routine: from rules' reasons, and from what was made to ask for somebody."""

from collections.abc import Iterable
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tamada.conversations.models import Conversation, Message
from tamada.core.actors import SYSTEM
from tamada.core.personal import Eraser, Piece, Subject, cleared, erasers, names_any

from .actions.rules import turn_page
from .models import Macro, Rule, RuleTrace, View

_WORDED: Final = {
    View: ("name", "every", "some"),
    Rule: ("name", "conditions", "steps", "off_reason"),
    Macro: ("name", "bodies", "steps"),
}


def _traces(subject: Subject) -> QuerySet[RuleTrace]:
    own = Conversation.everything.filter(customer__in=subject.ids).values("pk")
    took_part = Message.objects.filter(customer__in=subject.ids).values("conversation")
    return RuleTrace.objects.filter(Q(conversation__in=own) | Q(conversation__in=took_part))


def _erase(subject: Subject, after: int) -> Piece:
    del after
    ids = list(_traces(subject).values_list("pk", flat=True)[:500])
    RuleTrace.objects.filter(pk__in=ids).delete()
    return Piece(len(ids), 0 if ids else None)


erasers.register(
    "traces",
    Eraser(
        _("What rules found in their conversations"),
        lambda subject: _traces(subject).count(),
        _erase,
        ("automation.RuleTrace",),
    ),
)


def _telling(subject: Subject, traces: Iterable[RuleTrace]) -> list[RuleTrace]:
    """Traces about others that name this person: in a rule's name, or in what it asked."""
    return [trace for trace in traces if names_any(str(trace.results), subject.telling)]


def _untell(subject: Subject, after: int) -> Piece:
    """The trace stays, for it says that a wait was asked about; it names nobody."""
    some = list(RuleTrace.objects.filter(pk__gt=after).order_by("pk")[:500])
    named = _telling(subject, some)
    for trace in named:
        trace.results = cleared(trace.results, subject.telling)
    RuleTrace.objects.bulk_update(named, ["results"])
    return Piece(len(named), some[-1].pk if some else None)


erasers.register(
    "reasons",
    Eraser(
        _("Reasons of rules that name them"),
        lambda subject: len(_telling(subject, RuleTrace.objects.iterator(500))),
        _untell,
        ("automation.RuleTrace",),
    ),
)


def _naming(subject: Subject) -> list[View | Rule | Macro]:
    """Views, rules and macros in whose words this person is named; there are dozens of them, not thousands."""
    rows: list[View | Rule | Macro] = [*View.objects.all(), *Rule.objects.all(), *Macro.objects.all()]
    return [
        row for row in rows if names_any(str([getattr(row, field) for field in _WORDED[type(row)]]), subject.telling)
    ]


def _clear(subject: Subject, after: int) -> Piece:
    """What asked for them by name or address asks for nobody then."""
    del after
    with transaction.atomic():
        named = _naming(subject)
        for row in named:
            fields = _WORDED[type(row)]
            for field in fields:
                setattr(row, field, cleared(getattr(row, field), subject.telling))
            row.save(update_fields=fields)
            if isinstance(row, Rule):
                turn_page(row, SYSTEM)
    return Piece(len(named))


erasers.register(
    "routine",
    Eraser(
        _("Views, rules and macros that name them"),
        lambda subject: len(_naming(subject)),
        _clear,
        ("automation.View", "automation.Rule", "automation.Macro"),
    ),
)
