"""Signatures as Standard Webhooks has them: HMAC-SHA256 over `id.timestamp.body`, in base64, marked v1."""

import base64
import hmac
import secrets
from collections.abc import Iterable, Mapping
from hashlib import sha256

PREFIX = "whsec_"
KEY_BYTES = 32


def new_secret() -> str:
    """A fresh secret, as its owner writes it down."""
    return PREFIX + base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode("ascii")


def new_name() -> str:
    """A fresh `webhook-id`: the same one on every try, so that a receiver knows what it has."""
    return f"msg_{secrets.token_urlsafe(18)}"


def signature(secret: str, name: str, timestamp: int, body: bytes) -> str:
    """`v1,BASE64` of one secret. Raises ValueError for what is no secret of ours."""
    if not secret.startswith(PREFIX):
        raise ValueError("A secret begins with whsec_.")
    key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    return "v1," + base64.b64encode(hmac.digest(key, f"{name}.{timestamp}.".encode() + body, sha256)).decode("ascii")


def headers(secrets_: Iterable[str], name: str, timestamp: int, body: bytes) -> Mapping[str, str]:
    """The three headers; while a secret is being replaced, the signatures of both."""
    return {
        "webhook-id": name,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signature(secret, name, timestamp, body) for secret in secrets_),
    }
