from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Wire the room: its handlers and registry entries are loaded once Django is ready."""

    name = "tamada.notifications"
    label = "notifications"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """What was told of a conversation goes where it goes."""
        from tamada.conversations import points

        from .models import Notification

        points.merging.register("notifications", points.rows_of(Notification.objects))
