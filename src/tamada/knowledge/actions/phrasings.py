"""How customers ask: written by us, or proposed from what they wrote; only what was accepted teaches anybody."""

from collections.abc import Iterable
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent
from tamada.core import audit
from tamada.core.actors import SYSTEM, Actor

from ..errors import Invalid
from ..indexing import index_article
from ..models import Article, Origin, Phrasing
from ..models.centres import LANGUAGES
from .door import locked, may_publish, renew_state, require, tell

MOST: Final = 100
LONGEST: Final = 300


@transaction.atomic
def add_phrasings(
    *, agent: Agent | None, actor: Actor, article: Article, language: str, texts: Iterable[str]
) -> list[Phrasing]:
    """Write down ways to ask for an article. Those of who may not publish wait for somebody who may.

    What is known already is left as it is. Raises `PermissionDenied` or `Invalid`.
    """
    require(agent, "knowledge.write")
    wanted = [line for text in texts if (line := one_line(text))]
    if language not in LANGUAGES:
        raise Invalid(_("Choose a language."), "language")
    row = locked(article)
    known = set(row.phrasings.filter(language=language).values_list("text", flat=True))
    fresh = [text for text in dict.fromkeys(wanted) if text not in known]
    if len(known) + len(fresh) > MOST:
        raise Invalid(_("An article has at most %(most)d phrasings in a language.") % {"most": MOST}, "text")
    accepted = may_publish(agent)
    made = Phrasing.objects.bulk_create(
        Phrasing(article=row, language=language, text=text, origin=Origin.WRITTEN, accepted=accepted) for text in fresh
    )
    if made:
        said = {"language": language, "total": len(made), "accepted": accepted}
        _changed(row, actor, "article.phrasings_added", language if accepted else "", **said)
    return made


@transaction.atomic
def propose_phrasings(*, article: Article, found: Iterable[tuple[str, str, int]]) -> int:
    """Put before our people how customers asked: (language, text, id of the message). How many are new."""
    row, made = locked(article), 0
    for language, text, message_id in found:
        fields = {"article": row, "language": language, "text": one_line(text)}
        if language not in LANGUAGES or not fields["text"]:
            continue
        _one, is_new = Phrasing.objects.get_or_create(
            **fields, defaults={"origin": Origin.PROPOSED, "message_id": message_id}
        )
        made += is_new
    if made:
        tell(row, SYSTEM)
    return made


@transaction.atomic
def accept_phrasings(*, agent: Agent, actor: Actor, article: Article, ids: Iterable[int]) -> int:
    """Let phrasings that wait teach search and the assistant. How many that were."""
    require(agent, "knowledge.publish")
    row = locked(article)
    done = row.phrasings.filter(pk__in=list(ids), accepted=False).update(accepted=True)
    if done:
        _changed(row, actor, "article.phrasings_accepted", None, total=done)
    return done


@transaction.atomic
def remove_phrasing(*, agent: Agent, actor: Actor, phrasing: Phrasing) -> None:
    """Drop a phrasing; one that waits may go by who may write, one that was accepted by who may publish."""
    require(agent, "knowledge.publish" if phrasing.accepted else "knowledge.write")
    row = locked(phrasing.article)
    row.phrasings.filter(pk=phrasing.pk).delete()
    _changed(row, actor, "article.phrasing_removed", phrasing.language, language=phrasing.language)


def _changed(row: Article, actor: Actor, action: str, indexed: str | None, **said: object) -> None:
    """`indexed` is the language whose phrasings search knows by now are others; None for all, "" for none."""
    if indexed != "":
        index_article(row.pk, indexed)
        renew_state()
    audit.record(actor, action, row, **said)
    tell(row, actor)


def one_line(text: str) -> str:
    """A phrasing as it is kept."""
    return " ".join(text.replace("\0", "").split())[:LONGEST]
