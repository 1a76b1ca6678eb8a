"""How a company is reached and when: what stands on every page of its help centre."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote

from django.utils import timezone
from django.utils.translation import gettext as _

from tamada.accounts import company
from tamada.calendars.models import Weekday, clock
from tamada.calendars.queries import schedule
from tamada.channels.chat.settings import settings_of
from tamada.conversations.models import Channel, Inbox
from tamada.core import dates
from tamada.kit.working_time import Schedule

from .places import Place

_ICONS: Final = {
    "phone": "phone",
    "email": "mail",
    "telegram": "telegram",
    "whatsapp": "chat",
    "viber": "phone",
    "address": "map",
    "link": "external",
}
_HTTP = re.compile(r"https?://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Way:
    """One way to reach us; `href` is "" for an address on the ground."""

    type: str
    words: str
    href: str

    @property
    def icon(self) -> str:
        """Its sign."""
        return _ICONS.get(self.type, "link")


@dataclass(frozen=True, slots=True)
class Hours:
    """Whether somebody is there now, and the week."""

    is_open: bool
    now: str
    week: list[tuple[str, str]]
    time_zone: str

    @property
    def zone(self) -> str:
        """The city whose clock it is."""
        return dates.city(self.time_zone)


def ways(place: Place) -> list[Way]:
    """What the centre says of itself, what it leaves to the company, and what the chat offers besides; each once."""
    details, centre = company.details(), place.centre
    chat = chat_inbox(place)
    own = [
        Way("phone", number := centre.phone or details["company.phone"], _phone(number)),
        Way("email", email := centre.email or details["company.email"], f"mailto:{quote(email, safe='@+._-')}"),
    ]
    offered = [_of_chat(one) for one in settings_of(chat).contacts] if chat else []
    ground = [Way("address", details["company.address"], "")]
    found: dict[tuple[str, str], Way] = {}
    for way in [*own, *offered, *ground]:
        if way.words:
            found.setdefault((way.type, way.href or way.words), way)
    return list(found.values())


def _of_chat(contact: dict[str, str]) -> Way:
    """As the widget's own block links them."""
    kind, value = contact.get("type", ""), contact.get("value", "")
    href = {
        "phone": _phone(value),
        "email": f"mailto:{quote(value, safe='@+._-')}",
        "telegram": f"https://t.me/{quote(value.removeprefix('@'), safe='')}",
        "whatsapp": f"https://wa.me/{re.sub(r'[^0-9]', '', value)}",
        "viber": f"viber://chat?number={quote(value, safe='')}",
        "link": value if _HTTP.match(value) else "",
    }.get(kind, "")
    return Way(kind, contact.get("label") or value, href)


def _phone(number: str) -> str:
    return f"tel:{re.sub(r'[^0-9+]', '', number)}"


def chat_inbox(place: Place) -> Inbox | None:
    """Where a chat from here goes, if it can."""
    return _usable(place.centre.chat_inbox, Channel.CHAT)


def request_inbox(place: Place) -> Inbox | None:
    """Where a request from here goes, if it can."""
    return _usable(place.centre.request_inbox, Channel.EMAIL)


def _usable(inbox: Inbox | None, channel: str) -> Inbox | None:
    return inbox if inbox is not None and inbox.is_active and inbox.channel == channel else None


def hours(place: Place) -> Hours | None:
    """The centre's hours, else those of who answers; None where nobody set any."""
    inboxes = [one for one in (request_inbox(place), chat_inbox(place)) if one]
    calendar = place.centre.calendar or next((one.calendar for one in inboxes if one.calendar), None)
    if calendar is None:
        return None
    plan, now = schedule(calendar), timezone.now()
    is_open = plan.is_open(now)
    return Hours(is_open, _until(plan, now) if is_open else _from(plan, now), _week(plan), calendar.time_zone)


def _until(plan: Schedule, now: datetime) -> str:
    closes = plan.closes(now)
    if closes is None:
        return _("Open day and night")
    return _("Open now, until %(time)s") % {"time": closes.astimezone(plan.tz).strftime("%H:%M")}


def _from(plan: Schedule, now: datetime) -> str:
    opens = plan.next_open(now)
    if opens is None:
        return _("Closed at the moment")
    there = opens.astimezone(plan.tz)
    days = (there.date() - now.astimezone(plan.tz).date()).days
    time = there.strftime("%H:%M")
    if days == 0:
        return _("Closed now, opens today at %(time)s") % {"time": time}
    if days == 1:
        return _("Closed now, opens tomorrow at %(time)s") % {"time": time}
    if days < 7:
        return _("Closed now. Opens: %(day)s, %(time)s") % {"day": Weekday(there.weekday()).label, "time": time}
    return _("Closed now. Opens: %(day)s, %(time)s") % {"day": there.strftime("%d.%m."), "time": time}


def _week(plan: Schedule) -> list[tuple[str, str]]:
    """Monday to Sunday in words."""
    closed = _("closed")
    return [
        (str(day.label), ", ".join(f"{clock(i.start)}–{_end(i.end)}" for i in plan.weekdays[day.value]) or closed)
        for day in Weekday
    ]


def _end(minutes: int) -> str:
    return "24:00" if minutes == 24 * 60 else clock(minutes)
