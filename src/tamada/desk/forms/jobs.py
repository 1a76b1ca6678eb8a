"""Forms of jobs: begun, their steps, and another date."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tamada.accounts.models import Agent
from tamada.kit.services.template import Field
from tamada.operations.models import JobStep

from .. import times
from ..job_words import spoken
from .fields import moment_field, writers

ANSWER: Final = "answer-"


class StartJobForm(forms.Form):
    """Which service, by when, and from when on."""

    service = forms.ChoiceField(label=_("Service"))
    promised_at = moment_field(
        _("Promised for"), help_text=_("Left empty, it is promised for when the service says, by your opening hours.")
    )
    starts_at = moment_field(_("Begins"), help_text=_("Left empty, it begins now."))

    def __init__(self, *args: Any, services: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        service = self.fields["service"]
        assert isinstance(service, forms.ChoiceField)
        service.choices = services
        service.widget.attrs["autofocus"] = True


class MoveForm(forms.Form):
    """Another date for the customer, why, and what to tell them."""

    to = moment_field(_("New date"), required=True)
    reason = forms.CharField(
        label=_("Why"),
        max_length=500,
        required=False,
        help_text=_("The customer reads it in their requests."),
    )
    tell = forms.CharField(
        label=_("Message to the customer"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "Goes to their conversation at once. Put in the reason where the dots are. Left empty, a later date is told"
            " by itself in a few minutes; at the job you can stop that."
        ),
    )

    def __init__(self, *args: Any, promised_at: datetime | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if promised_at is not None:
            reason = self.fields["reason"]
            reason.is_wanted = True  # type: ignore[attr-defined]  # its label does not say “optional”
            words = gettext("Needed for a date after %(date)s. The customer reads it in their requests.")
            reason.help_text = words % {"date": times.with_day(promised_at)}

    def clean_tell(self) -> str:
        """Raises ValidationError where the reason was not put in."""
        text: str = self.cleaned_data["tell"].strip()
        if "…" in text:
            raise forms.ValidationError(_("Put the reason in where the dots are."))
        return text


class StepForm(forms.Form):
    """What a step finds out, who does it, and the dates that hold it up."""

    owner = forms.ModelChoiceField(
        Agent.objects.none(), label=_("Who does it"), required=False, empty_label=_("Nobody")
    )
    not_before = moment_field(_("Not before"), help_text=_("An appointment, for example."))
    expected_at = moment_field(_("Expected"), help_text=_("The date that a supplier has named, for example."))
    reason = forms.CharField(label=_("Why"), max_length=500, required=False)

    def __init__(
        self, data: Any, *, step: JobStep, asked: tuple[Field, ...], known: dict[str, Any], may_pass_over: bool
    ) -> None:
        initial: dict[str, Any] = {"owner": step.owner_id, "not_before": step.not_before}
        initial |= {"expected_at": step.expected_at, "reason": step.reason}
        initial |= {ANSWER + field.id: step.answers.get(field.id, known.get(field.id)) for field in asked}
        super().__init__(data, initial=initial)
        own, self.fields = self.fields, {}
        for field in asked:
            self.fields[ANSWER + field.id] = asking = _field(field)
            asking.is_wanted = field.required  # type: ignore[attr-defined]  # its label does not say “optional”
        self.fields |= own
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ModelChoiceField)
        owner.queryset = writers()
        reason = self.fields["reason"]
        reason.is_wanted = True  # type: ignore[attr-defined]  # its label does not say “optional”
        reason.help_text = _needed_when(step, may_pass_over=may_pass_over)

    @property
    def answers(self) -> dict[str, Any]:
        """What was answered, by the template's words."""
        cut = len(ANSWER)
        given = {name[cut:]: value for name, value in self.cleaned_data.items() if name.startswith(ANSWER)}
        return {name: value for name, value in given.items() if value not in ("", None)}

    def asks(self, words: Iterable[str]) -> list[str]:
        """The names of its fields that ask for these."""
        return [name for word in words if (name := ANSWER + word) in self.fields]


def _needed_when(step: JobStep, *, may_pass_over: bool) -> str:
    if step.is_closed:
        return gettext("Needed to open it again.")
    if may_pass_over:
        return gettext("Needed to skip it, and to finish it while answers are missing, as an admin may.")
    return gettext("Needed to skip it.")


def _field(field: Field) -> forms.Field:
    """One question as a form asks it. None is required here: a step may be saved half answered."""
    label = spoken(field.label)
    more: dict[str, Any] = {"label": label, "required": False}
    if field.required:
        more["help_text"] = _("Needed before the step is done.")
    if field.kind == "choice":
        choices = [("", "—"), *((choice.id, spoken(choice.label)) for choice in field.choices)]
        return forms.ChoiceField(choices=choices, **more)
    if field.kind == "yes_no":
        return forms.ChoiceField(choices=[("", "—"), ("yes", _("Yes")), ("no", _("No"))], **more)
    if field.kind == "long":
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), max_length=5000, **more)
    kinds = {"number": "number", "date": "date", "phone": "tel", "email": "email"}
    attributes = {"type": kinds.get(field.kind, "text")} | ({"step": "any"} if field.kind == "number" else {})
    return forms.CharField(widget=forms.TextInput(attrs=attributes), max_length=500, **more)
