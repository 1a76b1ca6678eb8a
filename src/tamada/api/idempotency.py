"""`Idempotency-Key`: a POST that comes again is answered again, not done again."""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from tamada.core.db import durable_atomic

from .answers import JSON
from .caller import caller_of
from .models import StoredResponse
from .problems import Problem

KEPT = timedelta(hours=24)
MAX_KEY = 255


def replayed(request: HttpRequest) -> HttpResponse | None:
    """The answer of the first time when this POST was done before; None for one that is to be done.

    The door asks before the view looks anything up: what the first request used (an upload, a conversation that moved
    on) is not there any more, and its answer is the same all the same. Raises Problem for a key that can't be.
    """
    key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
    if key is None:
        return None
    if not key.strip() or len(key) > MAX_KEY or not key.isprintable():
        raise Problem(400, _("An Idempotency-Key has between 1 and 255 printable characters."))
    known = _stored(caller_of(request).token.pk, key)
    return _replay(known, _digest(request)) if known else None


def once(request: HttpRequest, work: Callable[[], HttpResponse]) -> HttpResponse:
    """Do the work, or answer as the first time if its key was used meanwhile (`replayed` knows what was used before).

    The key, the work and the answer commit together, durably: after a crash or a power loss either all of it happened
    or none. A duplicate that comes meanwhile waits for the first (the writer lock on SQLite, the unique row on
    PostgreSQL). Work that fails leaves nothing behind, so it may be tried again with the same key. Whatever touches
    the network or stores files comes before; whatever a duplicate would find used up belongs into the work.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return work()
    token_id, mark = caller_of(request).token.pk, _digest(request)
    try:
        with durable_atomic():
            return _first(token_id, key, mark, work)
    except _Used:
        known = _stored(token_id, key)
        if known is None:
            raise Problem(409, _("A request with this key is under way."), headers={"Retry-After": "1"}) from None
        return _replay(known, mark)


class _Used(Exception):
    """The key was taken while we were on our way."""


def _first(token_id: int, key: str, mark: str, work: Callable[[], HttpResponse]) -> HttpResponse:
    now = timezone.now()
    StoredResponse.objects.filter(token=token_id, key=key, created_at__lt=now - KEPT).delete()
    try:
        with transaction.atomic():
            row = StoredResponse.objects.create(token_id=token_id, key=key, digest=mark, created_at=now)
    except IntegrityError:
        raise _Used from None
    response = work()
    row.status = response.status_code
    row.location = response.get("Location", "")
    row.body = response.content.decode()
    row.save(update_fields=["status", "location", "body"])
    return response


def _stored(token_id: int, key: str) -> StoredResponse | None:
    fresh = StoredResponse.objects.filter(created_at__gte=timezone.now() - KEPT)
    return fresh.filter(token=token_id, key=key).first()


def _replay(known: StoredResponse, mark: str) -> HttpResponse:
    if known.digest != mark:
        raise Problem(422, _("This Idempotency-Key was used for another request."))
    response = HttpResponse(known.body, status=known.status, content_type=JSON)
    if known.location:
        response["Location"] = known.location
    response["Idempotent-Replayed"] = "true"
    return response


def _digest(request: HttpRequest) -> str:
    """Stands for method, path and content. A form's boundaries differ each time it is sent, so its parts are read."""
    digest = sha256(f"{request.method} {request.path_info}\n".encode())
    if request.content_type != "multipart/form-data":
        digest.update(request.body)
        return digest.hexdigest()
    for name, values in sorted(request.POST.lists()):
        digest.update(repr((name, values)).encode("utf-8", "replace"))
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            digest.update(repr((name, file.name, file.size)).encode("utf-8", "replace"))
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)
    return digest.hexdigest()


def prune() -> int:
    """Forget answers older than a day; how many."""
    return StoredResponse.objects.filter(created_at__lt=timezone.now() - KEPT).delete()[0]
