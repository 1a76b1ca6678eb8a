"""The desk as a Django application."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Screens of the agents."""

    name = "tamada.desk"
    label = "desk"
