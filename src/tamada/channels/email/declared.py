"""The settings of e-mail that people may change; declared when Django is ready, so that every process knows them."""

from typing import Final

from tamada.core.settings_store import declare

MAX_BYTES: Final = 25 * 1024 * 1024
"""The largest message the listener takes unless `mail.max_bytes` says otherwise."""


def declare_settings() -> None:
    """What people may change while Tamada runs."""
    declare("mail.max_bytes", int, default=MAX_BYTES)
    declare("mail.mailgun.signing_key", str, default="", secret=True)
    for provider in ("google", "microsoft"):
        declare(f"oauth.{provider}.client_id", str, default="")
        declare(f"oauth.{provider}.client_secret", str, default="", secret=True)
        declare(f"oauth.{provider}.authorize_url", str, default="")
        declare(f"oauth.{provider}.token_url", str, default="")
