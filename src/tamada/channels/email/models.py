"""What e-mail needs beyond an inbox: servers, IMAP cursors and tombstones."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tamada.conversations.models import Inbox

from . import uids


class ImapAuth(models.TextChoices):
    """How we sign in to a mailbox."""

    PASSWORD = "password", _("Password")
    GOOGLE = "google", _("Google account")
    MICROSOFT = "microsoft", _("Microsoft 365 account")


class MailAccount(models.Model):
    """The e-mail side of an inbox. Secrets (`smtp_url`, `imap_url`, tokens) are encrypted by `core.secrets`; of the key
    with which a provider posts mail only a digest is kept.

    `aliases` are further addresses that come in here. `reply_domain` is set when `reply+TOKEN@domain` reaches us.
    `sending_error` is why nothing can leave, until something does. `import_since` bounds the first IMAP fetch.
    `hourly_cap` limits a new inbox until `cap_confirmed_at`.
    """

    inbox = models.OneToOneField(Inbox, on_delete=models.CASCADE, related_name="mail")
    address = models.CharField(max_length=254, unique=True)
    aliases = models.JSONField(default=list, blank=True)
    from_name = models.CharField(max_length=120, blank=True, default="")
    smtp_url = models.TextField(blank=True, default="")
    imap_url = models.TextField(blank=True, default="")
    auth = models.CharField(max_length=10, choices=ImapAuth.choices, default=ImapAuth.PASSWORD)
    oauth = models.TextField(blank=True, default="")
    reply_domain = models.CharField(max_length=254, blank=True, default="")
    trusted_authserv = models.CharField(max_length=254, blank=True, default="")
    follow_sent = models.BooleanField(default=False)
    import_since = models.DateTimeField(null=True, blank=True)
    hourly_cap = models.PositiveIntegerField(default=500)
    cap_confirmed_at = models.DateTimeField(null=True, blank=True)
    webhook_digest = models.CharField(max_length=64, blank=True, default="")
    last_ok_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True, default="")
    last_error_at = models.DateTimeField(null=True, blank=True)
    sending_error = models.CharField(max_length=500, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)


class ImapFolder(models.Model):
    """How far a folder was read: UIDVALIDITY and the last UID (RFC 3501 2.3.1.1); `\\Seen` plays no part.

    `seen` are the UIDs still there that were read (`uids.written`), or passed over for being older than `read_since`:
    as many as `server_count` once a round is through. `gap` is how many of the last round had been missed.
    """

    account = models.ForeignKey(MailAccount, on_delete=models.CASCADE, related_name="folders")
    name = models.CharField(max_length=255)
    uid_validity = models.BigIntegerField(default=0)
    last_uid = models.BigIntegerField(default=0)
    server_count = models.PositiveIntegerField(default=0)
    seen = models.TextField(default="", blank=True)
    read_since = models.DateTimeField(null=True, blank=True)
    gap = models.PositiveIntegerField(default=0)
    checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["account", "name"], name="one_folder")]

    @property
    def known(self) -> int:
        """How many of the mails on the server were read or passed over."""
        return len(uids.parse(self.seen))


class AutoReply(models.Model):
    """An automatic answer that was sent, counted against the caps that stop loops."""

    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, related_name="+")
    address = models.CharField(max_length=320)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["address", "at"], name="auto_reply_caps")]


class Tombstone(models.Model):
    """Mail that was deleted here and must not come back: SHA-256 of inbox, Message-ID, and what it said.

    Some programs give all their mails one Message-ID: of theirs, only what was deleted stays away.
    """

    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
