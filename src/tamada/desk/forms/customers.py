"""What may be written down about a customer, with the custom fields that the company settled on."""

from datetime import date
from typing import Any, Self

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tamada.accounts.models import Agent
from tamada.core.actors import Actor
from tamada.customers import actions, queries
from tamada.customers.attributes import MAX_TEXT
from tamada.customers.models import AttributeDefinition, AttributeType, Customer, IdentityType

from .. import times

PREFIX = "attribute-"


class CustomerForm(forms.Form):
    """What may be said of a customer by hand."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=160, required=False)
    organisation = forms.CharField(
        label=gettext_lazy("Company"),
        max_length=160,
        required=False,
        widget=forms.TextInput(attrs={"list": "companies", "autocomplete": "off"}),
        help_text=gettext_lazy("A name that is not in the list yet is added to it."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        required=False,
        choices=[("", "—"), ("hy", "Հայերեն"), ("ka", "ქართული"), ("ru", "Русский"), ("en", "English")],
    )
    city = forms.CharField(label=gettext_lazy("City"), max_length=80, required=False)
    tags = forms.CharField(label=gettext_lazy("Tags"), required=False, help_text=gettext_lazy("Separated by commas."))
    note = forms.CharField(
        label=gettext_lazy("About them"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Everybody who sees the customer sees this; the customer doesn't."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.definitions = list(queries.attribute_definitions())
        for definition in self.definitions:
            self.fields[PREFIX + definition.key] = field_of(definition)
        self.order_fields([*self.field_order_before_note, *(PREFIX + d.key for d in self.definitions), "note"])

    field_order_before_note: tuple[str, ...] = ("name", "organisation", "language", "city", "tags")

    @classmethod
    def of(cls, customer: Customer, data: Any = None) -> Self:
        """The form with what is known."""
        known: dict[str, Any] = {name: getattr(customer, name) for name in ("name", "language", "city", "note")}
        known["organisation"] = customer.organisation.name if customer.organisation else ""
        known["tags"] = ", ".join(tag.name for tag in customer.tags.all())
        known |= {PREFIX + key: _as_typed(value) for key, value in customer.attributes.items()}
        return cls(data, initial=known)

    def values(self, *, agent: Agent, actor: Actor) -> actions.CustomerFields:
        """The fields as `customers.actions` takes them; a company with a new name is made."""
        data = self.cleaned_data
        company = actions.organisation_named(agent=agent, actor=actor, name=data["organisation"])
        return {
            "name": data["name"],
            "organisation": company,
            "language": data["language"],
            "city": data["city"],
            "note": data["note"],
            "tags": [tag for tag in data["tags"].split(",") if tag.strip()],
            "attributes": {d.key: _as_stored(data[PREFIX + d.key]) for d in self.definitions},
        }


class NewCustomerForm(CustomerForm):
    """A new customer also needs a way to be reached."""

    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=40, required=False)
    field_order_before_note = ("name", "email", "phone", "organisation", "language", "city", "tags")

    def identities(self) -> list[actions.type_given]:
        """The addresses given."""
        given = {IdentityType.EMAIL: self.cleaned_data["email"], IdentityType.PHONE: self.cleaned_data["phone"]}
        return [{"type": str(kind), "value": value} for kind, value in given.items() if value]


def field_of(definition: AttributeDefinition) -> forms.Field:
    """The control that a custom attribute is filled in with."""
    named: dict[str, Any] = {"label": definition.label, "required": False}
    match definition.type:
        case AttributeType.NUMBER:
            return forms.FloatField(**named, widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}))
        case AttributeType.DATE:
            return forms.DateField(**named, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        case AttributeType.BOOLEAN:
            answers = [("", "—"), ("yes", _("Yes")), ("no", _("No"))]
            return forms.TypedChoiceField(**named, choices=answers, coerce=lambda v: v == "yes", empty_value=None)
        case AttributeType.CHOICE:
            return forms.ChoiceField(**named, choices=[("", "—"), *((c, c) for c in definition.choices)])
    return forms.CharField(**named, max_length=MAX_TEXT)


def attributes_of(customer: Customer) -> list[tuple[str, str]]:
    """Custom attributes that have a value, with their labels, in the reader's words."""
    known = queries.attribute_definitions() if customer.attributes else ()
    return [(d.label, _in_words(d, customer.attributes[d.key])) for d in known if d.key in customer.attributes]


def _in_words(definition: AttributeDefinition, value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if definition.type == AttributeType.DATE:
        return times.day(date.fromisoformat(value))
    return str(value)


def _as_typed(value: Any) -> Any:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value


def _as_stored(value: Any) -> Any:
    """The JSON value; None takes the attribute away."""
    if value in ("", None):
        return None
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    return value
