"""`{% load settings_menu %}{% settings_menu "people" %}`: the links beside a settings page, the named one current."""

from typing import Any

from django import template
from django.conf import settings

from tamada.accounts.models import Agent
from tamada.desk import settings_nav

register = template.Library()


@register.inclusion_tag("desk/parts/settings_menu.html", takes_context=True)
def settings_menu(context: dict[str, Any], current: str) -> dict[str, Any]:
    """Groups of links this agent may follow."""
    agent = context["request"].user
    return {"groups": settings_nav.groups(agent, current) if isinstance(agent, Agent) else []}


@register.simple_tag
def own_languages() -> list[tuple[str, str]]:
    """Code and name of our languages, each named in itself (Django's own tag translates the names)."""
    return list(settings.LANGUAGES)
