"""Opening hours: calendars, by which inboxes open and close."""

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tamada.accounts.zones import company_zone
from tamada.calendars import actions
from tamada.calendars.errors import InUse, Invalid
from tamada.calendars.holidays import COUNTRIES
from tamada.calendars.models import Calendar, Weekday
from tamada.calendars.queries import calendars
from tamada.operations.job_queries import replanning

from ..access import actor_of, agent_of
from ..forms.zones import zones
from ..hours import read_days, read_hours, write_days, write_hours
from ..proven import proven
from .settings import needs, shown

_USUAL: Final = "09:00–18:00"


class HoursForm(forms.Form):
    """A calendar: its name, its zone, the hours of each weekday, and the days on which it is closed."""

    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=80)
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=zones)
    day_0, day_1, day_2, day_3, day_4, day_5, day_6 = (
        forms.CharField(
            required=False, max_length=200, widget=forms.TextInput(attrs={"placeholder": gettext_lazy("closed")})
        )
        for _number in range(7)
    )
    holidays = forms.ChoiceField(
        label=gettext_lazy("Public holidays"),
        choices=[("", "—"), *COUNTRIES.items()],
        required=False,
        help_text=gettext_lazy("Closed on these too; the coming years are added by themselves."),
    )
    closed = forms.CharField(
        label=gettext_lazy("Closed on"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy(
            "One day a line, with its name: 2026-03-08 for that day alone, 01-01 for that day of every year."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for weekday in Weekday:
            self.fields[f"day_{weekday.value}"].label = weekday.label
        self.fields["day_0"].help_text = _("Such as 9–18, or with a break: 9:00–13:00, 14:00–18:30.")

    def clean(self) -> dict[str, Any]:
        """The week and the days as the actions take them; what can't be read is said at its field."""
        data = super().clean() or {}
        hint = _("Hours are written like 9:00–18:00.")
        self.week = {w.value: self._read(f"day_{w.value}", read_hours, hint) for w in Weekday}
        self.days = self._read("closed", read_days)
        return data

    def _read(self, name: str, read: Any, hint: str = "") -> Any:
        try:
            return read(self.cleaned_data.get(name, ""))
        except ValueError as error:
            unread = _("“%(text)s” can't be read.") % {"text": str(error)[:80]}
            self.add_error(name, f"{unread} {hint}".rstrip())
            return []


@needs("company.settings")
def hours(request: HttpRequest) -> HttpResponse:
    """Every calendar with its inboxes."""
    context = {"calendars": calendars().prefetch_related("inboxes"), "replanning": replanning()}
    return shown(request, "hours", context)


@needs("company.settings")
def new(request: HttpRequest) -> HttpResponse:
    """A new calendar; it begins with the usual week."""
    usual = {f"day_{number}": _USUAL for number in range(5)}
    form = HoursForm(request.POST or None, initial={"time_zone": company_zone().key, **usual})
    return _answer(request, form, None)


@needs("company.settings")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """One calendar."""
    found = get_object_or_404(calendars(), pk=pk)
    form = HoursForm(request.POST or None, initial=_initial(found))
    return _answer(request, form, found)


def _initial(found: Calendar) -> dict[str, str]:
    week = {f"day_{w.value}": write_hours(h.interval for h in found.hours.all() if h.weekday == w) for w in Weekday}
    days = list(found.special_days.all())
    entered = write_days(day for day in days if not day.source)
    country = next((day.source for day in days if day.source), "")
    return {"name": found.name, "time_zone": found.time_zone, "closed": entered, "holidays": country, **week}


def _answer(request: HttpRequest, form: HoursForm, found: Calendar | None) -> HttpResponse:
    if form.is_bound and form.is_valid() and _save(request, form, found):
        messages.success(request, _("Saved."))
        return redirect("desk:settings_hours")
    public = found.special_days.exclude(source="").filter(date__gte=timezone.localdate()) if found else []
    context = {"form": form, "calendar": found, "public": public}
    return shown(request, "hours_edit", context, status=422 if form.is_bound else 200)


def _save(request: HttpRequest, form: HoursForm, found: Calendar | None) -> bool:
    common: dict[str, Any] = {"agent": agent_of(request), "actor": actor_of(request)}
    named = {name: form.cleaned_data[name] for name in ("name", "time_zone")}
    try:
        with transaction.atomic():
            if found is None:
                found = actions.create_calendar(**common, **named, week=form.week)
            else:
                actions.update_calendar(**common, calendar=found, **named)
                actions.set_week(**common, calendar=found, week=form.week)
            actions.set_special_days(**common, calendar=found, days=form.days, source="")
            actions.set_public_holidays(
                **common, calendar=found, country=form.cleaned_data["holidays"], language=get_language() or ""
            )
    except Invalid as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return False
    return True


@require_POST
@needs("company.settings")
@proven
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a calendar that no inbox uses."""
    try:
        actions.delete_calendar(
            agent=agent_of(request), actor=actor_of(request), calendar=get_object_or_404(Calendar, pk=pk)
        )
        messages.success(request, _("Removed."))
    except InUse as error:
        messages.error(request, str(error))
    return redirect("desk:settings_hours")
