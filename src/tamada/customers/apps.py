from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Wire the room: its handlers and registry entries are loaded once Django is ready."""

    name = "tamada.customers"
    label = "customers"
    default_auto_field = "django.db.models.BigAutoField"
