from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Wire the room: its handlers and registry entries are loaded once Django is ready."""

    name = "tamada.notifications"
    label = "notifications"
    default_auto_field = "django.db.models.BigAutoField"
