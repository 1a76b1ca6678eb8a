"""Colleagues' names for the scripts that draw presence: the stream brings ids only."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from tamada.accounts.models import Agent

from ..templatetags.tamada_ui import hue, initials


@require_GET
@cache_control(private=True, max_age=300)
def colleagues(request: HttpRequest) -> JsonResponse:
    """Name, initials and colour of everybody who works here, by id."""
    people = Agent.objects.filter(is_active=True).only("pk", "name")
    return JsonResponse({str(a.pk): {"name": a.name, "initials": initials(a.name), "hue": hue(a)} for a in people})
