from django.apps import AppConfig


class AssistantConfig(AppConfig):
    """Wire the room: its handlers and registry entries are loaded once Django is ready."""

    name = "tamada.assistant"
    label = "assistant"
    default_auto_field = "django.db.models.BigAutoField"
