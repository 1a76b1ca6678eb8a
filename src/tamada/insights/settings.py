"""How the evening reading is mailed: off until an admin turns it on."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _

from tamada.accounts.models import Role
from tamada.core import settings_store

ON: Final = "insights.mail_on"
HOUR: Final = "insights.mail_hour"
TO: Final = "insights.mail_to"
CALENDAR: Final = "insights.mail_calendar"
settings_store.declare(ON, bool, default=False)
settings_store.declare(HOUR, int, default=18)
settings_store.declare(TO, str, default="all")
settings_store.declare(CALENDAR, int, default=0)

AUDIENCES: Final = {
    "all": _("Everybody who works here"),
    "leads": _("Leads and admins"),
    "admins": _("Admins"),
}
ROLES: Final = {
    "all": frozenset(Role),
    "leads": frozenset({Role.ADMIN, Role.LEAD}),
    "admins": frozenset({Role.ADMIN}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evening:
    """Whether the reading is mailed, at which hour of the company's day, to whom, and by whose opening days.

    `calendar` is the id of one: on days on which it never opens nothing is mailed. 0 is every day.
    """

    on: bool = False
    hour: int = 18
    to: str = "all"
    calendar: int = 0


def evening() -> Evening:
    """As it is settled now."""
    return Evening(
        on=bool(settings_store.get(ON)),
        hour=int(settings_store.get(HOUR)),
        to=str(settings_store.get(TO)),
        calendar=int(settings_store.get(CALENDAR)),
    )
