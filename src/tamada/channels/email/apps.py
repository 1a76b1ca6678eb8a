from django.apps import AppConfig


class EmailConfig(AppConfig):
    """Wire the room: its handlers and registry entries are loaded once Django is ready."""

    name = "tamada.channels.email"
    label = "email"
    default_auto_field = "django.db.models.BigAutoField"
