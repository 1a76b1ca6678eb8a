"""Why a request of somebody who reads is refused."""


class Busy(Exception):
    """Too much at once; it may be tried again after so many seconds."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Foreign(Exception):
    """A form of another site."""
