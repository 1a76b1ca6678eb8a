"""Messages, their attachments, drafts, and the outbox of deliveries."""

from typing import ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tamada.core.storage import FileKey
from tamada.customers.models import Customer

from .conversation import Conversation
from .inbox import Channel, Inbox


class Kind(models.TextChoices):
    """Which way a message goes."""

    IN = "in", _("From the customer")
    OUT = "out", _("From us")
    NOTE = "note", _("Internal note")
    SYSTEM = "system", _("System")


class AuthorKind(models.TextChoices):
    """Who wrote."""

    CUSTOMER = "customer", _("Customer")
    AGENT = "agent", _("Agent")
    SYSTEM = "system", _("System")
    RULE = "rule", _("Rule")
    ASSISTANT = "assistant", _("Assistant")
    API = "api", _("API")


class DeliveryState(models.TextChoices):
    """What became of a message we sent. Never goes backwards (`rank` in the sender)."""

    QUEUED = "queued", _("Queued")
    SENT = "sent", _("Sent")
    UNCERTAIN = "uncertain", _("Perhaps sent")
    DELIVERED = "delivered", _("Delivered")
    READ = "read", _("Read")
    FAILED = "failed", _("Not sent")
    BOUNCED = "bounced", _("Returned")


TROUBLED: Final = (DeliveryState.FAILED, DeliveryState.BOUNCED, DeliveryState.UNCERTAIN)
"""What somebody has to look after: the customer did not get it, or perhaps not."""


class Message(models.Model):
    """One thing said in a conversation.

    `text` is the visible text and `quoted_text` what was folded away, quotes and signatures; `html` and `quoted_html`
    are the same two with their formatting, clean (`kit.html`). Addresses are lists of `{"name", "email"}`.
    `external_id` is the channel's id (an RFC 5322 Message-ID with its brackets); `external_key` is what must be unique
    in the inbox: the same id, or id and digest where other content came under a used id.
    `data` holds a system line's parameters and, for incoming mail, verdicts, flags and the automatic kind.
    Of the assistant's, `data["choices"]` may be tapped for an answer, and `data["source"]` is what it quotes.
    `client_id` is what the writer's program calls it: a second try with the same one is the same message.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=6, choices=Kind.choices)
    channel = models.CharField(max_length=12, choices=Channel.choices)
    inbox = models.ForeignKey(Inbox, on_delete=models.PROTECT, related_name="messages")
    author_kind = models.CharField(max_length=9, choices=AuthorKind.choices)
    author_name = models.CharField(max_length=160, blank=True, default="")
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="messages"
    )
    customer = models.ForeignKey(Customer, on_delete=models.SET_NULL, null=True, blank=True, related_name="messages")
    sender = models.CharField(max_length=320, blank=True, default="")
    subject = models.CharField(max_length=998, blank=True, default="")
    to = models.JSONField(default=list, blank=True)
    cc = models.JSONField(default=list, blank=True)
    bcc = models.JSONField(default=list, blank=True)
    text = models.TextField(blank=True, default="")
    quoted_text = models.TextField(blank=True, default="")
    html = models.TextField(blank=True, default="")
    quoted_html = models.TextField(blank=True, default="")
    language = models.CharField(max_length=5, blank=True, default="")
    external_id = models.CharField(max_length=998, blank=True, default="")
    external_key = models.CharField(max_length=1070, null=True, blank=True)
    references = models.JSONField(default=list, blank=True)
    client_id = models.CharField(max_length=64, blank=True, default="")
    raw = models.CharField(max_length=160, blank=True, default="")
    delivery = models.CharField(max_length=9, choices=DeliveryState.choices, blank=True, default="")
    is_automatic = models.BooleanField(default=False)
    data = models.JSONField(default=dict, blank=True)
    has_attachments = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("seq",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "seq"], name="one_seq"),
            models.UniqueConstraint(fields=["inbox", "external_key"], name="one_external_key"),
            models.UniqueConstraint(fields=["agent", "client_id"], condition=~Q(client_id=""), name="one_client_id"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["external_id"], name="message_external", condition=~Q(external_id="")),
            models.Index(fields=["customer", "-id"], name="message_customer"),
            models.Index(fields=["conversation"], name="message_troubled", condition=Q(delivery__in=TROUBLED)),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id}/{self.seq}"


class Draft(models.Model):
    """What an agent is writing: one reply and one note a conversation, and any number of new conversations."""

    agent = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, null=True, blank=True, related_name="drafts"
    )
    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=6, choices=Kind.choices, default=Kind.OUT)
    subject = models.CharField(max_length=998, blank=True, default="")
    to = models.JSONField(default=list, blank=True)
    cc = models.JSONField(default=list, blank=True)
    bcc = models.JSONField(default=list, blank=True)
    html = models.TextField(blank=True, default="")
    text = models.TextField(blank=True, default="")
    data = models.JSONField(default=dict, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agent", "conversation", "kind"],
                condition=Q(conversation__isnull=False),
                name="one_draft",
            ),
        ]

    @property
    def version(self) -> str:
        """Which state of it this is."""
        return self.updated_at.isoformat()


class Attachment(models.Model):
    """A file of a message, or of a draft until it is sent. `blob` is the key in `core.storage`.

    Of neither it is an upload that waits to be used; `drop_uploads` forgets it after a day.
    """

    message = models.ForeignKey(Message, on_delete=models.CASCADE, null=True, blank=True, related_name="attachments")
    draft = models.ForeignKey(Draft, on_delete=models.SET_NULL, null=True, blank=True, related_name="attachments")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    name = models.CharField(max_length=255)
    type = models.CharField(max_length=127)
    size = models.PositiveBigIntegerField()
    blob = FileKey(max_length=128)
    content_id = models.CharField(max_length=255, blank=True, default="")
    is_inline = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        indexes: ClassVar = [models.Index(fields=["blob"], name="attachment_blob")]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """The outbox: one row an outgoing message until it is settled; claimed by the channel's sender.

    `not_before` holds a message back (undo for 10 seconds, send later, back-off). `claimed_at` says who sends it now.
    Before its content leaves, an attempt with the outcome `data` is committed durably, so that a death in between is
    known and shown as `uncertain`.
    """

    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="outbox")
    channel = models.CharField(max_length=12, choices=Channel.choices)
    not_before = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    claimed_by = models.CharField(max_length=64, blank=True, default="")
    settled_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["channel", "not_before"], name="delivery_due", condition=Q(settled_at__isnull=True)),
        ]


ASKED_AGAIN: Final = "again"
"""The outcome of a row of the log that is no try: somebody asked for the message to be sent again."""


class DeliveryAttempt(models.Model):
    """One try to hand a message over, kept for whoever asks why; or that somebody asked for more (`ASKED_AGAIN`)."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="log")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, blank=True, default="")
    detail = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        ordering = ("id",)
