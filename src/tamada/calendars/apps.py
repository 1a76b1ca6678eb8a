from django.apps import AppConfig


class CalendarsConfig(AppConfig):
    """The room of opening hours. It has nothing to wire: others point to its calendars."""

    name = "tamada.calendars"
    label = "calendars"
    default_auto_field = "django.db.models.BigAutoField"
