"""Why something was refused."""


class Invalid(Exception):
    """A value that can't be; `field` is whose it is, "" for none; `message` is for people."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.message, self.field = message, field
