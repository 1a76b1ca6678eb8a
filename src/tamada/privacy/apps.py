from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    """Wire the room: what it keeps about people itself."""

    name = "tamada.privacy"
    label = "privacy"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell what this room holds, after all others."""
        from tamada.customers import points

        from . import erasing, holdings, merging, takeout  # noqa: F401  all but merging register themselves

        points.merging.register("privacy", merging.PART)
