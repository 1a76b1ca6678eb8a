import threading

from django.apps import AppConfig

from tamada.core import loops


def _run_ingest(stop: threading.Event) -> None:
    from tamada.channels.ingest import run_ingest

    run_ingest(stop)


def _serve_reader(stop: threading.Event) -> None:
    from tamada.channels.reading import serve

    serve(stop)


class ChannelsConfig(AppConfig):
    """Wire the room: its handlers and registry entries are loaded once Django is ready."""

    name = "tamada.channels"
    label = "channels"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The worker takes what is in the journal, as the reader read it."""
        from . import erasing, expiry, privacy  # noqa: F401  what is only imported registers itself

        loops.register("ingest", _run_ingest)
        loops.register("reading", _serve_reader, process="reader")
