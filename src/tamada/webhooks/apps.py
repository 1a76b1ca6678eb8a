import threading

from django.apps import AppConfig

from tamada.core import loops


def _send(stop: threading.Event) -> None:
    from tamada.webhooks.sender import run_sender

    run_sender(stop)


class WebhooksConfig(AppConfig):
    """Wire the room; what it runs is imported only by the process that runs it."""

    name = "tamada.webhooks"
    label = "webhooks"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The worker sends, in threads of its own: a slow receiver holds up no task and no other receiver."""
        from . import erasing  # noqa: F401  registers itself

        loops.register("webhooks", _send)
