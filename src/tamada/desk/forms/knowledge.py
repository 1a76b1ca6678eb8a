"""Forms of the knowledge base."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tamada.accounts.models import Agent
from tamada.accounts.queries import active_agents
from tamada.calendars.models import Calendar
from tamada.conversations.models import Channel, Inbox
from tamada.knowledge.actions import Face, Settled
from tamada.knowledge.models import Article, Audience, Category, HelpCentre, Kind

from ..articles import LANGUAGES


class WordsForm(forms.Form):
    """What an article says in one language; `seen` is the change that it was begun from."""

    title = forms.CharField(label=_("Title"), max_length=200)
    html = forms.CharField(
        label=pgettext_lazy("what an article says", "Text"),
        required=False,
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 18}),
    )
    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)


class CategoryChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Categories by name, with their help centre where there are several."""

    def label_from_instance(self, obj: Any) -> str:
        """What stands in the list."""
        above = f"{obj.parent} › " if obj.parent_id else ""
        return f"{above}{obj}"


class SettledForm(forms.Form):
    """Whose an article is, whom it is for, and when it is read again."""

    category = CategoryChoice(
        label=_("Category"), queryset=Category.objects.none(), required=False, empty_label=_("None yet")
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=Kind.choices,
        help_text=_("A snippet is a few words for answers; only our own people see it."),
    )
    audience = forms.ChoiceField(label=_("Who may read it"), choices=Audience.choices)
    owner = forms.ModelChoiceField(
        label=_("Owner"), queryset=Agent.objects.none(), required=False, empty_label=_("Nobody")
    )
    review_at = forms.DateField(
        label=_("Read again on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The owner is told on that day."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shelf = Category.objects.select_related("centre", "parent").order_by("centre", "position", "id")
        self.fields["category"].queryset = shelf  # type: ignore[attr-defined]
        self.fields["owner"].queryset = active_agents().exclude(role="observer")  # type: ignore[attr-defined]

    def settled(self, position: int = 0) -> Settled:
        """What was chosen."""
        return Settled(**self.cleaned_data, position=position)


def initial_of(article: Article) -> dict[str, Any]:
    """An article's own, for the form."""
    return {
        "category": article.category_id,
        "kind": article.kind,
        "audience": article.audience,
        "owner": article.owner_id,
        "review_at": article.review_at,
    }


class CategoryForm(forms.Form):
    """A category by its names; a name left empty is taken from the first language."""

    parent = CategoryChoice(
        label=_("Stands under"), queryset=Category.objects.none(), required=False, empty_label=_("Nothing")
    )

    def __init__(self, *args: Any, centre: HelpCentre, category: Category | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roots = Category.objects.filter(centre=centre, parent=None).select_related("centre", "parent")
        self.fields["parent"].queryset = roots.exclude(pk=category.pk) if category else roots  # type: ignore[attr-defined]
        for index, code in enumerate(centre.languages):
            self.fields[f"name_{code}"] = forms.CharField(
                label=_("Name (%(language)s)") % {"language": LANGUAGES[code]}, max_length=80, required=index == 0
            )
            self.fields[f"about_{code}"] = forms.CharField(
                label=_("In a sentence (%(language)s)") % {"language": LANGUAGES[code]},
                max_length=300,
                required=False,
            )
        if category is not None:
            self.initial.update({"parent": category.parent_id})
            self.initial.update({f"name_{code}": name for code, name in category.names.items()})
            self.initial.update({f"about_{code}": words for code, words in category.descriptions.items()})

    def words(self, what: str) -> dict[str, str]:
        """What was entered in each language: `name` or `about`."""
        return {code: str(self.cleaned_data.get(f"{what}_{code}", "")) for code in LANGUAGES}


class CentreForm(forms.Form):
    """A help centre: its look, its languages, and the ways to reach us from it."""

    slug = forms.SlugField(
        label=_("Name in addresses"), max_length=40, help_text=_("Small Latin letters, digits and hyphens.")
    )
    languages = forms.CharField(
        label=_("Languages"),
        max_length=40,
        help_text=_("Codes in order, the main one first: hy, ru, en. Articles are translated from the main one."),
    )
    colour = forms.CharField(
        label=_("Colour"), required=False, max_length=7, widget=forms.TextInput(attrs={"placeholder": "#a02c3c"})
    )
    logo = forms.FileField(label=_("Logo"), required=False, help_text=_("PNG, JPEG, GIF or WebP, at most 512 KB."))
    no_logo = forms.BooleanField(label=_("Take the logo away"), required=False)
    host = forms.CharField(
        label=_("Own host"),
        required=False,
        max_length=253,
        widget=forms.TextInput(attrs={"placeholder": "help.example.am"}),
        help_text=_("Point its name to this server first."),
    )
    email = forms.EmailField(label=_("E-mail"), required=False, help_text=_("Left empty, the company's own is shown."))
    phone = forms.CharField(
        label=_("Phone"), required=False, max_length=40, help_text=_("Left empty, the company's own is shown.")
    )
    request_inbox = forms.ModelChoiceField(
        label=_("Requests go to"), queryset=Inbox.objects.none(), required=False, empty_label=_("No requests from here")
    )
    chat_inbox = forms.ModelChoiceField(
        label=_("Chat"), queryset=Inbox.objects.none(), required=False, empty_label=_("No chat from here")
    )
    calendar = forms.ModelChoiceField(
        label=_("Opening hours"), queryset=Calendar.objects.none(), required=False, empty_label=_("Not shown")
    )
    is_published = forms.BooleanField(label=_("Open to customers"), required=False)

    def __init__(self, *args: Any, centre: HelpCentre | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inboxes = Inbox.objects.filter(is_active=True)
        self.fields["request_inbox"].queryset = inboxes.filter(channel=Channel.EMAIL)  # type: ignore[attr-defined]
        self.fields["chat_inbox"].queryset = inboxes.filter(channel=Channel.CHAT)  # type: ignore[attr-defined]
        self.fields["calendar"].queryset = Calendar.objects.all()  # type: ignore[attr-defined]
        for code, name in LANGUAGES.items():
            self.fields[f"name_{code}"] = forms.CharField(
                label=_("Name (%(language)s)") % {"language": name}, max_length=80, required=False
            )
            self.fields[f"intro_{code}"] = forms.CharField(
                label=_("Greeting (%(language)s)") % {"language": name}, max_length=300, required=False
            )
        if centre is not None:
            self._fill(centre)
        self.order_fields(
            ["slug", "languages", *(f"{what}_{code}" for code in LANGUAGES for what in ("name", "intro"))]
        )

    def _fill(self, centre: HelpCentre) -> None:
        plain = ("slug", "colour", "email", "phone", "is_published")
        self.initial.update({name: getattr(centre, name) for name in plain})
        self.initial.update({"host": centre.host or "", "languages": ", ".join(centre.languages)})
        for name in ("request_inbox", "chat_inbox", "calendar"):
            self.initial[name] = getattr(centre, f"{name}_id")
        self.initial.update({f"name_{code}": text for code, text in centre.names.items()})
        self.initial.update({f"intro_{code}": text for code, text in centre.intros.items()})

    def face(self) -> Face:
        """What was entered, for the action."""
        data = self.cleaned_data
        plain = ("slug", "colour", "host", "email", "phone", "request_inbox", "chat_inbox", "calendar", "is_published")
        return Face(
            names={code: data[f"name_{code}"] for code in LANGUAGES},
            intros={code: data[f"intro_{code}"] for code in LANGUAGES},
            languages=[code.strip().lower() for code in data["languages"].split(",")],
            **{name: data[name] for name in plain},
        )
