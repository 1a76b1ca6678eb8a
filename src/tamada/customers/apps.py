from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Wire the room: its handlers and registry entries are loaded once Django is ready."""

    name = "tamada.customers"
    label = "customers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell search what this room holds and how to look for it."""
        from tamada.search import upkeep
        from tamada.search.queries import providers
        from tamada.search.vocabulary import Kind

        from . import erasing, indexing, privacy, search  # noqa: F401  what is only imported registers itself

        providers.register("customers", search.search)
        customers = upkeep.Source(Kind.CUSTOMER, indexing.documents_after, indexing.total, indexing.count)
        upkeep.sources.register("customers", customers)
