"""What an admin settles about the language model. Until an address, a model and an inbox are named it is off."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

from tamada.core import settings_store

SECONDS: Final = (2, 30)
"""The least and the most that somebody can be let wait for it."""

settings_store.declare("llm.url", str, default="")
settings_store.declare("llm.model", str, default="")
settings_store.declare("llm.key", str, default="", secret=True)
settings_store.declare("llm.seconds", int, default=10)
settings_store.declare("llm.inboxes", list, default=[])
settings_store.declare("llm.day_tokens", int, default=200_000)
settings_store.declare("llm.month_tokens", int, default=3_000_000)
settings_store.declare("llm.price_in", float, default=0.0)
settings_store.declare("llm.price_out", float, default=0.0)
settings_store.declare("llm.day_money", float, default=0.0)
settings_store.declare("llm.month_money", float, default=0.0)
settings_store.declare("llm.currency", str, default="USD")


@dataclass(frozen=True, slots=True)
class Configured:
    """All of it. `day` and `month` are limits: tokens, then money (0: money is not limited)."""

    url: str
    model: str
    key: str
    seconds: int
    inboxes: frozenset[int]
    day: tuple[int, float]
    month: tuple[int, float]
    prices: tuple[float, float]
    currency: str

    @property
    def is_named(self) -> bool:
        """Whether there is somebody to ask at all."""
        return bool(self.url and self.model)

    def serves(self, inbox: int) -> bool:
        """Whether what came into this inbox may be asked about."""
        return self.is_named and inbox in self.inboxes

    def micro(self, tokens_in: int, tokens_out: int) -> int:
        """What so many tokens cost, in millionths: prices are for a million."""
        return round(tokens_in * self.prices[0] + tokens_out * self.prices[1])


def configured() -> Configured:
    """As it stands; the environment's address goes before the stored one."""
    get = settings_store.get
    return Configured(
        url=settings.TAMADA.llm_url or str(get("llm.url")),
        model=str(get("llm.model")),
        key=str(get("llm.key")),
        seconds=int(get("llm.seconds")),
        inboxes=frozenset(int(pk) for pk in get("llm.inboxes")),
        day=(int(get("llm.day_tokens")), float(get("llm.day_money"))),
        month=(int(get("llm.month_tokens")), float(get("llm.month_money"))),
        prices=(float(get("llm.price_in")), float(get("llm.price_out"))),
        currency=str(get("llm.currency")),
    )


def serves(inbox: int) -> bool:
    """Whether there is a language model for what came into this inbox."""
    return configured().serves(inbox)


def inner_hosts() -> frozenset[str]:
    """Hosts inside that may be asked: those that the owner of the server named."""
    named = urlsplit(settings.TAMADA.llm_url or "").hostname
    return settings.TAMADA.inner_hosts | ({named} if named else frozenset())
