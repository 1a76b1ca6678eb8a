from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Pages of customers, and where they read an article."""

    name = "tamada.portal"
    label = "portal"

    def ready(self) -> None:
        """Tell the room of articles where customers read them."""
        from tamada.knowledge import points

        from .help.places import address_of

        points.addresses.register(points.PUBLIC, address_of)
