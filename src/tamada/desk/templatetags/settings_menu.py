"""`{% load settings_menu %}{% settings_menu "people" %}`: the links beside a settings page, the named one current."""

from typing import Any

from django import template

from tamada.accounts.models import Agent
from tamada.desk import settings_nav

register = template.Library()


@register.inclusion_tag("desk/parts/settings_menu.html", takes_context=True)
def settings_menu(context: dict[str, Any], current: str) -> dict[str, Any]:
    """Groups of links this agent may follow."""
    agent = context["request"].user
    return {"groups": settings_nav.groups(agent, current) if isinstance(agent, Agent) else []}
