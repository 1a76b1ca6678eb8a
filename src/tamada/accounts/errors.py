"""Why an action of this room refused. Each message is a sentence for the person who tried."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .models import Agent


class Invalid(Exception):
    """What was given can't be taken; `field` names the form field it is about, or is empty."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class LinkGone(Exception):
    """A one-time link was used, withdrawn, or is too old."""


class SignInRefused(Exception):
    """Wrong password, unknown account or somebody who left: nobody is told which."""


class SecondFactorNeeded(Exception):
    """The password is right, and nobody is signed in by it alone: a code or a passkey is still owed."""

    def __init__(self, agent: "Agent") -> None:
        super().__init__("a second factor is needed")
        self.agent = agent


class LockedOut(Exception):
    """Too many failures; `seconds` until the next try is looked at."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"locked for {seconds} s")
        self.seconds = seconds
