"""Why an action of this room refused. Each message is a sentence for the person who tried."""


class Invalid(Exception):
    """What was given can't be taken; `field` names the form field it is about, or is empty."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class ReasonOwed(Exception):
    """A promise is not broken or put off without a word about why."""


class Settled(Exception):
    """It has been kept or broken already, and that is not changed silently: open it again first."""
