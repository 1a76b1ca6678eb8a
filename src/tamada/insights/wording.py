"""What reasons are called. Call with the reader's language active."""

from collections.abc import Iterable, Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .troubles import Reason

REASONS: Final[Mapping[str, str | Promise]] = {
    Reason.ANGRY: _("Angry, or about to leave"),
    Reason.COMPLAINT: _("Complains"),
    Reason.AGAIN: _("Had to ask again"),
    Reason.LATE: _("A deadline passed"),
    Reason.REOPENED: _("Came back after it was closed"),
    Reason.ASSISTANT: _("The assistant did not help"),
    Reason.WAITING: _("Has waited long"),
}


def reasons(codes: Iterable[str]) -> list[str]:
    """Their names, those of today's program."""
    return [str(REASONS[code]) for code in codes if code in REASONS]
