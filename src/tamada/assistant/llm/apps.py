from django.apps import AppConfig


class LlmConfig(AppConfig):
    """Two tables of numbers; everything else is imported by who asks."""

    name = "tamada.assistant.llm"
    label = "llm"
    default_auto_field = "django.db.models.BigAutoField"
