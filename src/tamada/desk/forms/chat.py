"""The form of a chat inbox: what visitors see and are asked, and on which sites."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tamada.accounts.models import Agent
from tamada.channels.chat.actions.inboxes import BadChatSetting, read_setting
from tamada.channels.chat.settings import CONTACTS, ChatSettings, settings_of
from tamada.conversations.models import Channel, Inbox
from tamada.conversations.signatures import LANGUAGES

from .fields import ColourInput
from .inboxes import InboxForm

_ASKED: Final = [("", _("Is not asked")), ("optional", _("Is asked")), ("required", _("Must be given"))]
_SIDES: Final = [("right", _("Right")), ("left", _("Left"))]
_TEXTS: Final = ("title", "greeting", "away")
_SPOKEN: Final = {f"{text}_{code}": (text, code) for text in ("greeting", "away") for code in LANGUAGES}
"""Fields for one language alone."""

_OFFERS: Final = {"offer_search_empty": 1, "offer_same_page": 3, "offer_form_pause": 60}
"""When each is made: after so many empty searches, so many looks at one page, so many seconds of pause."""


def _text(label: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


def _offer(label: Any) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False)


class ChatForm(InboxForm):
    """What every inbox has but signatures, and what belongs to a chat."""

    title = forms.CharField(
        label=_("Heading"), required=False, max_length=80, help_text=_("The company's name when empty.")
    )
    greeting = forms.CharField(
        label=_("Greeting"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The first thing visitors read. Empty, the chat greets in the visitor's language."),
    )
    away = forms.CharField(
        label=_("While closed"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Shown instead of the greeting outside the opening hours."),
    )
    greeting_hy = _text(_("Greeting in Armenian"))
    away_hy = _text(_("While closed, in Armenian"))
    greeting_ka = _text(_("Greeting in Georgian"))
    away_ka = _text(_("While closed, in Georgian"))
    greeting_ru = _text(_("Greeting in Russian"))
    away_ru = _text(_("While closed, in Russian"))
    greeting_en = _text(_("Greeting in English"))
    away_en = _text(_("While closed, in English"))
    ask_name = forms.ChoiceField(label=_("The visitor's name"), choices=_ASKED, required=False)
    ask_email = forms.ChoiceField(
        label=_("The visitor's e-mail address"),
        choices=_ASKED,
        required=False,
        help_text=_("An answer that is not read within three minutes goes there."),
    )
    mail_inbox = forms.ModelChoiceField(
        label=_("Unread answers go out from"),
        queryset=Inbox.objects.none(),
        required=False,
        empty_label=_("A mail inbox of the same team"),
    )
    offer_search_empty = _offer(_("Offer help after a search without results"))
    offer_same_page = _offer(_("Offer help at the third look at the same page"))
    offer_form_pause = _offer(_("Offer help after a minute's pause in a form"))
    offer_text = forms.CharField(
        label=_("Words of the offer"),
        required=False,
        max_length=200,
        help_text=_("Empty, they fit the moment and are in the visitor's language. Help is offered once."),
    )
    contacts = forms.CharField(
        label=_("Other ways to reach you"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4, "placeholder": "phone: +374 10 123456\nemail: info@example.com"}),
    )
    color = forms.CharField(
        label=_("Colour"),
        required=False,
        max_length=7,
        widget=ColourInput(attrs={"placeholder": "#0a7a5c"}),
        help_text=_("Such as #0a7a5c. Empty follows the site."),
    )
    side = forms.ChoiceField(label=_("Side of the page"), choices=_SIDES, required=False)
    origins = forms.CharField(
        label=_("Sites that may show the chat"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "https://example.com"}),
        help_text=_("One a line. Empty: any site."),
    )

    def __init__(self, data: Any, *, agent: Agent, inbox: Inbox) -> None:
        super().__init__(data, agent=agent, inbox=inbox, initial=_initial(settings_of(inbox)))
        for name in [name for name in self.fields if name.startswith("signature")]:
            del self.fields[name]
        self.fields["calendar"].help_text = gettext("Visitors see them, and leave a message outside them.")
        self.fields["language"].help_text = gettext("The chat speaks it on pages that name none of our languages.")
        ways = gettext("One a line, its kind first: %(kinds)s.") % {"kinds": ", ".join(CONTACTS)}
        self.fields["contacts"].help_text = ways
        for name in ("ask_name", "ask_email", "side"):
            self.fields[name].is_wanted = True  # type: ignore[attr-defined]  # its label does not say “optional”
        sender = self.fields["mail_inbox"]
        assert isinstance(sender, forms.ModelChoiceField)
        sender.queryset = Inbox.objects.filter(channel=Channel.EMAIL, is_active=True)

    def part_of(self, name: str) -> str:
        """A chat has parts of its own."""
        return _PART_OF.get(name) or super().part_of(name)

    def clean_contacts(self) -> list[dict[str, str]]:
        """The ways one by one."""
        rows = [_contact(line) for line in _lines(self.cleaned_data["contacts"])]
        self._check("contacts", rows)
        return rows

    def clean_origins(self) -> list[str]:
        """The sites one by one."""
        lines = _lines(self.cleaned_data["origins"])
        self._check("origins", lines)
        return lines

    def clean_color(self) -> str:
        """A colour that can be one."""
        color: str = self.cleaned_data["color"]
        self._check("color", color)
        return color

    def _check(self, name: str, value: Any) -> None:
        """Here, so that all fields are told of at once. What was there before stands in nobody's way."""
        if name in self.changed_data:
            try:
                read_setting(name, value)
            except BadChatSetting as error:
                raise forms.ValidationError(list(error.reasons)) from None

    def changes(self) -> dict[str, Any]:
        """The fields that were changed, for the actions: several of the form are one setting."""
        given, changed = self.cleaned_data, set(self.changed_data)
        changes = {name: value for name, value in super().changes().items() if name not in _COMPOSED}
        if changed & {*_TEXTS, *_SPOKEN}:
            texts = {"": {name: given[name] for name in _TEXTS}}
            for field, (text, code) in _SPOKEN.items():
                texts.setdefault(code, {})[text] = given[field]
            changes["texts"] = texts
        if changed & {*_OFFERS, "offer_text"}:
            changes["offers"] = [
                {"when": name.removeprefix("offer_"), "after": after, "text": given["offer_text"]}
                for name, after in _OFFERS.items()
                if given[name]
            ]
        if "contacts" in changed:
            changes["contacts"] = given["contacts"]
        if "origins" in changed:
            changes["origins"] = given["origins"]
        if "mail_inbox" in changed:
            changes["mail_inbox"] = given["mail_inbox"].pk if given["mail_inbox"] else 0
        return changes


_COMPOSED: Final = frozenset({*_TEXTS, *_SPOKEN, *_OFFERS, "offer_text", "contacts", "origins", "mail_inbox"})
_PARTS: Final = {
    "chat": _TEXTS,
    "spoken": tuple(_SPOKEN),
    "asked": ("ask_name", "ask_email", "mail_inbox"),
    "offers": (*_OFFERS, "offer_text"),
    "site": ("contacts", "color", "side", "origins"),
}
_PART_OF: Final = {name: part for part, names in _PARTS.items() for name in names}

FIELD_OF: Final = {"texts": "greeting", "offers": "offer_search_empty"}
"""Where a refused setting is told, if not at the field of its name."""


def _initial(chosen: ChatSettings) -> dict[str, Any]:
    offers: dict[str, Any] = {f"offer_{one['when']}": True for one in chosen.offers}
    offers["offer_text"] = next((one["text"] for one in chosen.offers), "")
    return {
        **{name: chosen.texts.get("", {}).get(name, "") for name in _TEXTS},
        **{field: chosen.texts.get(code, {}).get(text, "") for field, (text, code) in _SPOKEN.items()},
        **offers,
        "ask_name": chosen.ask_name,
        "ask_email": chosen.ask_email,
        "mail_inbox": chosen.mail_inbox or None,
        "contacts": "\n".join(f"{one['type']}: {one['value']}" for one in chosen.contacts),
        "color": chosen.color,
        "side": chosen.side,
        "origins": "\n".join(chosen.origins),
    }


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _contact(line: str) -> dict[str, str]:
    kind, _colon, value = line.partition(":")
    return {"type": kind.strip().lower(), "value": value.strip(), "label": ""}
