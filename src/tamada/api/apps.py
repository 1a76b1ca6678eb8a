from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The face for programs; its door is `middleware.ApiMiddleware`."""

    name = "tamada.api"
    label = "api"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell what this room keeps about people."""
        from . import erasing  # noqa: F401  registers itself
