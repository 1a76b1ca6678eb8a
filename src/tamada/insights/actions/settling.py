"""When and to whom the evening reading is mailed."""

from django.db import transaction
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.calendars.models import Calendar
from tamada.core import settings_store
from tamada.core.actors import Actor

from ..errors import Invalid
from ..settings import AUDIENCES, CALENDAR, HOUR, ON, TO, Evening, evening


@transaction.atomic
def settle_evening(*, agent: Agent, actor: Actor, settled: Evening) -> None:
    """Settle it anew; what is the same leaves no entry. Raises `PermissionDenied` or `Invalid`."""
    require(agent, "insights.settings")
    if not 0 <= settled.hour <= 23:
        raise Invalid(_("Choose an hour of the day."), "hour")
    if settled.to not in AUDIENCES:
        raise Invalid(_("Choose who gets the mail."), "to")
    if settled.calendar and not Calendar.objects.filter(pk=settled.calendar).exists():
        raise Invalid(_("Choose opening hours that are there."), "calendar")
    before = evening()
    for key, old, new in (
        (ON, before.on, settled.on),
        (HOUR, before.hour, settled.hour),
        (TO, before.to, settled.to),
        (CALENDAR, before.calendar, settled.calendar),
    ):
        if old != new:
            settings_store.set(key, new, actor)
