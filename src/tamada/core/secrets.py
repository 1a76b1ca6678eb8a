"""Signing and encrypting with keys derived from the installation's secret key."""

import base64
import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core import signing

if TYPE_CHECKING:
    from cryptography.fernet import Fernet


class BadSecret(Exception):
    """A signature or a stored secret was not made with this installation's key, was altered, or is too old."""


def sign(value: Any, salt: str) -> str:
    """A URL-safe string that holds the JSON-able value (readable!) and a signature. Use one salt for each purpose."""
    return signing.dumps(value, salt=f"tamada.{salt}")


def unsign(text: str, salt: str, max_age: int | None = None) -> Any:
    """The value; `max_age` in seconds. Raises BadSecret."""
    try:
        return signing.loads(text, salt=f"tamada.{salt}", max_age=max_age)
    except signing.BadSignature as error:
        raise BadSecret(str(type(error).__name__)) from error


def encrypt(text: str) -> str:
    """For credentials kept in the database (Fernet: AES-128-CBC and HMAC-SHA256)."""
    return _fernet(settings.SECRET_KEY).encrypt(text.encode()).decode("ascii")


def decrypt(text: str) -> str:
    """The text given to `encrypt`. Raises BadSecret, e.g. after the secret key was replaced."""
    from cryptography.fernet import InvalidToken

    try:
        return _fernet(settings.SECRET_KEY).decrypt(text.encode("ascii")).decode()
    except (InvalidToken, UnicodeEncodeError) as error:
        raise BadSecret("This secret was stored under another key.") from error


def opened(text: str) -> str | None:
    """As `decrypt`; None where it was stored under another key."""
    try:
        return decrypt(text)
    except BadSecret:
        return None


@lru_cache(maxsize=2)
def _fernet(secret_key: str) -> "Fernet":
    from cryptography.fernet import Fernet

    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"tamada.encrypt\0" + secret_key.encode()).digest()))
