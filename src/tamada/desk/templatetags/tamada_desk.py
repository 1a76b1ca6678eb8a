"""Tags that know the desk's own addresses."""

import re
from datetime import timedelta
from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join, json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent
from tamada.calendars.queries import schedule
from tamada.channels.chat.queries import site_user
from tamada.conversations.models import TROUBLED, Conversation, DeliveryState, Inbox, Priority
from tamada.core.language import labelled
from tamada.customers.models import Customer, Identity, IdentityType
from tamada.operations.models import Job

from .. import names, news, settings_nav, snooze, times
from ..boxes import BOXES
from ..job_words import cause_name, service_name, standing
from .tamada_ui import avatar, chip, on

register = template.Library()
register.filter("news_icon", news.icon_of)


@register.simple_tag
def job_chip(job: Job) -> SafeString:
    """How a job stands, in a chip."""
    kind, icon, word = standing(job)
    return chip(word, kind, icon)


@register.simple_tag
def job_card(job: Job, of_one: str = "") -> SafeString:
    """A job on a board, of one service or of all. In Python: a board draws a hundred, for which a template takes five
    times as long.
    """
    service = "" if of_one else format_html('<span class="small">{}</span>', service_name(job))
    when = format_html('<small class="soft">{}</small>', on(job.promised_at)) if job.promised_at else ""
    owner = format_html('<span class="end">{}</span>', avatar(job.owner, "tiny")) if job.owner else ""
    cause = cause_name(job)
    return format_html(
        '<li class="job-card {}"><a href="{}"><b>{}</b> <small class="soft">#{}</small></a>{}'
        '<span class="line-up">{}{}{}</span>{}</li>',
        job.risk, reverse("desk:job", args=[job.pk]), job.customer.name or _("Somebody"), job.number, service,
        job_chip(job), when, owner, format_html('<small class="why">{}</small>', cause) if cause else "",
    )  # fmt: skip


@register.simple_tag(takes_context=True)
def palette_commands(context: dict[str, Any]) -> SafeString:
    """What the palette offers on every page, as the JSON block that `<tamada-palette>` reads."""
    go = _("Go to")
    commands = [
        {
            "label": str(box.title),
            "icon": box.icon,
            "href": reverse("desk:inbox", args=[slug]),
            "group": go,
            "hint": box.key.replace("Key", ""),
        }
        for slug, box in BOXES.items()
    ]
    commands += [
        {
            "label": row["view"].name,
            "icon": row["view"].icon,
            "href": reverse("desk:inbox", args=[row["slug"]]),
            "group": go,
        }
        for row in context.get("views", ())
    ]
    commands += [
        {"label": _("Customers"), "icon": "users", "href": reverse("desk:customers"), "group": go},
        {"label": _("Knowledge"), "icon": "book", "href": reverse("desk:knowledge"), "group": go},
        {"label": _("Search"), "icon": "search", "href": reverse("desk:search"), "group": go, "hint": "/"},
        {"label": _("Notifications"), "icon": "bell", "href": reverse("desk:notifications"), "group": go},
    ]
    if context.get("may_start"):
        commands.insert(0, {"label": _("New conversation"), "icon": "edit", "href": reverse("desk:new"), "hint": "C"})
    return json_script(commands + _of_the_desk() + _settings(context), "palette-commands")


def _of_the_desk() -> list[dict[str, str]]:
    theme = _("Theme")
    looks = ((_("Light"), "light", "sun"), (_("Dark"), "dark", "moon"), (_("As the system"), "", "device"))
    keys = {"label": _("Keyboard"), "icon": "keyboard", "click": '[data-dialog-open="#shortcuts-help"]', "hint": "?"}
    return [
        keys,
        *(
            {"label": labelled(theme, name), "icon": icon, "click": f'[data-theme-set="{value}"]'}
            for name, value, icon in looks
        ),
    ]


def _settings(context: dict[str, Any]) -> list[dict[str, str]]:
    """Every page of the settings that the reader may open."""
    agent = getattr(context.get("request"), "user", None)
    if not isinstance(agent, Agent):
        return []
    settings = _("Settings")
    return [
        {"label": labelled(settings, link.label), "icon": link.icon, "href": link.href}
        for _title, links in settings_nav.groups(agent, "")
        for link in links
    ]


@register.simple_tag
def snooze_choices(conversation: Conversation, way: str = "") -> list[dict[str, str]]:
    """The lines of its snooze menu, each with its moment; `until`: of the menu that sends first, without today."""
    labels = _until() if way == "until" else _snoozes()
    return [
        {
            "kind": one.kind,
            "value": one.value,
            "icon": "building" if one.kind == "business" else "clock",
            "label": labels[one.kind],
            "when": times.upcoming(one.at),
        }
        for one in snooze.choices(hours=schedule(conversation.inbox.calendar))
        if one.kind in labels
    ]


def _snoozes() -> dict[str, str]:
    return {
        "later": _("Later today"),
        "tomorrow": _("Tomorrow"),
        "next_week": _("Next week"),
        "working_day": _("On the next working day"),
        "business": _("When we open again"),
    }


def _until() -> dict[str, str]:
    return {
        "tomorrow": _("Until tomorrow"),
        "next_week": _("Until next week"),
        "working_day": _("Until the next working day"),
        "business": _("Until we open again"),
    }


@register.simple_tag
def away_words(person: Agent) -> str:
    """That somebody is away, and until when if that is known."""
    if person.away_until is None:
        return _("Away")
    return _("Away until %(time)s") % {"time": times.upcoming(person.away_until)}


@register.filter
def is_new(customer: Customer) -> bool:
    """Whether somebody first wrote in the last month: that they are a customer since this year says little then."""
    return timezone.now() - customer.created_at < timedelta(days=30)


@register.filter
def address(identity: Identity) -> str:
    """An address as people know it: of a user of a site, what the site calls them; of a chat, which visitor it is."""
    if identity.type == IdentityType.CHAT:
        return _("visitor %(number)s") % {"number": identity.value.rpartition("-")[2]}
    known_there = site_user(identity)
    return known_there[1] if known_there else str(identity)


@register.filter
def way(identity: Identity) -> str:
    """What an address is of, in words: of a site's user, in which chat the site vouched for them."""
    known_there = site_user(identity) if identity.verified else None
    name = Inbox.objects.filter(pk=known_there[0]).values_list("name", flat=True).first() if known_there else None
    return _("Signed in on “%(site)s”") % {"site": name} if name else identity.get_type_display()


@register.filter
def breakable(address: object) -> SafeString:
    """An address that breaks into two lines where people would break it: after @ and slashes, before dots."""
    parts = re.split(r"(?<=[@/])|(?=[.?&])", str(address))
    return format_html_join(mark_safe("<wbr>"), "{}", ((part,) for part in parts))


@register.filter
def delivery_trouble(state: str | None) -> str:
    """The word for what the customer did not get, or perhaps not; empty for what is on its way or has come."""
    return str(DeliveryState(state).label) if state in TROUBLED else ""


@register.filter
def priority_name(code: str) -> str:
    """A priority in the reader's words."""
    return str(Priority(code).label)


@register.filter
def language_name(code: str) -> str:
    """A language's own name (`hy` → Հայերեն), with a capital where it has any; the code for one we don't speak."""
    try:
        name = str(get_language_info(code)["name_local"])
        return name[:1].title() + name[1:]
    except KeyError:
        return code


register.filter("in_latin", names.in_latin)
