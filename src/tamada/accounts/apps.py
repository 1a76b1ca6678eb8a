from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Wire the room: its handlers and registry entries are loaded once Django is ready."""

    name = "tamada.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
