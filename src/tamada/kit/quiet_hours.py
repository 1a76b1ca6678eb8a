"""Hours of the day in which nobody is disturbed."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From one minute of the day until another, by a zone's clocks; over midnight where `until` is the earlier one.

    The same minute twice is no quiet at all.
    """

    begins: int
    until: int
    tz: tzinfo = UTC

    def __post_init__(self) -> None:
        if not (0 <= self.begins < _DAY and 0 <= self.until < _DAY):
            raise ValueError("A minute of the day is 0 to 1439.")

    def is_quiet(self, at: datetime) -> bool:
        """Whether nobody is to be disturbed at that moment."""
        local = at.astimezone(self.tz)
        minute = local.hour * 60 + local.minute
        if self.begins <= self.until:
            return self.begins <= minute < self.until
        return minute >= self.begins or minute < self.until

    def ends(self, at: datetime) -> datetime:
        """The moment itself, or the end of the quiet that it falls into; in UTC."""
        if not self.is_quiet(at):
            return at.astimezone(UTC)
        local = at.astimezone(self.tz)
        day = local.date() + timedelta(days=local.hour * 60 + local.minute >= self.until)
        end = datetime.combine(day, time(*divmod(self.until, 60)), self.tz).astimezone(UTC)
        # Where clocks jump over the end, or back into the quiet, it ends a little later.
        while self.is_quiet(end):
            end += timedelta(minutes=15)
        return max(end, at.astimezone(UTC))
