"""The form of a view."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from tamada.accounts.models import Agent, Role, Team
from tamada.accounts.queries import teams_led_by
from tamada.automation.actions.views import ViewTerms
from tamada.automation.models import Icon, View, ViewOrder, Visibility


class ViewForm(forms.Form):
    """A view but for its conditions, which stand in rows."""

    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=80)
    icon = forms.ChoiceField(label=gettext_lazy("Sign"), choices=Icon.choices, initial=Icon.FILTER)
    order = forms.ChoiceField(label=gettext_lazy("Sorted"), choices=ViewOrder.choices)
    visibility = forms.ChoiceField(label=gettext_lazy("Who may use it"), initial=Visibility.ME)
    team = forms.ModelChoiceField(
        Team.objects.none(), label=gettext_lazy("Team"), required=False, empty_label=gettext_lazy("No team")
    )

    def __init__(self, *args: Any, agent: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        visibility, team = self.fields["visibility"], self.fields["team"]
        assert isinstance(visibility, forms.ChoiceField)
        assert isinstance(team, forms.ModelChoiceField)
        open_to = _open_to(agent)
        visibility.choices = [(value, label) for value, label in Visibility.choices if value in open_to]
        team.queryset = teams_led_by(agent)
        # Most people make views for themselves, and have nothing to choose.
        self.may_share = len(open_to) > 1
        if not self.may_share:
            visibility.widget, team.widget = forms.HiddenInput(), forms.HiddenInput()

    def terms(self, every: list[dict[str, str]], some: list[dict[str, str]]) -> ViewTerms:
        """What the action takes."""
        data = dict(self.cleaned_data)
        team = data["team"] if data["visibility"] == Visibility.TEAM else None
        return ViewTerms(**(data | {"team": team}), every=every, some=some)


def _open_to(agent: Agent) -> set[str]:
    if agent.is_admin:
        return set(Visibility.values)
    return {Visibility.ME, Visibility.TEAM} if agent.role == Role.LEAD else {Visibility.ME}


def initial_of(view: View) -> dict[str, Any]:
    """A view as the form's values."""
    return {name: getattr(view, name) for name in ("name", "icon", "order", "visibility")} | {"team": view.team_id}
