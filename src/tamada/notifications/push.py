"""Pushing to browsers: the kind of news and the conversation's number, never a customer's name or words."""

import json
import time
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import translation

from tamada.accounts.mail import language_of
from tamada.core import secrets, settings_store
from tamada.core.models import StoredSetting
from tamada.core.tasks import Fail, RetryLater

from .models import Notification, PushSubscription
from .queries import about, unseen
from .wording import path, sentence, title

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

    from tamada.kit.http import Response

# Made here, and set by nobody: its public half may be read, its private half is encrypted by itself.
settings_store.declare("push.vapid_key", str, default="")

KEPT_SECONDS = 4 * 3600
TOKEN_SECONDS = 12 * 3600
MOST_REFUSALS = 5
LONGEST_PAUSE = 3600
GONE = (404, 410)

# Push services of the operator's own, which may stand inside and without TLS. The browsers' are all public and https.
ALLOWED: frozenset[str] = frozenset()


class BadSubscription(ValueError):
    """What no browser would send as its subscription."""


def check_subscription(endpoint: str, p256dh: str, auth: str) -> None:
    """Raise `BadSubscription` unless this is an https address with usable keys."""
    from .webpush import Recipient

    try:
        parts = urlsplit(endpoint)
        secure = parts.scheme == "https" or parts.hostname in ALLOWED
        Recipient.of(p256dh, auth)
    except ValueError as error:
        raise BadSubscription(str(error)) from error
    if not secure or not parts.hostname or len(endpoint) > 700:
        raise BadSubscription("The address of the subscription is not usable.")


def _stored_key() -> tuple[str, str]:
    """This installation's public key, and its private one encrypted. Whichever process makes them first wins."""
    stored = str(settings_store.get("push.vapid_key"))
    if not stored:
        row, _created = StoredSetting.objects.get_or_create(key="push.vapid_key", defaults={"value": _fresh_key()})
        settings_store.forget()
        stored = str(row.value)
    public, _, sealed = stored.partition(" ")
    return public, sealed


def _fresh_key() -> str:
    from .webpush import b64, load_key, new_key, public_bytes

    private = new_key()
    return f"{b64(public_bytes(load_key(private)))} {secrets.encrypt(private)}"


@lru_cache(maxsize=2)
def _loaded(sealed: str) -> "EllipticCurvePrivateKey":
    from .webpush import load_key

    return load_key(secrets.decrypt(sealed))


def public_key() -> str:
    """What browsers subscribe with (`applicationServerKey`). Every page asks, so nothing is decrypted for it."""
    return _stored_key()[0]


def payload(notification: Notification) -> bytes:
    """What the service worker shows: title, body, where a click leads, a tag that replaces the last about the same."""
    language = language_of(notification.agent)
    with translation.override(language):
        news = {
            "title": title(notification.type),
            "body": sentence(notification),
            "lang": language,
            "url": path(notification),
            "tag": f"{notification.type}-{_thing(notification)}",
            "count": unseen(notification.agent).new,
        }
    return json.dumps(news, ensure_ascii=False, separators=(",", ":")).encode()


def _thing(notification: Notification) -> str:
    name, number = about(notification) or ("", notification.conversation_id)
    return f"{name}{number}"


def send(subscription: PushSubscription, notification: Notification) -> None:
    """Hand one notification to the browser's push service now.

    A subscription that is gone (404, 410) is dropped. Raises `RetryLater` when the service asks to wait, `Fail` when it
    refuses for good, `http.HttpError` when it can't be reached.
    """
    from tamada.kit import http  # It brings httpx along.

    from .webpush import Recipient, authorization, encrypt

    body = encrypt(payload(notification), Recipient.of(subscription.p256dh, subscription.auth))
    expires = int(time.time()) + TOKEN_SECONDS
    subject = settings.TAMADA.base_url if settings.TAMADA.https else f"mailto:{settings.DEFAULT_FROM_EMAIL}"
    answer = http.fetch(
        "POST",
        subscription.endpoint,
        content=body,
        headers={
            "Authorization": authorization(
                subscription.endpoint, _loaded(_stored_key()[1]), subject=subject, expires=expires
            ),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(KEPT_SECONDS),
            "Urgency": "high" if notification.type in ("mention", "assigned") else "normal",
            "Topic": f"{notification.type}-{_thing(notification)}"[:32],
        },
        allow=ALLOWED,
    )
    _settle(subscription, answer)


def _settle(subscription: PushSubscription, answer: "Response") -> None:
    rows = PushSubscription.objects.filter(pk=subscription.pk)
    if answer.ok:
        if subscription.failures:
            rows.update(failures=0)
    elif answer.status in GONE:
        rows.delete()
    elif answer.status == 429 or answer.status >= 500:
        raise RetryLater(_pause(answer.headers.get("retry-after", "")))
    elif subscription.failures + 1 >= MOST_REFUSALS:
        rows.delete()
    else:
        rows.update(failures=subscription.failures + 1)
        raise Fail(f"The push service refused with {answer.status}.")


def _pause(retry_after: str) -> float:
    return float(min(int(retry_after), LONGEST_PAUSE)) if retry_after.isdecimal() else 60.0
