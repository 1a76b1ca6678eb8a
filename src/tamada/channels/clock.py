"""Deliveries that a clock which was ahead and came back would leave waiting for ever."""

from datetime import timedelta

from django.db.models import F, Q
from django.utils import timezone

from tamada.conversations.models import Delivery

_AHEAD = timedelta(minutes=1)


def bring_back_from_the_future(*, longest_pause: float) -> int:
    """Make due what was postponed, or written to leave within moments, by a clock that was ahead; returns how many.

    What somebody wrote for a later day stays: that day is meant.
    """
    now = timezone.now()
    waiting = Delivery.objects.filter(settled_at__isnull=True, claimed_at__isnull=True, not_before__gt=now + _AHEAD)
    tried = (Q(attempts__gt=0) | ~Q(last_error="")) & Q(not_before__gt=now + _AHEAD + timedelta(seconds=longest_pause))
    written_then = Q(message__created_at__gt=now + _AHEAD, not_before__lt=F("message__created_at") + _AHEAD)
    return waiting.filter(tried | written_then).update(not_before=now)
