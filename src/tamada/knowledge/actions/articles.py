"""Articles: making, settling whose and whom they are for, deleting and bringing back."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent
from tamada.core import audit, storage
from tamada.core.actors import Actor

from ..errors import Invalid
from ..events import EVERYBODY, ArticleUnpublished
from ..indexing import index_article
from ..models import Article, ArticleFile, Audience, Category, Kind
from .door import locked, may_publish, renew_state, require, tell

KEPT: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """An article as it is to be, but for its words."""

    category: Category | None = None
    kind: str = Kind.ARTICLE
    audience: str = Audience.PUBLIC
    owner: Agent | None = None
    review_at: date | None = None
    position: int = 0

    def fields(self) -> dict[str, Any]:
        """What the row holds. Raises `Invalid`."""
        if self.kind not in Kind.values or self.audience not in Audience.values:
            raise Invalid(_("Choose who may read it."), "audience")
        if self.owner is not None and not self.owner.may_write:
            raise Invalid(_("Choose somebody who works here."), "owner")
        is_snippet = self.kind == Kind.SNIPPET
        return {
            "category": None if is_snippet else self.category,
            "kind": self.kind,
            "audience": Audience.INTERNAL if is_snippet else self.audience,
            "owner": self.owner,
            "review_at": self.review_at,
            "position": max(0, self.position),
        }


@transaction.atomic
def create_article(*, agent: Agent | None, actor: Actor, settled: Settled) -> Article:
    """Make an article, without words yet. Raises `PermissionDenied` or `Invalid`."""
    require(agent, "knowledge.write")
    article = Article.objects.create(made_by=agent, **settled.fields())
    audit.record(actor, "article.added", article, kind=article.kind, audience=article.audience)
    tell(article, actor)
    return article


@transaction.atomic
def update_article(*, agent: Agent | None, actor: Actor, article: Article, settled: Settled) -> Article:
    """Settle anew whom it is for, whose it is, and where it stands.

    What is seen by readers moves for who may publish alone; the others change what nobody has published yet. Raises
    `PermissionDenied` or `Invalid`.
    """
    require(agent, "knowledge.write")
    row, fields = locked(article), settled.fields()
    before = {name: getattr(row, name) for name in fields}
    changed = {name: value for name, value in fields.items() if before[name] != value}
    if not changed:
        return row
    published = row.translations.filter(is_published=True).exists()
    if published and changed.keys() & {"category", "kind", "audience", "position"} and not may_publish(agent):
        raise PermissionDenied("knowledge.publish")
    if "review_at" in changed:
        changed["review_told_at"] = None
    for name, value in changed.items():
        setattr(row, name, value)
    row.save(update_fields=list(changed))
    if published:
        index_article(row.pk)
        renew_state()
    said = {name: [_short(before.get(name)), _short(value)] for name, value in changed.items()}
    audit.record(actor, "article.settled", row, **said)
    hidden = published and before["audience"] == Audience.PUBLIC and not row.is_public
    gone = ArticleUnpublished(audience=EVERYBODY, article=row.pk, internal=True)
    tell(row, actor, *((gone,) if hidden else ()))
    return row


def _short(value: Any) -> Any:
    return value.pk if isinstance(value, (Agent, Category)) else value


@transaction.atomic
def delete_article(*, agent: Agent | None, actor: Actor, article: Article) -> None:
    """Take an article away; for 30 days it can be brought back. Who may not publish deletes what they made themselves
    and nobody has published."""
    require(agent, "knowledge.write")
    row = locked(article)
    own = agent is not None and row.made_by_id == agent.pk and not row.translations.filter(version__gt=0).exists()
    if not (may_publish(agent) or own):
        raise PermissionDenied("knowledge.publish")
    row.deleted_at, row.deleted_by = timezone.now(), agent
    row.save(update_fields=["deleted_at", "deleted_by"])
    index_article(row.pk)
    renew_state()
    audit.record(actor, "article.deleted", row)
    tell(row, actor, ArticleUnpublished(audience=EVERYBODY, article=row.pk, internal=not row.is_public))


@transaction.atomic
def restore_article(*, agent: Agent, actor: Actor, article: Article) -> Article:
    """Bring a deleted article back as it was: who deleted it, or who may publish."""
    require(agent, "knowledge.write")
    row = Article.everything.select_for_update().get(pk=article.pk)
    if row.deleted_at is None:
        return row
    if row.deleted_by_id != agent.pk:
        require(agent, "knowledge.publish")
    row.deleted_at = row.deleted_by = None
    row.save(update_fields=["deleted_at", "deleted_by"])
    index_article(row.pk)
    renew_state()
    audit.record(actor, "article.restored", row)
    tell(row, actor)
    return row


def purge_deleted(*, actor: Actor) -> int:
    """Remove for good what was deleted long enough ago, with its files; returns how many articles went."""
    until, total = timezone.now() - KEPT, 0
    while (row := Article.everything.filter(deleted_at__lt=until).first()) is not None:
        blobs = list(ArticleFile.objects.filter(article=row).values_list("blob", flat=True))
        with transaction.atomic():
            audit.record(actor, "article.purged", row)
            row.delete()
        storage.delete(*blobs)
        total += 1
    return total
