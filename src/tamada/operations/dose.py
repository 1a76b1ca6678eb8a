"""In which dose customers hear of their jobs by themselves: not at night, so often a day, whether of delays too, and by
which way they see more."""

from dataclasses import dataclass
from typing import Final

from tamada.accounts.zones import company_zone
from tamada.core import settings_store
from tamada.core.actors import Actor
from tamada.kit.quiet_hours import QuietHours

MOST: Final = 20
_NAMES: Final = ("quiet_from", "quiet_until", "most_a_day", "of_delays", "with_link")
settings_store.declare("notices.quiet_from", int, default=21 * 60)
settings_store.declare("notices.quiet_until", int, default=9 * 60)
settings_store.declare("notices.most_a_day", int, default=3)
settings_store.declare("notices.of_delays", bool, default=True)
settings_store.declare("notices.with_link", bool, default=True)


@dataclass(frozen=True, slots=True)
class Dose:
    """`quiet_from` and `quiet_until` are minutes of the company's day; `most_a_day` are messages to one customer;
    `with_link` is whether each leads to the page of its job.
    """

    quiet_from: int
    quiet_until: int
    most_a_day: int
    of_delays: bool
    with_link: bool

    @property
    def quiet(self) -> QuietHours:
        """The quiet hours by the company's clocks."""
        return QuietHours(self.quiet_from, self.quiet_until, company_zone())


def chosen() -> Dose:
    """What holds now."""
    return Dose(**{name: settings_store.get(f"notices.{name}") for name in _NAMES})


def choose(dose: Dose, actor: Actor) -> None:
    """Keep another dose; what did not change is not told."""
    was = chosen()
    for name in _NAMES:
        if getattr(was, name) != (value := getattr(dose, name)):
            settings_store.set(f"notices.{name}", value, actor)
