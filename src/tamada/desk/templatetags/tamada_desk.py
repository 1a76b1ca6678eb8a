"""Tags that know the desk's own addresses."""

from django import template
from django.urls import reverse
from django.utils.html import json_script
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from ..boxes import BOXES

register = template.Library()


@register.simple_tag
def palette_commands() -> SafeString:
    """What the palette offers on every page, as the JSON block that `<tamada-palette>` reads."""
    go = _("Go to")
    commands = [
        {"label": str(box.title), "icon": box.icon, "href": reverse("desk:inbox", args=[slug]), "group": go}
        for slug, box in BOXES.items()
    ]
    commands += [
        {"label": _("Customers"), "icon": "users", "href": reverse("desk:customers"), "group": go},
        {"label": _("Search"), "icon": "search", "href": reverse("desk:search"), "group": go},
        {"label": _("New conversation"), "icon": "edit", "href": reverse("desk:new"), "group": _("Do")},
        {"label": _("Your profile"), "icon": "user", "href": reverse("desk:profile"), "group": go},
        {"label": _("Notifications"), "icon": "bell", "href": reverse("desk:notifications"), "group": go},
    ]
    return json_script(commands, "palette-commands")


@register.filter
def language_name(code: str) -> str:
    """A language's own name (`hy` → Հայերեն); the code itself for one we don't speak."""
    try:
        return str(get_language_info(code)["name_local"])
    except KeyError:
        return code
