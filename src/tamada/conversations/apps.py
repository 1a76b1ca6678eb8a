from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    """Wire the room: its handlers and registry entries are loaded once Django is ready."""

    name = "tamada.conversations"
    label = "conversations"
    default_auto_field = "django.db.models.BigAutoField"
