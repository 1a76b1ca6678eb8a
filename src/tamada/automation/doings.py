"""What macros and rules can do by themselves: status, owner, team, priority, tags, snooze, note."""

from datetime import timedelta
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tamada.accounts.models import Agent, Role, Team
from tamada.calendars.queries import schedule
from tamada.conversations.models import Priority, Status
from tamada.customers.actions.tags import clean_name
from tamada.customers.errors import Invalid as BadTag
from tamada.customers.identities import tag_key

from .points import Doing, Missing, Plan, doings, type_choices

ME: Final = "me"
NOBODY: Final = ""
UNTIL_REPLY: Final = "reply"


def register() -> None:
    """Add them to the registry."""
    known: dict[str, Doing] = {
        "status": Doing(label=gettext_lazy("Set the status to"), put=_status, choices=_statuses),
        "assignee": Doing(label=gettext_lazy("Give it to"), put=_assignee, choices=_owners),
        "take": Doing(label=gettext_lazy("Give it to"), put=_take, choices=_whoever, by_hand=True),
        "team": Doing(label=gettext_lazy("Move it to the team"), put=_team, choices=_teams),
        "priority": Doing(label=gettext_lazy("Set the priority to"), put=_priority, choices=_priorities),
        "add_tags": Doing(label=gettext_lazy("Add the tags"), put=_add_tags),
        "remove_tags": Doing(label=gettext_lazy("Remove the tags"), put=_remove_tags),
        "snooze": Doing(label=gettext_lazy("Snooze it"), put=_snooze, choices=_snoozes),
        "note": Doing(label=gettext_lazy("Leave the note"), put=_note),
    }
    for name, doing in known.items():
        doings.register(name, doing)


def _statuses() -> type_choices:
    return [(value, str(label)) for value, label in Status.choices if value != Status.SNOOZED]


def _priorities() -> type_choices:
    return [(value, str(label)) for value, label in Priority.choices]


def _owners() -> type_choices:
    writers = Agent.objects.filter(is_active=True).exclude(role=Role.OBSERVER)
    return [(NOBODY, _("nobody")), *((str(pk), name) for pk, name in writers.values_list("pk", "name"))]


def _whoever() -> type_choices:
    return [(ME, _("whoever uses the macro"))]


def _teams() -> type_choices:
    return [(str(pk), name) for pk, name in Team.objects.values_list("pk", "name")]


_HOURS: Final = {"4h": 4, "1d": 24, "3d": 72, "1w": 168}


def _snoozes() -> type_choices:
    return [
        (UNTIL_REPLY, _("until the customer writes")),
        ("4h", _("for 4 hours")),
        ("1d", _("for a day")),
        ("3d", _("for 3 days")),
        ("1w", _("for a week")),
    ]


def _status(plan: Plan, value: str) -> None:
    plan.changes.pop("snoozed_until", None)
    plan.changes["status"] = value


def _assignee(plan: Plan, value: str) -> None:
    plan.changes["assignee"] = Agent.objects.get(pk=int(value)) if value else None


def _take(plan: Plan, value: str) -> None:
    del value
    plan.changes["assignee"] = plan.agent


def _team(plan: Plan, value: str) -> None:
    plan.changes["team"] = Team.objects.get(pk=int(value))


def _priority(plan: Plan, value: str) -> None:
    plan.changes["priority"] = value


def _add_tags(plan: Plan, value: str) -> None:
    has = {tag_key(name) for name in plan.tags}
    plan.changes["tags"] = plan.tags + [name for name in tag_names(value) if tag_key(name) not in has]


def _remove_tags(plan: Plan, value: str) -> None:
    gone = {tag_key(name) for name in tag_names(value)}
    plan.changes["tags"] = [name for name in plan.tags if tag_key(name) not in gone]


def tag_names(value: str) -> list[str]:
    """The tags that a line names, separated by commas. Raises `Missing` for what is no tag."""
    try:
        names = [clean_name(name) for name in value.split(",") if name.strip()]
    except BadTag as error:
        raise Missing(str(error)) from None
    if not names:
        raise Missing(_("Name at least one tag."))
    return names


def _snooze(plan: Plan, value: str) -> None:
    """In so many hours, and then when somebody is there."""
    plan.changes["status"] = Status.SNOOZED
    until = None
    if value != UNTIL_REPLY:
        wanted = timezone.now() + timedelta(hours=_HOURS[value])
        until = schedule(plan.conversation.inbox.calendar).next_open(wanted) or wanted
    plan.changes["snoozed_until"] = until


def _note(plan: Plan, value: str) -> None:
    plan.notes.append(value)
