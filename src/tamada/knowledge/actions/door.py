"""What every write of this room goes through: may they, and who has to know."""

import secrets

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.accounts.permissions import allowed
from tamada.core import events, settings_store
from tamada.core.actors import Actor

from ..events import EVERYBODY, ArticleChanged, ArticleEvent
from ..models import Article

STATE = "knowledge.state"
settings_store.declare(STATE, str, default="")


def require(agent: Agent | None, permission: str) -> None:
    """Let through or raise `PermissionDenied`. `agent` None: the system or the command line."""
    if agent is not None and not allowed(agent, permission):
        raise PermissionDenied(permission)


def may_publish(agent: Agent | None) -> bool:
    """Whether what they write may be seen by readers at once."""
    return agent is None or allowed(agent, "knowledge.publish")


def locked(article: Article) -> Article:
    """The article as it is now, for a change in this transaction. Raises `Article.DoesNotExist` once it is deleted."""
    return Article.objects.select_for_update().get(pk=article.pk)


def tell(article: Article, actor: Actor, *more: ArticleEvent) -> None:
    """Let everybody know that an article changed, with what else happened to it."""
    Article.everything.filter(pk=article.pk).update(changed_at=timezone.now())
    changed = ArticleChanged(audience=EVERYBODY, article=article.pk, internal=not article.is_public)
    events.record(changed, *more, actor=actor)


def renew_state() -> None:
    """What answers and phrasings there are has changed: whoever learnt from them learns again."""
    settings_store.note(STATE, secrets.token_hex(8))
