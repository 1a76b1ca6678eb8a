from django.apps import AppConfig


class AssistantConfig(AppConfig):
    """Wire the room: its handlers and registry entries are loaded once Django is ready."""

    name = "tamada.assistant"
    label = "assistant"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Nobody is given what the assistant talks in; what it keeps of people is told, merged and erased."""
        from tamada.automation.points import held_back
        from tamada.conversations import points

        from . import erasing, metrics, privacy, queries, takeout  # noqa: F401  what is only imported registers itself
        from .merging import PART

        held_back.register("assistant", queries.talking)
        points.merging.register("assistant", PART)
