"""Signed addresses of files, for pictures and downloads, which browsers fetch without a token."""

from typing import Final

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner

from tamada.conversations.models import Attachment

HOLDS: Final = 24 * 3600
_SALT: Final = "tamada.widget.file"


def address_of(file: Attachment) -> str:
    """Where the file can be fetched from for a day, by whoever was given the address."""
    signed = TimestampSigner(salt=_SALT).sign(str(file.pk)).partition(":")[2]
    return f"{settings.TAMADA.base_url.rstrip('/')}/widget/v1/files/{file.pk}?s={signed}"


def is_signed(pk: str, signature: str) -> bool:
    """Whether we made this address, within the day."""
    try:
        TimestampSigner(salt=_SALT).unsign(f"{pk}:{signature}", max_age=HOLDS)
    except BadSignature:
        return False
    return True
