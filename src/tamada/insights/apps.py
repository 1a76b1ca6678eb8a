from django.apps import AppConfig


class InsightsConfig(AppConfig):
    """Wire the room: what it exports, moves and erases."""

    name = "tamada.insights"
    label = "insights"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Fill in the registries."""
        from tamada.conversations import points

        from . import erasing, privacy, takeout  # noqa: F401  they register themselves
        from .merging import PART

        points.merging.register("insights", PART)
