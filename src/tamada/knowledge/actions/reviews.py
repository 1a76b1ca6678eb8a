"""Articles are read again on the day that somebody set: their owner is told once."""

from django.db import transaction
from django.utils import timezone

from tamada.core import events
from tamada.core.actors import SYSTEM

from ..events import EVERYBODY, ReviewDue
from ..models import Article


def tell_reviews() -> int:
    """Tell the owners of what is due; how many articles that are."""
    today, total = timezone.localdate(), 0
    due = Article.objects.filter(review_at__lte=today, review_told_at=None, owner__is_active=True)
    for pk, owner, internal in due.values_list("pk", "owner", "audience"):
        with transaction.atomic():
            if not Article.objects.filter(pk=pk, review_told_at=None).update(review_told_at=today):
                continue
            told = ReviewDue(audience=EVERYBODY, article=pk, internal=internal != "public", owner=owner or 0)
            events.record(told, actor=SYSTEM)
        total += 1
    return total
