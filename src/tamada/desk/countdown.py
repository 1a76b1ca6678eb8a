"""Deadlines as screens say them: how long is left, or how late it is, and the exact moment."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from tamada.automation.queries import Countdown

from . import times

_HEAT: Final = {"warning": "warm", "late": "hot"}


@dataclass(frozen=True, slots=True)
class ShownDeadline:
    """What the tag `due` draws. `due` and `warn` are instants that the page counts to; empty where nothing ticks.
    `short` is the time alone in one unit, −3 h where it is late, for a row of a list.
    """

    target: str
    text: str
    title: str
    heat: str
    short: str
    due: str = ""
    warn: str = ""


def shown(one: Countdown, now: datetime | None = None) -> ShownDeadline:
    """One open deadline in words."""
    target = str(one.target.label)
    if one.due_at is None:
        return _still(one, target)
    now = now or timezone.now()
    late, exactly = now > one.due_at, times.full(one.due_at)
    length = times.span(abs(now - one.due_at))
    short = ("−" if late else "") + times.brief_span(abs(now - one.due_at))
    text = _("%(time)s late") % {"time": length} if late else _("%(time)s left") % {"time": length}
    told = {"target": target, "moment": exactly}
    title = _("%(target)s was due: %(moment)s") % told if late else _("%(target)s is due: %(moment)s") % told
    warn = one.warn_at.isoformat(timespec="seconds") if one.warn_at else ""
    return ShownDeadline(
        target, text, title, _HEAT.get(one.state, "cool"), short, one.due_at.isoformat(timespec="seconds"), warn
    )


def _still(one: Countdown, target: str) -> ShownDeadline:
    """A deadline without a time: it stands still, or the hours never open."""
    if one.left is None:
        title = _("%(target)s is never due: the opening hours never open.") % {"target": target}
        return ShownDeadline(target, _("No due time"), title, "cool", "—")
    left = times.hours_span(one.left)
    title = _("%(target)s: the clock stands still, %(time)s of working time are left.") % {
        "target": target,
        "time": left,
    }
    text = _("Paused, %(time)s left") % {"time": left}
    return ShownDeadline(target, text, title, "cool", times.brief_hours(one.left))
