"""Links to a customer's own requests, and what they did there."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tamada.customers.models import Customer

from .jobs import Job


class RequestLink(models.Model):
    """A way into one customer's requests, or into one `job` alone. Of its words only a digest is stored: nobody can
    read a link out of here.

    Without `made_by` it was made for a message that goes out by itself.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="request_links")
    job = models.ForeignKey(Job, on_delete=models.CASCADE, null=True, blank=True, db_index=False, related_name="links")
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(db_index=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-id")
        indexes: ClassVar = [
            models.Index(fields=["job"], condition=models.Q(job__isnull=False), name="request_link_job"),
        ]

    def __str__(self) -> str:
        return f"link {self.pk}"

    @property
    def is_living(self) -> bool:
        """Whether it opens anything."""
        return self.revoked_at is None and self.expires_at > timezone.now()


class ActKind(models.TextChoices):
    """What a customer did. Choosing a moment anew is `moved`."""

    APPROVED = "approved", _("agreed")
    DECLINED = "declined", _("did not agree")
    ANSWERED = "answered", _("answered")
    CHOSE = "chose", _("chose a time")
    MOVED = "moved", _("chose another time")
    SENT = "sent", _("sent files")
    ASKED = "asked", _("asked a question")
    BEGAN = "began", _("asked for this job")


class JobAct(models.Model):
    """Something that a customer did in a job of theirs, by one filling of a form: `key` names it, so that the same form
    sent twice is one act. `moment` is the time that they chose, `words` their reason, what a job that they began is
    about, or the names of files.
    """

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="acts")
    step = models.CharField(max_length=60, blank=True, default="")
    kind = models.CharField(max_length=8, choices=ActKind.choices)
    key = models.CharField(max_length=64)
    moment = models.DateTimeField(null=True, blank=True)
    words = models.CharField(max_length=500, blank=True, default="")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-at", "-id")
        constraints: ClassVar = [models.UniqueConstraint(fields=["job", "key"], name="job_act_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
