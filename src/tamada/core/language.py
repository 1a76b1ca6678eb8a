"""The language in which somebody is spoken to now."""

from django.utils.translation import get_language


def readers_language() -> str:
    """Two letters, as texts are kept by: "hy" however a browser names its Armenian; English where none is chosen."""
    return (get_language() or "en").split("-")[0]
