"""Stored files by who names them."""

from tamada.conversations.models import Attachment
from tamada.core import storage

from .models import ArticleFile, HelpCentre


def names_file(key: str) -> bool:
    """Whether an article or a help centre still shows the file with this key."""
    return ArticleFile.objects.filter(blob=key).exists() or HelpCentre.objects.filter(logo=key).exists()


def let_go(key: str) -> None:
    """Remove a file that this room names no longer, unless it came with a message as well."""
    if not Attachment.objects.filter(blob=key).exists():
        storage.delete(key)
