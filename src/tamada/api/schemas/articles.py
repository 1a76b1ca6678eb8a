"""Articles of the knowledge base."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field

from ..ids import Id
from .base import Instant
from .conversations import Named
from .queries import ListQuery

StateName = Literal["published", "draft", "out_of_date", "missing"]
LanguageName = Literal["en", "hy", "ka", "ru"]


class ArticleQuery(ListQuery):
    """Filters of articles."""

    kind: Literal["article", "snippet"] | None = None
    audience: Literal["public", "internal"] | None = None
    category: str | None = None
    updated_since: Instant | None = None
    order: Literal["updated_at", "created_at"] = Field(
        "updated_at", description="Newest change first; or by the day they were made, oldest first."
    )


class TranslationInfo(BaseModel):
    """An article in one language, as a list shows it. `title` is what is published, or what is being written."""

    language: LanguageName
    title: str
    slug: str
    state: StateName
    version: int = Field(description="How often it was published; 0: never yet.")
    published_at: datetime | None
    url: str | None = Field(description="Where customers read it; null where they can't.")


class Article(BaseModel):
    """One matter in several languages."""

    id: Id
    kind: Literal["article", "snippet"]
    audience: Literal["public", "internal"]
    category: Named | None
    owner: Id | None
    review_at: date | None
    helpful: int
    unhelpful: int
    translations: list[TranslationInfo]
    created_at: datetime
    updated_at: datetime


class Translation(TranslationInfo):
    """With its words as they are published; empty before that."""

    html: str = Field(description="Pictures and links to other articles by address.")
    text: str


class ArticlePhrasing(BaseModel):
    """One way in which customers ask for it."""

    language: LanguageName
    text: str


class WholeArticle(Article):
    """With all its words."""

    translations: list[Translation]  # type: ignore[assignment]
    phrasings: list[ArticlePhrasing]
