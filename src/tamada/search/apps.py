from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Wire the room: its handlers and registry entries are loaded once Django is ready."""

    name = "tamada.search"
    label = "search"
    default_auto_field = "django.db.models.BigAutoField"
