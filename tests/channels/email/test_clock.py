"""The clock was a year ahead and came back: mail that was written or postponed meanwhile leaves all the same."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tamada.channels.clock import bring_back_from_the_future
from tamada.channels.email.outbox import PAUSES
from tamada.conversations.actions import send_reply
from tamada.conversations.models import Conversation, Delivery, Message
from tamada.core.actors import SYSTEM
from tests.channels.conftest import mail

YEAR, UNDO, WEEK = timedelta(days=365), timedelta(seconds=10), timedelta(days=7)


@pytest.mark.parametrize(
    ("written", "leaves", "fields", "is_due"),
    [
        (YEAR, YEAR + UNDO, {}, True),
        (timedelta(0), YEAR, {"attempts": 1, "last_error": "Connection refused"}, True),
        (timedelta(0), YEAR, {"last_error": "Too many in an hour"}, True),
        (timedelta(0), WEEK, {}, False),
        (YEAR, YEAR + WEEK, {}, False),
        (timedelta(0), timedelta(seconds=PAUSES[-1]), {"attempts": 9, "last_error": "Connection refused"}, False),
        (timedelta(0), UNDO, {}, False),
    ],
)
def test_only_what_a_wrong_clock_put_off_is_due(deliver, teammate, written, leaves, fields, is_due):
    deliver(mail())
    message = send_reply(agent=teammate, actor=SYSTEM, conversation=Conversation.objects.get(), text="Soon.")
    now = timezone.now()
    Message.objects.filter(pk=message.pk).update(created_at=now + written)
    Delivery.objects.filter(message=message).update(not_before=now + leaves, **fields)
    assert bring_back_from_the_future(longest_pause=max(PAUSES)) == is_due
    assert (Delivery.objects.get().not_before <= timezone.now()) == is_due
