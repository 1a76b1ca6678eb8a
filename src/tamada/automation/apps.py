from django.apps import AppConfig


class AutomationConfig(AppConfig):
    """Wire the room: its handlers and registry entries are loaded once Django is ready."""

    name = "tamada.automation"
    label = "automation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Fill in what this room knows itself; other rooms register further ones from their own `apps.py`."""
        from . import doings, questions

        doings.register()
        questions.register()
