from django.apps import AppConfig


class AutomationConfig(AppConfig):
    """Wire the room: its handlers and registry entries are loaded once Django is ready."""

    name = "tamada.automation"
    label = "automation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Fill in what this room knows itself; other rooms register further ones from their own `apps.py`."""
        from tamada.conversations import points
        from tamada.conversations.search_operators import states

        from . import doings, erasing, questions, view_questions  # noqa: F401  erasing registers itself
        from .models import RuleTrace
        from .queries.sla import late

        doings.register()
        questions.register()
        view_questions.register()
        points.merging.register("rules", points.rows_of(RuleTrace.objects))
        states.register("late", late)
