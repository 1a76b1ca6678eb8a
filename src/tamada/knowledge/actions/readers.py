"""What readers leave behind: whether it helped, and what they looked for in vain. Nobody signs in for it."""

import re
from typing import Final

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent
from tamada.core import audit
from tamada.core.actors import Actor
from tamada.kit.text import fold

from ..errors import Invalid
from ..models import Article, DeadEnd, HelpCentre, Opinion, Reason, Translation
from ..models.centres import LANGUAGES
from .door import require

MOST_DEAD_ENDS: Final = 5_000
_TELLING = re.compile(r"@|\d{4,}")
_WORD = re.compile(r"\w+")


@transaction.atomic
def give_opinion(*, translation: Translation, helpful: bool, reason: str = "", comment: str = "") -> Opinion:
    """Keep whether an article helped a reader, and why not. Raises `Invalid` for a reason that there isn't."""
    if reason and reason not in Reason.values:
        raise Invalid(_("Choose a reason."), "reason")
    given = Opinion.objects.create(
        translation=translation,
        version=translation.version,
        helpful=helpful,
        reason="" if helpful else reason,
        comment=" ".join(comment.replace("\0", "").split())[:1000],
    )
    counted = "helpful" if helpful else "unhelpful"
    Article.objects.filter(pk=translation.article_id).update(**{counted: F(counted) + 1})
    return given


@transaction.atomic
def explain_opinion(*, opinion: Opinion, reason: str, comment: str = "") -> None:
    """Add to an opinion why it did not help: readers say that after they have said no."""
    if reason not in Reason.values:
        raise Invalid(_("Choose a reason."), "reason")
    said = " ".join(comment.replace("\0", "").split())[:1000]
    Opinion.objects.filter(pk=opinion.pk, helpful=False).update(reason=reason, comment=said)


@transaction.atomic
def note_dead_end(*, centre: HelpCentre, language: str, words: str) -> DeadEnd | None:
    """Count a search that led nowhere; None for one that says nothing, or something about somebody."""
    folded = " ".join(_WORD.findall(fold(words)))
    if language not in LANGUAGES or _TELLING.search(words) or not 2 <= len(folded) <= 100:
        return None
    known = DeadEnd.objects.filter(centre=centre, language=language, words=folded)
    if known.update(count=F("count") + 1, last_at=timezone.now()):
        return known.first()
    if DeadEnd.objects.count() >= MOST_DEAD_ENDS:
        rarest = DeadEnd.objects.order_by("count", "last_at").values_list("pk", flat=True)[: MOST_DEAD_ENDS // 10]
        DeadEnd.objects.filter(pk__in=list(rarest)).delete()
    made, _new = DeadEnd.objects.get_or_create(
        centre=centre, language=language, words=folded, defaults={"last_at": timezone.now()}
    )
    return made


@transaction.atomic
def dismiss_dead_end(*, agent: Agent, actor: Actor, dead_end: DeadEnd, dismissed: bool = True) -> None:
    """Say that a search in vain needs nothing more, or take that back."""
    require(agent, "knowledge.publish")
    DeadEnd.objects.filter(pk=dead_end.pk).update(dismissed_at=timezone.now() if dismissed else None)
    audit.record(actor, "dead_end.dismissed" if dismissed else "dead_end.taken_up", dead_end)
