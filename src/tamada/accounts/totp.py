"""Time-based one-time passwords (RFC 6238 over RFC 4226): six digits, SHA-1, thirty seconds, as every app has them."""

import base64
import hashlib
import hmac
import secrets
from urllib.parse import quote, urlencode

DIGITS = 6
SECONDS = 30
SECRET_BYTES = 20  # RFC 4226 asks for 160 bits.
DRIFT = 1  # Steps before and after: a clock may be half a minute off, and people type slowly.


def new_secret() -> str:
    """A secret as apps take it: base32 without padding."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode("ascii")


def code_at(secret: str, step: int) -> str:
    """The code of one step of thirty seconds."""
    key = base64.b32decode(secret)
    mac = hmac.digest(key, step.to_bytes(8, "big"), hashlib.sha1)
    start = mac[-1] & 0x0F
    number = int.from_bytes(mac[start : start + 4], "big") & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def step_at(seconds: float) -> int:
    """The step that a moment (in seconds since 1970) falls into."""
    return int(seconds // SECONDS)


def step_of(secret: str, code: str, now: float, after: int = 0) -> int | None:
    """Which step around `now` and later than `after` has this code; None for a wrong, old or used one."""
    middle = step_at(now)
    found = None
    # Every step is looked at, so that the time it takes tells nothing.
    for step in range(middle - DRIFT, middle + DRIFT + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), code.encode("utf-8", "replace")) and step > after:
            found = step
    return found


def address(secret: str, *, account: str, issuer: str) -> str:
    """What the QR code says: the `otpauth` address that apps read."""
    # A colon parts the two, so neither may hold one.
    issuer, account = issuer.replace(":", " "), account.replace(":", " ")
    query = urlencode({"secret": secret, "issuer": issuer, "digits": DIGITS, "period": SECONDS}, quote_via=quote)
    return f"otpauth://totp/{quote(issuer)}:{quote(account)}?{query}"


def grouped(secret: str) -> str:
    """The secret in groups of four, for who types it."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
