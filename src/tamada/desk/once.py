"""What a page shows a single time: kept encrypted in the session until the page that it is redirected to takes it."""

from django.http import HttpRequest

from tamada.core import secrets


def keep(request: HttpRequest, name: str, value: str) -> None:
    """Keep it for the next page; sessions are rows of the database, so not as it reads."""
    request.session[f"once:{name}"] = secrets.encrypt(value)


def take(request: HttpRequest, name: str) -> str:
    """What was kept under this name, gone with the answer; "" when there is nothing."""
    kept = request.session.pop(f"once:{name}", None)
    return secrets.decrypt(kept) if kept else ""
