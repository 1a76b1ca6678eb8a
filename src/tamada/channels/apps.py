from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    """Wire the room: its handlers and registry entries are loaded once Django is ready."""

    name = "tamada.channels"
    label = "channels"
    default_auto_field = "django.db.models.BigAutoField"
