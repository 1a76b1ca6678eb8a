"""Articles are read again on the day that somebody set: their owner is told once."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from tamada.core import audit, events
from tamada.core.actors import SYSTEM, Actor

from ..events import EVERYBODY, ReviewDue
from ..models import Article
from ..queries import due_for_review
from .door import tell


@transaction.atomic
def ask_to_read_again(*, actor: Actor, articles: Collection[int]) -> None:
    """Have somebody read these articles from today on, those that wait for it already aside."""
    today = timezone.localdate()
    for row in Article.objects.select_for_update().filter(pk__in=articles).exclude(due_for_review(today)):
        before, row.review_at, row.review_told_at = row.review_at, today, None
        row.save(update_fields=["review_at", "review_told_at"])
        audit.record(actor, "article.settled", row, review_at=[before, today])
        tell(row, actor)


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
