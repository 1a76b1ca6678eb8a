"""The forms of rules and of routing."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy, pgettext_lazy

from tamada.automation.actions.rules import RuleTerms
from tamada.automation.models import AgentRouting, Match, Method, Rule, TeamRouting
from tamada.automation.points import triggers
from tamada.customers.models import Tag


def _triggers() -> list[tuple[str, str]]:
    return [(name, str(trigger.label)) for name, trigger in triggers.all().items()]


class RuleForm(forms.Form):
    """A rule but for its conditions and what it does, which stand in rows."""

    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=80)
    trigger = forms.ChoiceField(label=gettext_lazy("When"), choices=_triggers)
    hours = forms.DecimalField(
        label=gettext_lazy("For so many hours"),
        required=False,
        min_value=0,
        max_value=8784,
        decimal_places=2,
        help_text=gettext_lazy("4 is four hours, 0.5 half an hour."),
    )
    match = forms.ChoiceField(label=gettext_lazy("and"), choices=Match.choices, required=False)
    position = forms.IntegerField(
        label=gettext_lazy("Order"),
        initial=10,
        min_value=0,
        max_value=1000,
        help_text=gettext_lazy("Rules are asked from the lowest to the highest."),
    )
    is_last = forms.BooleanField(
        label=gettext_lazy("Ask no further rules after this one"),
        required=False,
        help_text=gettext_lazy("When it fires, those below it are left out for this event."),
    )
    is_active = forms.BooleanField(label=gettext_lazy("In use"), required=False)

    def terms(self, conditions: list[dict[str, str]], steps: list[dict[str, str]]) -> RuleTerms:
        """What the action takes."""
        data = dict(self.cleaned_data)
        minutes = int((data.pop("hours") or 0) * 60)
        match = data.pop("match") or Match.ALL
        return RuleTerms(**data, minutes=minutes, match=match, conditions=conditions, steps=steps)


def initial_of(rule: Rule) -> dict[str, Any]:
    """A rule as the form's values."""
    names = ("name", "trigger", "match", "position", "is_last", "is_active")
    hours = f"{rule.minutes / 60:g}" if rule.minutes else ""
    return {name: getattr(rule, name) for name in names} | {"hours": hours}


class TeamRoutingForm(forms.Form):
    """How a team's conversations find their owner."""

    method = forms.ChoiceField(
        label=gettext_lazy("Who gets the next conversation"), choices=Method.choices, widget=forms.RadioSelect
    )
    cap = forms.IntegerField(
        label=gettext_lazy("At most so many open ones each"),
        min_value=0,
        max_value=1000,
        help_text=gettext_lazy("Nobody is given more by itself; 0 is no limit."),
    )
    by_skill = forms.BooleanField(
        label=gettext_lazy("By skill"),
        required=False,
        help_text=gettext_lazy("Somebody who has the conversation's tags as skills."),
    )
    by_language = forms.BooleanField(
        label=gettext_lazy("By language"), required=False, help_text=gettext_lazy("Somebody who speaks the customer's.")
    )
    in_hours = forms.BooleanField(
        label=gettext_lazy("Only while the inbox is open"),
        required=False,
        help_text=gettext_lazy("What comes at night is given away in the morning."),
    )
    reassigns = forms.BooleanField(
        label=gettext_lazy("Reassign when somebody is away"),
        required=False,
        help_text=gettext_lazy("What waits with them goes to a colleague who is here."),
    )
    alert_minutes = forms.IntegerField(
        label=gettext_lazy("Tell the leads after so many minutes without an owner"),
        min_value=0,
        max_value=10_080,
        help_text=gettext_lazy("Minutes of opening hours; 0 is never."),
    )


def routing_of(routing: TeamRouting) -> dict[str, Any]:
    """A team's routing as the form's values."""
    return {name: getattr(routing, name) for name in TeamRoutingForm.base_fields}


class AgentRoutingForm(forms.Form):
    """What somebody takes."""

    cap = forms.IntegerField(
        label=gettext_lazy("At most so many open ones"),
        required=False,
        min_value=0,
        max_value=1000,
        help_text=gettext_lazy("Empty: as their team. 0: they are given none by themselves."),
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"),
        choices=settings.LANGUAGES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: all of them."),
    )
    skills = forms.ModelMultipleChoiceField(
        Tag.objects.all(),
        label=gettext_lazy("Skills"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Conversations with such a tag go to people who have it as a skill."),
    )


def taken_by(routing: AgentRouting | None) -> dict[str, Any]:
    """What somebody takes, as the form's values."""
    if routing is None:
        return {}
    return {"cap": routing.cap, "languages": routing.languages, "skills": list(routing.skills.all())}
