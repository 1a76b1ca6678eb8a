"""Agents, teams, API tokens, invitations and sign-in attempts."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person may do here; `permissions.py` holds the table."""

    ADMIN = "admin", _("Admin")
    LEAD = "lead", _("Lead")
    AGENT = "agent", _("Agent")
    OBSERVER = "observer", _("Observer")


class Theme(models.TextChoices):
    """How the desk looks for one agent."""

    SYSTEM = "system", _("As the system")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class Team(models.Model):
    """People who answer together. One team is the default that newcomers and new inboxes join."""

    name = models.CharField(max_length=80, unique=True)
    is_default = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["is_default"], condition=models.Q(is_default=True), name="one_default_team"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AgentManager(BaseUserManager["Agent"]):
    """Looks agents up by their address in any letter case."""

    def get_by_natural_key(self, username: str | None) -> "Agent":
        """The agent whose e-mail equals `username`, case ignored; raises `Agent.DoesNotExist`."""
        return self.get(email__iexact=username)


class Agent(AbstractBaseUser):
    """A person who works here and signs in by e-mail address and password."""

    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.AGENT)
    teams = models.ManyToManyField(Team, through="Membership", related_name="agents")
    language = models.CharField(max_length=5, blank=True, default="")
    time_zone = models.CharField(max_length=50, blank=True, default="")
    theme = models.CharField(max_length=8, choices=Theme.choices, default=Theme.SYSTEM)
    signature = models.TextField(blank=True, default="", max_length=2000)
    preferences = models.JSONField(default=dict, blank=True)
    is_active = models.BooleanField(default=True)
    is_away = models.BooleanField(default=False)
    away_until = models.DateTimeField(null=True, blank=True)
    last_seen_at = models.DateTimeField(null=True, blank=True)
    session_epoch = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = AgentManager()

    class Meta:
        ordering = ("name", "id")
        constraints: ClassVar = [models.UniqueConstraint(Lower("email"), name="agent_email_any_case")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_admin(self) -> bool:
        """True for the role that may do everything."""
        return self.role == Role.ADMIN

    @property
    def may_write(self) -> bool:
        """False for observers, who only read, and for people who left."""
        return self.is_active and self.role != Role.OBSERVER

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What every session of this person carries: a new password or a raised `session_epoch` ends them all."""
        value = f"{self.password}|{self.session_epoch}"
        return salted_hmac("tamada.accounts.session", value, secret=secret, algorithm="sha256").hexdigest()


class Membership(models.Model):
    """An agent's place in a team."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["agent", "team"], name="one_membership")]


class ApiToken(models.Model):
    """A key that acts as its agent through the API. Only its SHA-256 is kept; `prefix` tells tokens apart."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class Invitation(models.Model):
    """A place offered to somebody by mail; the link's token is kept only as its SHA-256."""

    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=120, blank=True, default="")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.AGENT)
    teams = models.ManyToManyField(Team, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Agent, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.name or self.email


class SignInAttempt(models.Model):
    """One failed sign-in, counted per account and per address until it is old or a success clears it."""

    account = models.CharField(max_length=254)
    address = models.GenericIPAddressField()
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["account", "at"], name="attempt_account"),
            models.Index(fields=["address", "at"], name="attempt_address"),
        ]


def default_preferences() -> dict[str, Any]:
    """What an agent is told about, until they choose otherwise: keys of `Agent.preferences`."""
    told = dict.fromkeys(("notify_assigned", "notify_mention", "notify_reply", "notify_chat"), True)
    return {**told, "digest": "daily", "evening": True}


from .models_sign_in import OpenSession, Passkey, RecoveryCode, SsoIdentity, TotpKey  # noqa: E402  they point back here

__all__ = [
    "Agent",
    "ApiToken",
    "Invitation",
    "Membership",
    "OpenSession",
    "Passkey",
    "RecoveryCode",
    "Role",
    "SignInAttempt",
    "SsoIdentity",
    "Team",
    "Theme",
    "TotpKey",
    "default_preferences",
]
