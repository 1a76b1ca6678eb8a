"""What rules can ask of a conversation by themselves, views too where lists can be asked it; what rules begin with."""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tamada.accounts.models import Agent, Team
from tamada.calendars.queries import schedule
from tamada.conversations.events import (
    ConversationStarted,
    ConversationUpdated,
    MessageReceived,
    MessageSent,
    NoteAdded,
)
from tamada.conversations.models import Channel, Conversation, Inbox, Priority, Status
from tamada.core.events import Event
from tamada.customers.models import Tag

from . import narrowing
from .points import Facts, Question, Trigger, add_trigger, questions, type_choices, type_rows, type_test

_IS: Final = {"is": gettext_lazy("is"), "not": gettext_lazy("is not")}
_HAS: Final = {"has": gettext_lazy("has the tag"), "not": gettext_lazy("hasn't the tag")}
_SAYS: Final = {
    "contains": gettext_lazy("contains"),
    "lacks": gettext_lazy("doesn't contain"),
    "is": gettext_lazy("is"),
    "begins": gettext_lazy("begins with"),
    "ends": gettext_lazy("ends with"),
}
_HOLDS: Final = {"yes": gettext_lazy("yes"), "no": gettext_lazy("no")}


def register() -> None:
    """Add them to the registries."""
    for name, question in _questions().items():
        questions.register(name, question)
    for name, trigger in _triggers().items():
        add_trigger(name, trigger)


def _questions() -> dict[str, Question]:
    return {
        "inbox": _pick(
            gettext_lazy("The inbox"),
            _rows(Inbox.objects.all()),
            lambda f: str(f.conversation.inbox_id),
            narrowing.row_is("inbox"),
        ),
        "channel": _word(gettext_lazy("The channel"), "channel", Channel.choices),
        "status": _word(gettext_lazy("The status"), "status", Status.choices),
        "priority": _word(gettext_lazy("The priority"), "priority", Priority.choices),
        "owner": _pick(
            gettext_lazy("The owner"),
            _owners,
            lambda f: str(f.conversation.assignee_id or ""),
            narrowing.owner_is,
            personal=lambda: [(narrowing.ME, _("me"))],
        ),
        "team": _pick(
            gettext_lazy("The team"),
            _rows(Team.objects.all()),
            lambda f: str(f.conversation.team_id),
            narrowing.team_is,
            personal=lambda: [(narrowing.MINE, _("one of mine"))],
        ),
        "language": _word(gettext_lazy("The language"), "language", settings.LANGUAGES),
        "tag": _tagged(gettext_lazy("The conversation"), lambda f: f.tags, narrowing.tagged),
        "customer_tag": _tagged(gettext_lazy("The customer"), lambda f: f.customer_tags, narrowing.customer_tagged),
        "subject": _said(gettext_lazy("The subject"), lambda f: (f.conversation.subject,), narrowing.in_subject),
        "text": _said(gettext_lazy("The message"), lambda f: (f.message.text,) if f.message else ()),
        "address": _said(gettext_lazy("The customer's address"), lambda f: f.addresses, narrowing.in_address),
        "company": _said(gettext_lazy("The customer's company"), _company, narrowing.in_company),
        "open_now": _holds(gettext_lazy("The inbox is open now:"), _is_open),
        "first": _holds(
            gettext_lazy("It is their first message here:"),
            lambda f: f.conversation.message_count <= 1,
            lambda _agent: Q(message_count__lte=1),
        ),
        "answered": _holds(
            gettext_lazy("We have answered already:"),
            lambda f: f.conversation.first_replied_at is not None,
            lambda _agent: Q(first_replied_at__isnull=False),
        ),
        "automatic": _holds(
            gettext_lazy("A machine wrote it:"), lambda f: f.message is not None and f.message.is_automatic
        ),
    }


def _rows(found: QuerySet[Inbox] | QuerySet[Team]) -> Callable[[], type_choices]:
    return lambda: [(str(pk), name) for pk, name in found.all().values_list("pk", "name")]


def _labels(choices: Iterable[tuple[str, str | Promise]]) -> Callable[[], type_choices]:
    return lambda: [(value, str(label)) for value, label in choices]


def _owners() -> type_choices:
    active = Agent.objects.filter(is_active=True)
    return [("", _("nobody")), *((str(pk), name) for pk, name in active.values_list("pk", "name"))]


def _word(label: Promise, name: str, choices: Iterable[tuple[str, str | Promise]]) -> Question:
    """A field of the conversation that holds one of a few words."""

    def read(facts: Facts) -> str:
        return str(getattr(facts.conversation, name))

    return _pick(label, _labels(choices), read, narrowing.field_is(name))


def _pick(
    label: Promise,
    choices: Callable[[], type_choices],
    read: Callable[[Facts], str],
    rows: type_rows,
    *,
    personal: Callable[[], type_choices] = tuple,
) -> Question:
    def compile_(operator: str, value: str) -> type_test:
        if operator == "is":
            return lambda facts: read(facts) == value
        return lambda facts: read(facts) != value

    return Question(label=label, operators=_IS, compile=compile_, rows=rows, choices=choices, personal=personal)


def _tagged(label: Promise, read: Callable[[Facts], frozenset[str]], rows: type_rows) -> Question:
    def choices() -> type_choices:
        return [(str(pk), name) for pk, name in Tag.objects.values_list("pk", "name")]

    def compile_(operator: str, value: str) -> type_test:
        if operator == "has":
            return lambda facts: value in read(facts)
        return lambda facts: value not in read(facts)

    return Question(label=label, operators=_HAS, compile=compile_, rows=rows, choices=choices)


_COMPARES: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "contains": lambda text, value: value in text,
    "is": lambda text, value: text.strip() == value,
    "begins": lambda text, value: text.lstrip().startswith(value),
    "ends": lambda text, value: text.rstrip().endswith(value),
}


def _said(
    label: Promise, read: Callable[[Facts], Iterable[str]], find: Callable[[str, str], Q] | None = None
) -> Question:
    """Letter case is no difference. Without `find` lists can't be asked it."""

    def compile_(operator: str, value: str) -> type_test:
        value = value.strip().casefold()
        if operator == "lacks":
            return lambda facts: not any(value in text.casefold() for text in read(facts))
        compare = _COMPARES[operator]
        return lambda facts: any(compare(text.casefold(), value) for text in read(facts))

    rows = None if find is None else narrowing.says(find)
    return Question(label=label, operators=_SAYS, compile=compile_, rows=rows)


def _holds(label: Promise, read: Callable[[Facts], bool], yes: Callable[[Agent], Q] | None = None) -> Question:
    def compile_(operator: str, value: str) -> type_test:
        del value
        return read if operator == "yes" else lambda facts: not read(facts)

    rows = None if yes is None else narrowing.holds(yes)
    return Question(label=label, operators=_HOLDS, compile=compile_, rows=rows, typed=False)


def _company(facts: Facts) -> tuple[str, ...]:
    organisation = facts.conversation.customer.organisation
    return (organisation.name,) if organisation else ()


def _is_open(facts: Facts) -> bool:
    return schedule(facts.conversation.inbox.calendar).is_open(timezone.now())


# --- what rules begin with ------------------------------------------------------------------------------------------


def _triggers() -> dict[str, Trigger]:
    return {
        "started": Trigger(label=gettext_lazy("a conversation begins"), events=(ConversationStarted,)),
        "received": Trigger(label=gettext_lazy("a customer writes"), events=(MessageReceived,)),
        "sent": Trigger(label=gettext_lazy("one of us answers"), events=(MessageSent,)),
        "noted": Trigger(label=gettext_lazy("somebody leaves a note"), events=(NoteAdded,)),
        "status": _changed(gettext_lazy("the status changes"), "status"),
        "owner": _changed(gettext_lazy("the owner changes"), "assignee"),
        "team": _changed(gettext_lazy("the team changes"), "team"),
        "priority": _changed(gettext_lazy("the priority changes"), "priority"),
        "tags": _changed(gettext_lazy("the tags change"), "tags"),
        "waiting": Trigger(label=gettext_lazy("a customer has waited for an answer"), waits=_waiting),
        "unowned": Trigger(label=gettext_lazy("nobody has owned it, and the customer waits"), waits=_unowned),
        "quiet": Trigger(label=gettext_lazy("nothing was heard, and we wait for the customer"), waits=_quiet),
    }


def _changed(label: Promise, name: str) -> Trigger:
    def fits(event: Event) -> bool:
        return isinstance(event, ConversationUpdated) and name in event.fields

    return Trigger(label=label, events=(ConversationUpdated,), fits=fits)


def _waiting(minutes: int) -> QuerySet[Conversation]:
    before = timezone.now() - timedelta(minutes=minutes)
    open_ = Conversation.objects.filter(status=Status.OPEN, is_spam=False, waiting_since__lte=before)
    return open_.annotate(since=F("waiting_since")).order_by("waiting_since")


def _unowned(minutes: int) -> QuerySet[Conversation]:
    return _waiting(minutes).filter(assignee=None)


def _quiet(minutes: int) -> QuerySet[Conversation]:
    before = timezone.now() - timedelta(minutes=minutes)
    still = Conversation.objects.filter(status=Status.PENDING, is_spam=False, last_activity_at__lte=before)
    return still.annotate(since=F("last_activity_at")).order_by("last_activity_at")
