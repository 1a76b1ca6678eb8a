"""The nouns of this room."""

from .articles import Article, ArticleFile, Audience, Kind, OldSlug, SourcePath, TermCounts, Translation, Version
from .centres import Category, HelpCentre
from .learning import DeadEnd, Opinion, Origin, Phrasing, Reason
from .links import Link, LinkStatus

__all__ = [
    "Article",
    "ArticleFile",
    "Audience",
    "Category",
    "DeadEnd",
    "HelpCentre",
    "Kind",
    "Link",
    "LinkStatus",
    "OldSlug",
    "Opinion",
    "Origin",
    "Phrasing",
    "Reason",
    "SourcePath",
    "TermCounts",
    "Translation",
    "Version",
]
