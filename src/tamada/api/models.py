"""What the API itself remembers."""

from typing import ClassVar

from django.db import models

from tamada.accounts.models import ApiToken


class StoredResponse(models.Model):
    """The answer to a POST with an `Idempotency-Key`, replayed when the request comes again within 24 hours.

    `digest` is the SHA-256 of method, path and body: the same key on another request is refused.
    """

    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    location = models.CharField(max_length=200, blank=True, default="")
    body = models.TextField(blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["token", "key"], name="one_stored_response")]
        indexes: ClassVar = [models.Index(fields=["created_at"], name="stored_response_age")]

    def __str__(self) -> str:
        return f"{self.token_id} {self.status}"
