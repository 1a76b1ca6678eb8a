from django.apps import AppConfig


class AutomationConfig(AppConfig):
    """Wire the room: its handlers and registry entries are loaded once Django is ready."""

    name = "tamada.automation"
    label = "automation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the search what `is:late` means."""
        from tamada.conversations.search_operators import states

        from .queries.sla import late

        states.register("late", late)
