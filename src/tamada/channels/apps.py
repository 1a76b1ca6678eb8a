import threading

from django.apps import AppConfig

from tamada.core import loops


def _run_ingest(stop: threading.Event) -> None:
    from tamada.channels.ingest import run_ingest

    run_ingest(stop)


class ChannelsConfig(AppConfig):
    """Wire the room: its handlers and registry entries are loaded once Django is ready."""

    name = "tamada.channels"
    label = "channels"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The worker takes what is in the journal."""
        loops.register("ingest", _run_ingest)
