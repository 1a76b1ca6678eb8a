from django.apps import AppConfig


class TransferConfig(AppConfig):
    """Wire the room: its tasks are found once Django is ready."""

    name = "tamada.transfer"
    label = "transfer"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell what this room keeps about people."""
        from . import erasing  # noqa: F401  registers itself
