"""Services: what is delivered again and again, each in versions that never change."""

from datetime import datetime
from functools import lru_cache
from typing import ClassVar

from django.conf import settings
from django.db import models

from tamada.accounts.models import Team
from tamada.calendars.models import Calendar
from tamada.kit.services.reading import read
from tamada.kit.services.template import Service as Template


class Service(models.Model):
    """A kind of work. `key` is its id in the template; `version` the number of its latest version.

    Its `team` delivers it and `calendar` says what time counts; without them the team and hours of the conversation
    that a job began in do. One that is not active starts no new jobs.
    """

    key = models.SlugField(max_length=60, unique=True)
    version = models.PositiveIntegerField(default=1)
    team = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ("key",)

    def __str__(self) -> str:
        return self.key


class ServiceVersion(models.Model):
    """One state of a template, as the YAML it was given in. Jobs keep the version that they began by."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("service", "-number")
        constraints: ClassVar = [models.UniqueConstraint(fields=["service", "number"], name="service_version_once")]

    def __str__(self) -> str:
        return f"version {self.number}"

    @property
    def template(self) -> Template:
        """What it says."""
        return _template(self.pk, self.created_at)


@lru_cache(maxsize=256)
def _template(pk: int, _created_at: datetime) -> Template:
    return read(ServiceVersion.objects.values_list("text", flat=True).get(pk=pk))


class Pace(models.Model):
    """How long a step of a service has taken of late, in minutes of working time, the newest last.

    `minutes` are those from its opening until it was done, `worked` those from when somebody began it.
    """

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="paces")
    step = models.CharField(max_length=60)
    minutes = models.JSONField(default=list)
    worked = models.JSONField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["service", "step"], name="pace_once")]
