"""Why the language model is of no use just now. Whoever asked goes on without it."""

from enum import StrEnum


class Reason(StrEnum):
    """What stood in the way. The desk says it in words (`desk`), the ledger counts it."""

    OFF = "off"  # no address, no model, or not for this inbox
    RESTING = "resting"  # it failed several times in a row, and is left alone for a while
    BUDGET = "budget"
    SLOW = "slow"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"  # it answered with an error
    UNREADABLE = "unreadable"  # it answered, and not in the protocol
    USELESS = "useless"  # it answered what can't be shown: no source, another language, half an answer


class Unavailable(Exception):
    """No answer that can be used; `detail` is for admins, and holds nothing of what was asked."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.detail = detail
