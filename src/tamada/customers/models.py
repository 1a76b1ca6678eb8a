"""Customers, their identities and organisations, attributes and tags."""

from typing import ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Tag(models.Model):
    """A word that sorts customers and conversations. Names are unique in any letter case (`key` is casefolded)."""

    name = models.CharField(max_length=60)
    key = models.CharField(max_length=60, unique=True)
    hue = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("key",)

    def __str__(self) -> str:
        return self.name


class Organisation(models.Model):
    """The company a customer belongs to; people writing from `domains` are offered to join it."""

    name = models.CharField(max_length=160)
    domains = models.JSONField(default=list, blank=True)
    note = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name


class LiveManager(models.Manager["Customer"]):
    """Customers that are there, neither merged into another one nor erased."""

    def get_queryset(self) -> models.QuerySet["Customer"]:
        """Leave out who turned out to be somebody we know, and who was erased."""
        return super().get_queryset().filter(merged_into__isnull=True, erased_at__isnull=True)


class Customer(models.Model):
    """A person we serve, however they reach us.

    Who turned out to be somebody we know (`merged_into`) is in `everything` alone; what they wrote keeps their name.
    So is who was erased (`erased_at`): an empty row, to which their emptied conversations point.
    """

    name = models.CharField(max_length=160, blank=True, default="")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="customers"
    )
    language = models.CharField(max_length=5, blank=True, default="")
    time_zone = models.CharField(max_length=50, blank=True, default="")
    city = models.CharField(max_length=80, blank=True, default="")
    note = models.TextField(blank=True, default="")
    attributes = models.JSONField(default=dict, blank=True)
    tags = models.ManyToManyField(Tag, blank=True, related_name="customers")
    blocked_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="merged_from", db_index=False
    )
    created_at = models.DateTimeField(auto_now_add=True)
    last_activity_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = LiveManager()
    everything = models.Manager["Customer"]()

    class Meta:
        indexes: ClassVar = [
            # Only of those that are gone: an index with every NULL in it would be taken for each list.
            models.Index(fields=["merged_into"], name="customer_merged", condition=Q(merged_into__isnull=False)),
            models.Index(fields=["-last_activity_at", "-id"], name="customer_activity"),
            models.Index(fields=["created_at", "id"], name="customer_created"),
        ]

    def __str__(self) -> str:
        return self.name


class IdentityType(models.TextChoices):
    """The ways a person reaches us. E-mail is casefolded; a phone is E.164; the others are the network's ids."""

    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")
    CHAT = "chat", _("Chat")
    TELEGRAM = "telegram", _("Telegram")
    WHATSAPP = "whatsapp", _("WhatsApp")
    VIBER = "viber", _("Viber")
    MESSENGER = "messenger", _("Messenger")
    INSTAGRAM = "instagram", _("Instagram")
    X = "x", _("X")
    EXTERNAL = "external", _("Other system")


NUMBERS: Final = (IdentityType.PHONE, IdentityType.WHATSAPP, IdentityType.VIBER)
"""Ways that are a phone number: one number is one person's over all of them."""


class Identity(models.Model):
    """One address of a customer. `value` is normalised; `display` keeps what was written."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="identities")
    type = models.CharField(max_length=12, choices=IdentityType.choices)
    value = models.CharField(max_length=320)
    display = models.CharField(max_length=320, blank=True, default="")
    verified_at = models.DateTimeField(null=True, blank=True)
    bounces = models.PositiveSmallIntegerField(default=0)
    paused_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["type", "value"], name="one_identity")]

    def __str__(self) -> str:
        return self.display or self.value

    @property
    def verified(self) -> bool:
        """True once the person proved that this address is theirs."""
        return self.verified_at is not None


class AttributeType(models.TextChoices):
    """What a custom attribute holds."""

    TEXT = "text", _("Text")
    NUMBER = "number", _("Number")
    DATE = "date", _("Date")
    BOOLEAN = "boolean", _("Yes or no")
    CHOICE = "choice", _("Choice")


class AttributeDefinition(models.Model):
    """A custom field of customers: `key` in `Customer.attributes`, shown as `label`."""

    key = models.SlugField(max_length=40, unique=True)
    label = models.CharField(max_length=80)
    type = models.CharField(max_length=8, choices=AttributeType.choices, default=AttributeType.TEXT)
    choices = models.JSONField(default=list, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.label


class BlockedSender(models.Model):
    """A sender refused by name: an address (`a@b.c`), or a whole domain (`@b.c`)."""

    value = models.CharField(max_length=320, unique=True)
    reason = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)


class CustomerMerge(models.Model):
    """A customer turned out to be `target`, or not after all (`undone_at`).

    `data` holds what it takes to part them again (see `actions.merge`): ids, names of fields, times, nobody's words.
    """

    target = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="merges")
    source = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"merge {self.pk} into customer {self.target_id}"


class ErasedAddress(models.Model):
    """An address whose person was erased (`customers.erased.digest_of`): what is older than that stays away."""

    digest = models.CharField(max_length=64, unique=True)
    erased_at = models.DateTimeField()
