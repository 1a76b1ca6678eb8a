from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    """Wire the room: its handlers and registry entries are loaded once Django is ready."""

    name = "tamada.conversations"
    label = "conversations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the rooms below what they can't know: who hears of which inbox, who sees which customer."""
        from tamada.accounts.queries import audience_sources
        from tamada.customers import points
        from tamada.search import upkeep
        from tamada.search.queries import providers
        from tamada.search.vocabulary import Kind

        from . import customers, erasing, expiry, indexing, mentions, privacy, search  # noqa: F401  what is only imported registers itself
        from .access import inbox_keys

        audience_sources.register("conversations", inbox_keys)
        points.visibility.register("conversations", customers.narrow)
        points.audience.register("conversations", customers.audience)
        points.timeline.register("message", customers.timeline)
        points.merging.register("conversations", customers.MERGING)
        providers.register("conversations", search.search)
        messages = upkeep.Source(Kind.MESSAGE, indexing.documents_after, indexing.total, indexing.count)
        upkeep.sources.register("messages", messages)
