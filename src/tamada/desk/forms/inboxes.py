"""Forms about inboxes: what every one has, and the servers of mail."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tamada.accounts.models import Agent, Team
from tamada.accounts.queries import teams_led_by
from tamada.calendars.models import Calendar
from tamada.channels.email.accounts import servers_of
from tamada.channels.email.models import MailAccount
from tamada.conversations.models import Channel, Inbox
from tamada.conversations.signatures import LANGUAGES

from .servers import ImapForm, SmtpForm

type_text = str | Promise
_LANGUAGES = [("", "—"), ("hy", "Հայերեն"), ("ka", "ქართული"), ("ru", "Русский"), ("en", "English")]
COMMON = ("name", "team", "calendar", "language", "signature", "signatures", "is_active")
"""What belongs to every inbox; the rest is its channel's."""
_SIGNED = {f"signature_{language}": language for language in LANGUAGES}
SIGNATURES = ("signature", *_SIGNED)
LONGEST_SIGNATURE = 2000

_OUTGOING = ("from_name", "hourly_cap")
_FIRST_DAY = date(1970, 1, 1)
"""No mailbox has older mail, and clocks and servers stumble over much older dates."""


_HEADINGS: dict[str, type_text] = {
    "": "",
    "outgoing": _("Outgoing mail"),
    "incoming": _("Incoming mail"),
    "chat": _("What visitors read"),
    "spoken": _("What visitors read, by language"),
    "asked": _("Who they are, and answers that they miss"),
    "offers": _("Help for who is stuck"),
    "site": _("On your site"),
    "telegram": _("The bot"),
}


def _part(name: str) -> str:
    if name in COMMON or name in _SIGNED:
        return ""
    return "outgoing" if name in _OUTGOING else "incoming"


def _signature(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=LONGEST_SIGNATURE, widget=forms.Textarea(attrs={"rows": 3})
    )


class InboxForm(forms.Form):
    """What every inbox has. A lead gives it to their teams alone."""

    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=80)
    team = forms.ModelChoiceField(
        label=_("Team"),
        queryset=Team.objects.none(),
        empty_label=_("Choose a team"),
        help_text=_("Its people see and answer what comes in here."),
    )
    calendar = forms.ModelChoiceField(
        label=_("Opening hours"),
        queryset=Calendar.objects.all(),
        required=False,
        empty_label=_("Open day and night"),
        help_text=_("A conversation snoozed until tomorrow comes back when this inbox opens."),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=_LANGUAGES,
        required=False,
        help_text=_("For messages to customers whose own language is unknown."),
    )
    signature = forms.CharField(
        label=_("Signature"),
        required=False,
        max_length=LONGEST_SIGNATURE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Added below every message sent from this inbox, unless the customer's language has one of its own. "
            "Placeholders such as {{agent.first_name}} and {{company.phone}} are filled in; a line without a value "
            "is left out."
        ),
    )
    signature_hy = _signature(_("Signature in Armenian"))
    signature_ka = _signature(_("Signature in Georgian"))
    signature_ru = _signature(_("Signature in Russian"))
    signature_en = _signature(_("Signature in English"))
    is_active = forms.BooleanField(label=_("In use"), required=False)

    def __init__(self, data: Any, *, agent: Agent, inbox: Inbox, initial: dict[str, Any] | None = None) -> None:
        signed = {name: inbox.signatures.get(language, "") for name, language in _SIGNED.items()}
        super().__init__(data, initial={name: getattr(inbox, name) for name in COMMON} | signed | (initial or {}))
        team = self.fields["team"]
        assert isinstance(team, forms.ModelChoiceField)
        team.queryset = teams_led_by(agent)

    def parts(self) -> dict[str, list[forms.BoundField]]:
        """Its fields by what they are about: "" for every inbox's, then outgoing and incoming mail."""
        parts: dict[str, list[forms.BoundField]] = {}
        for field in self:
            parts.setdefault(self.part_of(field.name), []).append(field)
        return parts

    def part_of(self, name: str) -> str:
        """Which part of the page a field stands in."""
        return _part(name)

    def groups(self) -> list[tuple[str, type_text, list[forms.BoundField]]]:
        """The parts with the headings of the page."""
        return [(part, _HEADINGS[part], fields) for part, fields in self.parts().items()]

    def changes(self) -> dict[str, Any]:
        """The fields that were changed, for the actions."""
        changes = {name: self.cleaned_data[name] for name in self.changed_data if name not in _SIGNED}
        if _SIGNED.keys() & set(self.changed_data):
            written = {language: self.cleaned_data[name].strip() for name, language in _SIGNED.items()}
            changes["signatures"] = {language: text for language, text in written.items() if text}
        return changes


class MailForm(InboxForm):
    """A mail inbox has servers too."""

    from_name = forms.CharField(
        label=_("Sender's name"),
        max_length=120,
        required=False,
        help_text=_("What customers see as the sender; the company's name when empty."),
    )
    hourly_cap = forms.IntegerField(
        label=_("Mails an hour while it is new"),
        validators=[MinValueValidator(1), MaxValueValidator(100_000)],
        widget=forms.NumberInput(attrs={"min": 1, "max": 100_000}),
        help_text=_("What is beyond it waits for the next hour, until the limit is lifted."),
    )
    aliases = forms.CharField(
        label=_("Further addresses"),
        required=False,
        help_text=_("Mail to these comes in here too. Separated by commas."),
    )
    import_since = forms.DateField(
        label=_("Fetch mail since"),
        required=False,
        validators=[MinValueValidator(_FIRST_DAY)],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "min": _FIRST_DAY.isoformat()}),
        help_text=_(
            "Older mail stays on the server. An earlier day brings it in quietly: closed, and nobody is told. "
            "Empty fetches everything."
        ),
    )
    follow_sent = forms.BooleanField(
        label=_("Follow the Sent folder"),
        required=False,
        help_text=_("Mail you send from other programs then appears in its conversation."),
    )
    reply_domain = forms.CharField(
        label=_("Domain for reply addresses"),
        required=False,
        max_length=254,
        help_text=_("Only if all mail of this domain reaches Tamada: replies then always find their conversation."),
    )
    trusted_authserv = forms.CharField(
        label=_("Trusted mail checks"),
        required=False,
        max_length=254,
        help_text=_(
            "The name with which your mail server signs its checks of SPF, DKIM and DMARC (Authentication-Results), "
            "such as mx.google.com. Anybody can write such a line, so nobody else's is believed. Separated by commas."
        ),
    )

    def __init__(self, data: Any, *, agent: Agent, account: MailAccount) -> None:
        names = ("from_name", "reply_domain", "follow_sent", "hourly_cap", "trusted_authserv")
        known = {name: getattr(account, name) for name in names}
        since = account.import_since
        known |= {"aliases": ", ".join(account.aliases), "import_since": since and timezone.localtime(since).date()}
        super().__init__(data, agent=agent, inbox=account.inbox, initial=known)
        servers = servers_of(account)
        self.outgoing = SmtpForm(data, url=servers.smtp_url)
        self.incoming = ImapForm(data, url=servers.imap_url)
        if account.cap_confirmed_at is not None:
            del self.fields["hourly_cap"]  # it was lifted

    def is_valid(self) -> bool:
        """With its servers."""
        given = [form for form in (self.outgoing, self.incoming) if form.is_bound]
        return all([super().is_valid(), *(form.is_valid() for form in given)])

    def parts(self) -> dict[str, list[forms.BoundField]]:
        """A server's fields stand first under its heading."""
        parts = super().parts()
        for part, server in (("outgoing", self.outgoing), ("incoming", self.incoming)):
            parts[part] = [*server, *parts[part]]
        return parts

    def changes(self) -> dict[str, Any]:
        """A server is one URL to the actions."""
        servers = {"smtp_url": self.outgoing, "imap_url": self.incoming}
        return super().changes() | {
            name: form.url() for name, form in servers.items() if form.is_bound and form.has_changed()
        }

    def clean_aliases(self) -> list[str]:
        """The addresses one by one."""
        return [alias.strip() for alias in self.cleaned_data["aliases"].split(",") if alias.strip()]

    def clean_import_since(self) -> datetime | None:
        """The beginning of the day, where its reader is."""
        day: date | None = self.cleaned_data["import_since"]
        return timezone.make_aware(datetime.combine(day, time.min)) if day else None


_NEEDED_BY = {"address": Channel.EMAIL, "token": Channel.TELEGRAM}


class NewInboxForm(forms.Form):
    """A new inbox needs a name and, for mail, an address, or for Telegram the token of a bot."""

    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=80)
    channel = forms.ChoiceField(label=_("What comes in"), choices=Channel.choices)
    address = forms.EmailField(
        label=_("E-mail address"),
        error_messages={"required": _("Mail needs an address to come to.")},
    )
    token = forms.CharField(
        label=_("The bot's token"),
        max_length=100,
        error_messages={"required": _("Telegram needs the token of a bot.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "123456789:AAE…"}),
        help_text=_("Write to @BotFather in Telegram, and it makes a bot and gives you its token."),
    )

    def __init__(self, data: Any) -> None:
        """Who names no channel means mail."""
        super().__init__(None if data is None else {"channel": Channel.EMAIL, **data.dict()})

    def full_clean(self) -> None:
        """Mail comes to an address, Telegram to a bot; what is asked for another channel is not looked at."""
        super().full_clean()
        for name, channel in _NEEDED_BY.items():
            if self.is_bound and self.data.get("channel") != channel:
                self.errors.pop(name, None)
                self.cleaned_data[name] = ""
