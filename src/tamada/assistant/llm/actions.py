"""Setting the language model up, and trying whether it answers."""

from collections.abc import Collection
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tamada.accounts.errors import Invalid
from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.conversations.models import Inbox
from tamada.core import settings_store
from tamada.core.actors import Actor
from tamada.kit.http import is_named

from . import breaker, checks, client, prompts
from .settings import SECONDS, configured, inner_hosts

__all__ = ["try_language_model", "update_language_model"]

_HELLO_TOKENS: Final = 60


def update_language_model(
    *,
    agent: Agent,
    actor: Actor,
    url: str,
    model: str,
    key: str,
    seconds: int,
    inboxes: Collection[Inbox],
    day_tokens: int,
    month_tokens: int,
    price_in: float,
    price_out: float,
    day_money: float,
    month_money: float,
    currency: str,
) -> None:
    """Settle all of it. An empty key keeps the stored one, unless the address is another. Raises `Invalid`.

    A key is never sent to another host than the one it was given for.
    """
    require(agent, "company.settings")
    url = _checked_url(url.strip())
    values: dict[str, Any] = {
        "url": url,
        "model": model.strip(),
        "seconds": min(max(seconds, SECONDS[0]), SECONDS[1]),
        "inboxes": sorted(inbox.pk for inbox in inboxes),
        "day_tokens": day_tokens,
        "month_tokens": month_tokens,
        "price_in": price_in,
        "price_out": price_out,
        "day_money": day_money,
        "month_money": month_money,
        "currency": currency.strip().upper()[:3] or "USD",
    }
    if key or urlsplit(url).netloc != urlsplit(str(settings_store.get("llm.url"))).netloc:
        values["key"] = key
    with transaction.atomic():
        for name, value in values.items():
            if settings_store.get(f"llm.{name}") != value:
                settings_store.set(f"llm.{name}", value, actor)
        breaker.close()


def _checked_url(url: str) -> str:
    """Outside by https only; inside where the owner of the server said so. The environment's own is never stored."""
    if settings.TAMADA.llm_url or not url:
        return ""
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address or parts.username is not None:
        raise Invalid(_("This is no address of a server."), "url")
    if parts.scheme != "https" and not is_named(parts.hostname or "", inner_hosts()):
        raise Invalid(_("The server must be reached by https."), "url")
    return url


def try_language_model(*, agent: Agent) -> None:
    """Ask it whether it is there; nothing of anybody leaves. Raises `Unavailable`."""
    require(agent, "company.settings")
    breaker.close()
    said = client.ask_as(
        configured(), prompts.Question(prompts.HELLO).add("greeting", "Hello").turns(), max_tokens=_HELLO_TOKENS
    )
    checks.read_text(checks.read_object(said), "text")
