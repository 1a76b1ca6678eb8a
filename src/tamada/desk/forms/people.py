"""Forms about colleagues and teams."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tamada.accounts.models import Agent, Role, Team
from tamada.accounts.queries import active_agents

from .auth import email_field
from .fields import RowsField

ROLE_HELP = _(
    "Admins may do everything. Leads manage their own teams. Agents work on what their teams see. Observers only read."
)


_TEAM_NAME = pgettext_lazy("of a thing", "Name")


def _teams(**options: Any) -> RowsField:
    return RowsField(
        label=_("Teams"),
        queryset=Team.objects.all(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("They see the inboxes of these teams."),
        **options,
    )


class InviteForm(forms.Form):
    """Whom to invite."""

    email = email_field(autofocus=True, autocomplete="off")
    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.AGENT, help_text=ROLE_HELP)
    teams = _teams()


class PersonForm(forms.Form):
    """What an admin settles about somebody."""

    name = forms.CharField(label=_("Name"), max_length=120)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, help_text=ROLE_HELP)
    teams = _teams(required=False)

    @classmethod
    def of(cls, person: Agent) -> "PersonForm":
        """The form as it stands."""
        return cls(initial={"name": person.name, "role": person.role, "teams": list(person.teams.all())})


class NewTeamForm(forms.Form):
    """A team to be."""

    name = forms.CharField(
        label=_TEAM_NAME,
        max_length=80,
        widget=forms.TextInput(attrs={"autofocus": True}),
    )


class TeamForm(forms.Form):
    """A team's name and members."""

    name = forms.CharField(label=_TEAM_NAME, max_length=80)
    members = RowsField(
        label=_("Members"),
        queryset=Agent.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"name": team.name, "members": list(team.agents.all())})
        super().__init__(*args, **kwargs)
        field = self.fields["members"]
        assert isinstance(field, RowsField)
        field.queryset = active_agents()
