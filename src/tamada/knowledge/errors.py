"""Why an action of this room refused. Each message is a sentence for the person who tried."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .models import Translation


class Invalid(Exception):
    """What was given can't be taken; `field` names the form field it is about, or is empty."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class InUse(Exception):
    """It can't go: something stands in it."""


class Stale(Exception):
    """Somebody else changed the words meanwhile; `translation` is as they left it."""

    def __init__(self, translation: "Translation") -> None:
        super().__init__("changed meanwhile")
        self.translation = translation


class TooMuch(Invalid):
    """More files or bytes than are taken at once."""
