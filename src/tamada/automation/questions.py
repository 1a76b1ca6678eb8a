"""What rules can ask of a conversation by themselves, and what they begin with."""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db.models import F, QuerySet
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

from .points import Facts, Question, Trigger, add_trigger, questions, type_choices, type_test

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
        "inbox": _pick(gettext_lazy("The inbox"), _rows(Inbox.objects.all()), lambda f: str(f.conversation.inbox_id)),
        "channel": _pick(gettext_lazy("The channel"), _labels(Channel.choices), lambda f: f.conversation.channel),
        "status": _pick(gettext_lazy("The status"), _labels(Status.choices), lambda f: f.conversation.status),
        "priority": _pick(gettext_lazy("The priority"), _labels(Priority.choices), lambda f: f.conversation.priority),
        "owner": _pick(gettext_lazy("The owner"), _owners, lambda f: str(f.conversation.assignee_id or "")),
        "team": _pick(gettext_lazy("The team"), _rows(Team.objects.all()), lambda f: str(f.conversation.team_id)),
        "language": _pick(gettext_lazy("The language"), _labels(settings.LANGUAGES), lambda f: f.conversation.language),
        "tag": _tagged(gettext_lazy("The conversation"), lambda f: f.tags),
        "customer_tag": _tagged(gettext_lazy("The customer"), lambda f: f.customer_tags),
        "subject": _said(gettext_lazy("The subject"), lambda f: (f.conversation.subject,)),
        "text": _said(gettext_lazy("The message"), lambda f: (f.message.text,) if f.message else ()),
        "address": _said(gettext_lazy("The customer's address"), lambda f: f.addresses),
        "company": _said(gettext_lazy("The customer's company"), _company),
        "open_now": _holds(gettext_lazy("The inbox is open now:"), _is_open),
        "first": _holds(gettext_lazy("It is their first message here:"), lambda f: f.conversation.message_count <= 1),
        "answered": _holds(
            gettext_lazy("We have answered already:"), lambda f: f.conversation.first_replied_at is not None
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


def _pick(label: Promise, choices: Callable[[], type_choices], read: Callable[[Facts], str]) -> Question:
    def compile_(operator: str, value: str) -> type_test:
        if operator == "is":
            return lambda facts: read(facts) == value
        return lambda facts: read(facts) != value

    return Question(label=label, operators=_IS, compile=compile_, choices=choices)


def _tagged(label: Promise, read: Callable[[Facts], frozenset[str]]) -> Question:
    def choices() -> type_choices:
        return [(str(pk), name) for pk, name in Tag.objects.values_list("pk", "name")]

    def compile_(operator: str, value: str) -> type_test:
        if operator == "has":
            return lambda facts: value in read(facts)
        return lambda facts: value not in read(facts)

    return Question(label=label, operators=_HAS, compile=compile_, choices=choices)


_COMPARES: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "contains": lambda text, value: value in text,
    "is": lambda text, value: text.strip() == value,
    "begins": lambda text, value: text.lstrip().startswith(value),
    "ends": lambda text, value: text.rstrip().endswith(value),
}


def _said(label: Promise, read: Callable[[Facts], Iterable[str]]) -> Question:
    """Letter case is no difference."""

    def compile_(operator: str, value: str) -> type_test:
        value = value.strip().casefold()
        if operator == "lacks":
            return lambda facts: not any(value in text.casefold() for text in read(facts))
        compare = _COMPARES[operator]
        return lambda facts: any(compare(text.casefold(), value) for text in read(facts))

    return Question(label=label, operators=_SAYS, compile=compile_)


def _holds(label: Promise, read: Callable[[Facts], bool]) -> Question:
    def compile_(operator: str, value: str) -> type_test:
        del value
        return read if operator == "yes" else lambda facts: not read(facts)

    return Question(label=label, operators=_HOLDS, compile=compile_, typed=False)


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
