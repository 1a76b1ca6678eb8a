"""In which dose customers hear of their jobs by themselves."""

from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from tamada.operations.dose import MOST, Dose


def _clock() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class DoseForm(forms.Form):
    """Hours of the company's day, and numbers."""

    quiet_from = forms.TimeField(label=gettext_lazy("Quiet hours begin"), widget=_clock())
    quiet_until = forms.TimeField(
        label=gettext_lazy("Quiet hours end"),
        help_text=gettext_lazy(
            "By the company's clocks. What falls in between is told afterwards; the same hour twice is no quiet at all."
        ),
        widget=_clock(),
    )
    most_a_day = forms.IntegerField(
        label=gettext_lazy("At most so many messages a day to one customer"),
        min_value=1,
        max_value=MOST,
        help_text=gettext_lazy("What is more waits and is told together."),
    )
    of_delays = forms.BooleanField(
        label=gettext_lazy("Tell customers of a delay that nobody has told them"),
        required=False,
        help_text=gettext_lazy(
            "When four working hours are left, or the night begins, and the date will not be kept. "
            "Whoever looks after the job was asked long before."
        ),
    )
    with_link = forms.BooleanField(
        label=gettext_lazy("Every message leads to the page of its job"),
        required=False,
        help_text=gettext_lazy(
            "A link that opens this job and no other, for 30 days, without signing in. Customers must be able to reach "
            "Tamada's address."
        ),
    )

    def __init__(self, given: Any, dose: Dose) -> None:
        super().__init__(
            given,
            initial={
                "quiet_from": time(*divmod(dose.quiet_from, 60)),
                "quiet_until": time(*divmod(dose.quiet_until, 60)),
                "most_a_day": dose.most_a_day,
                "of_delays": dose.of_delays,
                "with_link": dose.with_link,
            },
        )

    @property
    def dose(self) -> Dose:
        """What was chosen. Call on a valid form."""
        given = self.cleaned_data
        minutes = {name: given[name].hour * 60 + given[name].minute for name in ("quiet_from", "quiet_until")}
        return Dose(**minutes, **{name: given[name] for name in ("most_a_day", "of_delays", "with_link")})
