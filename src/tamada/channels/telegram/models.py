"""The bot of a Telegram inbox, and links by which a known customer comes to it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tamada.conversations.models import Inbox
from tamada.customers.models import Customer


class Mode(models.TextChoices):
    """How updates reach us."""

    POLLING = "polling", _("Tamada asks Telegram")
    WEBHOOK = "webhook", _("Telegram calls Tamada")


class Bot(models.Model):
    """The Telegram side of an inbox. `token` and `secret` are encrypted by `core.secrets`.

    `key` is the unguessable part of the webhook's address, `secret` what Telegram shows there in a header. `offset` is
    the next update to ask for while Telegram does not know yet that the journal has what is before it; then 0.
    `sending_error` is why nothing can leave, until something does; `last_error` why nothing comes in, if it is newer
    than `last_ok_at`.
    """

    inbox = models.OneToOneField(Inbox, on_delete=models.CASCADE, related_name="telegram")
    bot_id = models.BigIntegerField(unique=True)
    username = models.CharField(max_length=64)
    token = models.TextField()
    mode = models.CharField(max_length=8, choices=Mode.choices, default=Mode.POLLING)
    key = models.CharField(max_length=64, unique=True)
    secret = models.TextField()
    offset = models.BigIntegerField(default=0)
    last_ok_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True, default="")
    last_error_at = models.DateTimeField(null=True, blank=True)
    sending_error = models.CharField(max_length=500, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"@{self.username}"


class StartLink(models.Model):
    """A link that we gave a customer: who comes by it is them, once and until it expires. Only its digest is kept."""

    bot = models.ForeignKey(Bot, on_delete=models.CASCADE, related_name="links")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["expires_at"], name="start_link_expires")]
