from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The face for programs; its door is `middleware.ApiMiddleware`."""

    name = "tamada.api"
    label = "api"
    default_auto_field = "django.db.models.BigAutoField"
