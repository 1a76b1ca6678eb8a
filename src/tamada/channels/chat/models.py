"""Visitors, what they and we said as they see it, and files they have not sent yet."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tamada.conversations.models import Attachment, Conversation, Inbox, Message
from tamada.customers.models import Customer


class Visitor(models.Model):
    """One browser on the site of one chat inbox.

    Of its token only the SHA-256 is kept. `user` is who they are on that site, set once and only with the site's proof
    (HMAC), and with it another token; `email` was merely typed. `customer` is NULL until they first write.
    """

    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, related_name="+")
    token = models.CharField(max_length=64, unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    user = models.CharField(max_length=200, blank=True, default="")
    name = models.CharField(max_length=160, blank=True, default="")
    email = models.CharField(max_length=254, blank=True, default="")
    language = models.CharField(max_length=5, blank=True, default="")
    page = models.CharField(max_length=1000, blank=True, default="")
    referrer = models.CharField(max_length=1000, blank=True, default="")
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["inbox", "user"], name="visitor_user", condition=~Q(user="")),
            models.Index(fields=["seen_at"], name="visitor_idle", condition=Q(customer__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"visitor {self.pk}"


class Thread(models.Model):
    """A conversation as its visitor sees it: what is in it is `Line`s, numbered by `last_seq` without gaps.

    Nothing else of the conversation is theirs to see, whatever is merged into it. `conversation` follows merges.
    `got_seq` and `read_seq` say how far their browser has our answers, `seen_seq` how far we have read what they wrote.
    `answered_seq` is our last line, and `agents` are the names under our lines, the newest first.
    """

    visitor = models.ForeignKey(Visitor, on_delete=models.CASCADE, related_name="threads")
    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, related_name="+")
    user = models.CharField(max_length=200, blank=True, default="")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="chat_threads")
    last_seq = models.PositiveIntegerField(default=0)
    got_seq = models.PositiveIntegerField(default=0)
    read_seq = models.PositiveIntegerField(default=0)
    seen_seq = models.PositiveIntegerField(default=0)
    answered_seq = models.PositiveIntegerField(default=0)
    agents = models.JSONField(default=list)
    created_at = models.DateTimeField()
    last_activity_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["inbox", "user"], name="thread_user", condition=~Q(user=""))]

    def __str__(self) -> str:
        return f"thread {self.pk}"


class Line(models.Model):
    """One message in a thread, from the moment the visitor may see it. `mailed_at`: it went out by e-mail, unseen."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="lines")
    seq = models.PositiveIntegerField()
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="chat_lines")
    is_ours = models.BooleanField()
    created_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("seq",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["thread", "seq"], name="one_line_seq"),
            models.UniqueConstraint(fields=["thread", "message"], name="one_line"),
        ]

    def __str__(self) -> str:
        return f"{self.thread_id}/{self.seq}"


class Upload(models.Model):
    """A visitor's file that is in no message yet; `conversations.drop_uploads` forgets it after a day."""

    visitor = models.ForeignKey(Visitor, on_delete=models.CASCADE, related_name="uploads")
    attachment = models.OneToOneField(Attachment, on_delete=models.CASCADE, related_name="+")
