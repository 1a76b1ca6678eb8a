"""Why an action of this room refused. Each message is a sentence for the person who tried."""

from tamada.accounts.models import Agent


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


class NotReady(Exception):
    """A step can't be done yet: `blocked` by the names of what comes before it, or `missing` answers (fields by id)."""

    def __init__(self, *, blocked: tuple[str, ...] = (), missing: tuple[str, ...] = ()) -> None:
        super().__init__(*blocked, *missing)
        self.blocked = blocked
        self.missing = missing


class Over(Exception):
    """A job that is done or cancelled does not change."""


class AlreadyOffered(Exception):
    """It waits to be taken by somebody already: that hand-off is answered or withdrawn first."""


class Taken(Exception):
    """Somebody else was faster, or it is over; `owner` is who has it now, None for nobody of ours."""

    def __init__(self, owner: Agent | None) -> None:
        super().__init__(owner)
        self.owner = owner


class NewerVersion(Exception):
    """A service has another version than the one that was changed; `number` is the newest."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class NoLink(Exception):
    """These words open nothing: they were never given to anybody, or to somebody who was erased."""


class LinkOver(Exception):
    """This link opened something once: its time has passed, or it was taken back (`revoked`)."""

    def __init__(self, *, revoked: bool) -> None:
        super().__init__(revoked)
        self.revoked = revoked


class NotOpen(Exception):
    """What a customer wants to do is not asked of them now: it is done already, or its time has not come."""


class NoWay(Exception):
    """There is no inbox in which what a customer writes could be read, or no address at which to answer them."""
