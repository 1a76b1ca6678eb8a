"""The form of a hand-off: to whom, of what, and what one adds."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tamada.accounts.models import Agent
from tamada.operations import handoff_queries
from tamada.operations.actions import LONGEST_NOTE, LONGEST_REASON, Receiver


class HandoffForm(forms.Form):
    """To whom, which part of a job, whether its conversation goes along, and a note."""

    to = forms.ChoiceField(label=_("To whom"), widget=forms.Select(attrs={"autofocus": True}))
    step = forms.ChoiceField(label=_("What"), required=False)
    along = forms.BooleanField(
        label=_("Its conversation goes along"), required=False, help_text=_("Whoever accepts owns it too.")
    )
    note = forms.CharField(
        label=_("What you add"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only we read it, above the brief."),
    )

    def __init__(
        self,
        data: Any,
        *,
        giver: Agent | None,
        steps: list[tuple[str, str]],
        may_go_along: bool,
        may_pass_over: bool = False,
    ) -> None:
        super().__init__(data)
        if may_pass_over:
            words = _("Only we read it, above the brief. Needed where something that has to be known is missing.")
            self.fields["note"].help_text = words
            self.fields["note"].is_wanted = True  # type: ignore[attr-defined]  # its label does not say “optional”
        self._receivers = _receivers(giver)
        to, step = self.fields["to"], self.fields["step"]
        assert isinstance(to, forms.ChoiceField)
        assert isinstance(step, forms.ChoiceField)
        to.choices = [("", "—"), *((title, list(names)) for title, names in self._named() if names)]
        step.choices = [("", _("The whole job")), *steps]
        step.is_wanted = True  # type: ignore[attr-defined]  # its label does not say “optional”
        if not steps:
            del self.fields["step"]
        if not may_go_along:
            del self.fields["along"]

    def _named(self) -> list[tuple[str, list[tuple[str, str]]]]:
        titles = {"agent": gettext("People"), "team": gettext("Teams"), "system": gettext("Outside systems")}
        return [
            (title, [(key, name) for key, (name, _to) in self._receivers.items() if key.startswith(f"{kind}:")])
            for kind, title in titles.items()
        ]

    @property
    def receiver(self) -> Receiver:
        """Who was chosen."""
        return self._receivers[self.cleaned_data["to"]][1]


class ReturnForm(forms.Form):
    """What is said to who gave it: why it is given back."""

    reason = forms.CharField(
        label=_("Why you return it"),
        required=False,
        max_length=LONGEST_REASON,
        help_text=_("Needed to return it: it then stays with who gave it."),
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["reason"].is_wanted = True  # type: ignore[attr-defined]  # its label does not say “optional”


def _receivers(giver: Agent | None) -> dict[str, tuple[str, Receiver]]:
    people = handoff_queries.people()
    found: dict[str, tuple[str, Receiver]] = {f"agent:{one.pk}": (one.name, one) for one in people if one != giver}
    found |= {f"team:{one.pk}": (one.name, one) for one in handoff_queries.teams()}
    return found | {f"system:{one.pk}": (handoff_queries.system_name(one), one) for one in handoff_queries.systems()}
