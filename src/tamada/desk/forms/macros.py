"""The form of a macro."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy, pgettext_lazy

from tamada.accounts.models import Agent, Role, Team
from tamada.accounts.queries import teams_led_by
from tamada.automation.actions.macros import Wording
from tamada.automation.models import Macro, Visibility

_TEXT = {"rows": 6, "data-rich-text": ""}


class MacroForm(forms.Form):
    """Its name, who may use it, and its words in each language; what it does stands in rows beside."""

    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=80)
    visibility = forms.ChoiceField(label=gettext_lazy("Who may use it"))
    team = forms.ModelChoiceField(
        Team.objects.none(), label=gettext_lazy("Team"), required=False, empty_label=gettext_lazy("No team")
    )
    body = forms.CharField(
        label=gettext_lazy("Words"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs=_TEXT),
    )

    def __init__(self, *args: Any, agent: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        visibility, team = self.fields["visibility"], self.fields["team"]
        assert isinstance(visibility, forms.ChoiceField)
        assert isinstance(team, forms.ModelChoiceField)
        visibility.choices = [(v, label) for v, label in Visibility.choices if v in _open_to(agent)]
        team.queryset = teams_led_by(agent)
        for code, name in settings.LANGUAGES:
            self.fields[f"body_{code}"] = forms.CharField(
                label=name, required=False, max_length=20_000, widget=forms.Textarea(attrs=_TEXT)
            )

    @property
    def languages(self) -> list[forms.BoundField]:
        """The words in a language of their own."""
        return [self[f"body_{code}"] for code, _name in settings.LANGUAGES]

    @property
    def is_translated(self) -> bool:
        """Whether one of them is filled, or wrong."""
        return any(field.value() or field.errors for field in self.languages)

    def wording(self, steps: list[dict[str, str]]) -> Wording:
        """What the action takes."""
        data = self.cleaned_data
        bodies = {"": data["body"], **{code: data[f"body_{code}"] for code, _name in settings.LANGUAGES}}
        team = data["team"] if data["visibility"] == Visibility.TEAM else None
        return Wording(name=data["name"], visibility=data["visibility"], team=team, bodies=bodies, steps=steps)


def _open_to(agent: Agent) -> set[str]:
    if agent.is_admin:
        return set(Visibility.values)
    return {Visibility.ME, Visibility.TEAM} if agent.role == Role.LEAD else {Visibility.ME}


def initial_of(macro: Macro) -> dict[str, Any]:
    """A macro as the form's values."""
    words = {f"body_{code}" if code else "body": html for code, html in macro.bodies.items()}
    return {"name": macro.name, "visibility": macro.visibility, "team": macro.team_id, **words}
