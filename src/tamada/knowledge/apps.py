from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    """Wire the room: what it indexes, answers with, exports and erases."""

    name = "tamada.knowledge"
    label = "knowledge"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Fill in the registries."""
        from tamada.core.answers import answer_sources
        from tamada.search import upkeep
        from tamada.search.queries import providers
        from tamada.search.vocabulary import Kind

        from . import erasing, indexing, search, takeout  # noqa: F401  two register themselves
        from .answers import Articles

        providers.register("articles", search.search)
        source = upkeep.Source(Kind.ARTICLE, indexing.documents_after, indexing.total, indexing.count)
        upkeep.sources.register("articles", source)
        answer_sources.register("knowledge", Articles())
