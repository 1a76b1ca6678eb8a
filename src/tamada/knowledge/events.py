"""What happens to knowledge: articles that readers see, and what they miss."""

from dataclasses import dataclass
from typing import ClassVar

from tamada.core.events import Event

EVERYBODY = frozenset({"all"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleEvent(Event):
    """About one article; `internal` says that only our own people may read it."""

    article: int
    internal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePublished(ArticleEvent):
    """Readers see new words in this language."""

    type: ClassVar[str] = "article.published"
    language: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleUnpublished(ArticleEvent):
    """Readers no longer see it: in one language, or with "" in none."""

    type: ClassVar[str] = "article.unpublished"
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleChanged(ArticleEvent):
    """Something about it changed that no reader sees as new words: a draft, its place, owner, phrasings, audience."""

    type: ClassVar[str] = "article.changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewDue(ArticleEvent):
    """The day has come on which somebody wanted to read it again."""

    type: ClassVar[str] = "article.review_due"
    owner: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpCentreChanged(Event):
    """A help centre or its categories changed."""

    type: ClassVar[str] = "help_centre.changed"
    centre: int
