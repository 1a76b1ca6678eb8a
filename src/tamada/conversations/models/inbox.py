"""Inboxes: one address or account of one channel."""

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from tamada.accounts.models import Team
from tamada.calendars.models import Calendar


class Channel(models.TextChoices):
    """How a message travels."""

    EMAIL = "email", _("E-mail")
    CHAT = "chat", _("Chat")
    TELEGRAM = "telegram", _("Telegram")


def new_key() -> str:
    """A public, unguessable name for an inbox (96 bits)."""
    return secrets.token_urlsafe(12)


def new_secret() -> str:
    """What the site of a chat inbox signs its users with (256 bits, hex)."""
    return secrets.token_hex(32)


class Inbox(models.Model):
    """One address or account of one channel, with the team that answers it.

    Without a calendar it is open 24/7. What belongs to the channel alone (servers, passwords) lives in the
    channel's own room.
    """

    name = models.CharField(max_length=80)
    channel = models.CharField(max_length=12, choices=Channel.choices)
    address = models.CharField(max_length=254, blank=True, default="")
    key = models.CharField(max_length=32, unique=True, default=new_key)
    secret = models.CharField(max_length=64, default=new_secret)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="inboxes")
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, null=True, blank=True, related_name="inboxes")
    language = models.CharField(max_length=5, blank=True, default="")
    signature = models.TextField(blank=True, default="", max_length=2000)
    signatures = models.JSONField(default=dict, blank=True)  # by language, where one has its own
    settings = models.JSONField(default=dict, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name
