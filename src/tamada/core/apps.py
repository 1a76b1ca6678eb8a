from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "tamada.core"
    label = "core"

    def ready(self) -> None:
        """Find every room's handlers and tasks, so that whichever process runs one knows it by name."""
        from tamada.core import wiring

        wiring.discover()
