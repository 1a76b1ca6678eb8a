"""What was settled: people, teams, inboxes, hours, and what is done by itself. Nothing that opens a door."""

from typing import Any
from urllib.parse import urlsplit

from tamada.accounts.models import Agent, Team
from tamada.automation.models import Absence, Macro, Policy, Rule, View
from tamada.calendars.models import Calendar
from tamada.conversations.models import Inbox
from tamada.core.takeout import names, of_fields
from tamada.customers.models import AttributeDefinition, BlockedSender, Tag
from tamada.webhooks.models import Endpoint


def _related(row: Any, name: str) -> Any:
    """A row that may be there beside another one, and was fetched with it."""
    return getattr(row, name, None)


def _team_routing(row: Team) -> dict[str, Any] | None:
    if (routing := _related(row, "routing")) is None:
        return None
    return {
        "method": routing.method,
        "cap": routing.cap,
        "by_skill": routing.by_skill,
        "by_language": routing.by_language,
        "in_hours": routing.in_hours,
        "reassigns": routing.reassigns,
        "alert_minutes": routing.alert_minutes,
    }


def _agent_routing(row: Agent) -> dict[str, Any] | None:
    if (routing := _related(row, "routing")) is None:
        return None
    return {"cap": routing.cap, "languages": routing.languages, "skills": [tag.name for tag in routing.skills.all()]}


def _hours(row: Calendar) -> list[dict[str, int]]:
    return [{"weekday": one.weekday, "start": one.start, "end": one.end} for one in row.hours.all()]


def _special_days(row: Calendar) -> list[dict[str, Any]]:
    return [
        {"date": day.date.isoformat(), "name": day.name, "yearly": day.yearly, "hours": day.hours}
        for day in row.special_days.all()
    ]


def _address(row: Endpoint) -> str:
    """Without a name and password, and without what stands behind the question mark: both may open the receiver."""
    try:
        parts = urlsplit(row.url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


AGENTS = of_fields(
    "agents",
    lambda: Agent.objects.select_related("routing").prefetch_related("teams", "routing__skills"),
    id="pk",
    email="email",
    name="name",
    role="role",
    teams=names("teams"),
    language="language",
    time_zone="time_zone",
    signature="signature",
    active="is_active",
    away_until="away_until",
    routing=_agent_routing,
    created_at="created_at",
    last_seen_at="last_seen_at",
)
TEAMS = of_fields(
    "teams",
    lambda: Team.objects.select_related("routing"),
    id="pk",
    name="name",
    default="is_default",
    routing=_team_routing,
    created_at="created_at",
)
CALENDARS = of_fields(
    "calendars",
    lambda: Calendar.objects.prefetch_related("hours", "special_days"),
    id="pk",
    name="name",
    time_zone="time_zone",
    hours=_hours,
    special_days=_special_days,
    created_at="created_at",
)
INBOXES = of_fields(
    "inboxes",
    lambda: Inbox.objects.select_related("team", "calendar", "mail"),
    id="pk",
    name="name",
    channel="channel",
    address="address",
    aliases=lambda row: getattr(_related(row, "mail"), "aliases", []),
    from_name=lambda row: getattr(_related(row, "mail"), "from_name", ""),
    team="team.name",
    calendar="calendar.name",
    language="language",
    signature="signature",
    signatures="signatures",
    active="is_active",
    created_at="created_at",
)
TAGS = of_fields("tags", Tag.objects.all, id="pk", name="name", hue="hue")
ATTRIBUTES = of_fields(
    "attributes",
    AttributeDefinition.objects.all,
    id="pk",
    key="key",
    label="label",
    type="type",
    choices="choices",
    position="position",
)
BLOCKED = of_fields(
    "blocked_senders", BlockedSender.objects.all, id="pk", value="value", reason="reason", created_at="created_at"
)
MACROS = of_fields(
    "macros",
    lambda: Macro.objects.select_related("team", "owner"),
    id="pk",
    name="name",
    visibility="visibility",
    team="team.name",
    owner="owner.email",
    bodies="bodies",
    steps="steps",
    used_count="used_count",
    last_used_at="last_used_at",
    created_at="created_at",
)
RULES = of_fields(
    "rules",
    Rule.objects.all,
    id="pk",
    name="name",
    position="position",
    active="is_active",
    trigger="trigger",
    minutes="minutes",
    match="match",
    conditions="conditions",
    steps="steps",
    last="is_last",
    off_reason="off_reason",
    fired_count="fired_count",
    last_fired_at="last_fired_at",
    created_at="created_at",
)
VIEWS = of_fields(
    "views",
    lambda: View.objects.select_related("team", "owner"),
    id="pk",
    name="name",
    icon="icon",
    visibility="visibility",
    team="team.name",
    owner="owner.email",
    every="every",
    some="some",
    order="order",
    created_at="created_at",
)
POLICIES = of_fields(
    "sla_policies",
    lambda: Policy.objects.select_related("calendar").prefetch_related("inboxes", "tags"),
    id="pk",
    name="name",
    position="position",
    active="is_active",
    inboxes=lambda row: [str(inbox.pk) for inbox in row.inboxes.all()],
    priorities="priorities",
    tags=names("tags"),
    first_minutes="first_minutes",
    next_minutes="next_minutes",
    resolution_minutes="resolution_minutes",
    hours="hours",
    calendar="calendar.name",
    pauses="pauses",
    warn_percent="warn_percent",
    created_at="created_at",
)
ABSENCES = of_fields(
    "absences",
    lambda: Absence.objects.select_related("agent", "colleague"),
    id="pk",
    agent="agent.email",
    starts_at="starts_at",
    ends_at="ends_at",
    road="road",
    colleague="colleague.email",
    began_at="began_at",
    ended_at="ended_at",
    created_at="created_at",
)
WEBHOOKS = of_fields(
    "webhooks",
    lambda: Endpoint.objects.select_related("made_by"),
    id="pk",
    url=_address,
    description="description",
    types="types",
    active="is_active",
    off_reason="off_reason",
    made_by="made_by.email",
    created_at="created_at",
    removed_at="removed_at",
)

HOUSE = (
    *(AGENTS, TEAMS, CALENDARS, INBOXES, TAGS, ATTRIBUTES, BLOCKED, MACROS, RULES, VIEWS, POLICIES, ABSENCES),
    WEBHOOKS,
)
