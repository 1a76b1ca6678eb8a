"""Whose address was erased here, so that nothing older brings them back. What they write later is a new beginning."""

from collections.abc import Iterable
from datetime import datetime

from tamada.core.personal import hashed

from . import identities
from .models import ErasedAddress

_AT_ONCE = 400

type_address = tuple[str, str]


def digest_of(kind: str, value: str) -> str:
    """What stands for an address, however it was written."""
    return hashed("address", kind, identities.loose(kind, value))


def erased_at(addresses: Iterable[type_address]) -> dict[type_address, datetime]:
    """Those of these pairs of type and address whose person was erased, and when."""
    by_digest: dict[str, list[type_address]] = {}
    for kind, value in addresses:
        by_digest.setdefault(digest_of(kind, value), []).append((kind, value))
    if not by_digest or not ErasedAddress.objects.exists():
        return {}
    found: dict[type_address, datetime] = {}
    digests = list(by_digest)
    for start in range(0, len(digests), _AT_ONCE):
        rows = ErasedAddress.objects.filter(digest__in=digests[start : start + _AT_ONCE])
        for digest, at in rows.values_list("digest", "erased_at"):
            found |= dict.fromkeys(by_digest[digest], at)
    return found


def keep_away(digests: Iterable[str], at: datetime) -> None:
    """From now on what is older than that moment is not taken in under these addresses. Call in a transaction."""
    wanted = sorted(set(digests))
    ErasedAddress.objects.bulk_create(
        [ErasedAddress(digest=digest, erased_at=at) for digest in wanted], ignore_conflicts=True
    )
    ErasedAddress.objects.filter(digest__in=wanted, erased_at__lt=at).update(erased_at=at)
