"""How people prove who they are, and where they are signed in."""

from typing import ClassVar

from django.db import models


class OpenSession(models.Model):
    """Where somebody is signed in: one row beside each of Django's sessions, for its owner to see and to end."""

    agent = models.ForeignKey("accounts.Agent", on_delete=models.CASCADE, related_name="sessions")
    key = models.CharField(max_length=40, unique=True)
    program = models.CharField(max_length=80, blank=True, default="")
    network = models.CharField(max_length=50, blank=True, default="")  # Coarse on purpose: see `sessions.coarse`.
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField()

    class Meta:
        ordering = ("-last_used_at", "-id")


class TotpKey(models.Model):
    """The secret that somebody's authenticator app shares with us. `last_step` is the newest step that was used up."""

    agent = models.OneToOneField("accounts.Agent", on_delete=models.CASCADE, related_name="totp")
    secret = models.CharField(max_length=255)  # Encrypted.
    last_step = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)


class RecoveryCode(models.Model):
    """One way in for who lost their other ones, kept as a keyed digest; it goes with its use."""

    agent = models.ForeignKey("accounts.Agent", on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["agent", "digest"], name="one_recovery_code")]


class Passkey(models.Model):
    """A key pair that somebody's device or password manager holds (WebAuthn); we know the public half."""

    agent = models.ForeignKey("accounts.Agent", on_delete=models.CASCADE, related_name="passkeys")
    name = models.CharField(max_length=80)
    host = models.CharField(max_length=255)  # The name that it belongs to (the RP id): it works nowhere else.
    credential = models.CharField(max_length=1400, unique=True)
    public_key = models.TextField()
    sign_count = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name


class SsoIdentity(models.Model):
    """Whom a single sign-on provider means by a subject: settled once, by a verified address."""

    agent = models.ForeignKey("accounts.Agent", on_delete=models.CASCADE, related_name="sso_identities")
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="one_subject"),
            models.UniqueConstraint(fields=["agent", "issuer"], name="one_identity_a_provider"),
        ]
