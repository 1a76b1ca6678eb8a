"""Why an action of this room refused. The text of each is a sentence for the person who tried."""

from .identities import InvalidIdentity
from .models import Customer, Identity

__all__ = ["CustomerError", "IdentityTaken", "Invalid", "InvalidIdentity", "MergeStays", "MergedAway"]


class CustomerError(Exception):
    """Base of the refusals of this room, invalid addresses apart."""


class Invalid(CustomerError):
    """What was given can't be taken; `field` names what it is about."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class IdentityTaken(CustomerError):
    """The address is another customer's: `identity` is theirs. Show whose it is only to who may see them."""

    def __init__(self, identity: Identity) -> None:
        super().__init__(f"{identity.type} identity {identity.pk}")
        self.identity = identity


class MergedAway(Customer.DoesNotExist):
    """This customer is another one by now, whom the asker may see: `into` is their id."""

    def __init__(self, into: int) -> None:
        super().__init__(f"merged into {into}")
        self.into = into


class MergeStays(CustomerError):
    """A merge that can't be undone: it was undone before, or (`later`) another one must be undone first."""

    def __init__(self, later: int | None = None) -> None:
        super().__init__("undone before" if later is None else f"merge {later} came later")
        self.later = later
