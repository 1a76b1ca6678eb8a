"""The form of a Telegram inbox."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from tamada.accounts.models import Agent
from tamada.channels.telegram.models import Bot, Mode
from tamada.conversations.models import Inbox

from .inboxes import InboxForm

FIELDS: Final = ("token", "mode")


class TelegramForm(InboxForm):
    """What every inbox has but signatures, and its bot."""

    token = forms.CharField(
        label=_("The bot's token"),
        required=False,
        max_length=100,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("From @BotFather. Empty keeps the one that is set."),
    )
    mode = forms.ChoiceField(
        label=_("How messages reach us"),
        choices=Mode.choices,
        help_text=_("Asking works everywhere. Being called needs an address that Telegram reaches over https."),
    )

    def __init__(self, data: Any, *, agent: Agent, inbox: Inbox) -> None:
        bot = Bot.objects.filter(inbox=inbox).first()
        super().__init__(data, agent=agent, inbox=inbox, initial={"mode": bot.mode if bot else Mode.POLLING})
        for name in [name for name in self.fields if name.startswith("signature")]:
            del self.fields[name]

    def part_of(self, name: str) -> str:
        """A bot has one part of its own."""
        return "telegram" if name in FIELDS else super().part_of(name)
