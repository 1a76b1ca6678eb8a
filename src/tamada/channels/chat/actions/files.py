"""Files of visitors. What they are is told by their content."""

from typing import Final

from django.db import transaction
from django.db.models import Sum

from tamada.channels.journal import DiskShortError, default_journal
from tamada.conversations.models import Attachment
from tamada.core import storage
from tamada.kit.sniff import sniff

from ..errors import FileKind, FilesWait, FileTooLarge, NoRoom
from ..models import Upload, Visitor
from ..settings import FILE_TYPES, LARGEST_FILE, MOST_WAITING

_BEFORE_MAIL: Final = 5
"""While less than so many times the disk is free at which mail is no longer taken, files are not."""


def upload_file(*, visitor: Visitor, name: str, content: bytes) -> Attachment:
    """Keep a file for a message that is being written. Raises `FileTooLarge`, `FileKind`, `FilesWait`, `NoRoom`."""
    if len(content) > LARGEST_FILE:
        raise FileTooLarge
    kind = sniff(content)
    if kind not in FILE_TYPES:
        raise FileKind
    waiting = visitor.uploads.aggregate(size=Sum("attachment__size"))["size"] or 0
    if waiting + len(content) > MOST_WAITING:
        raise FilesWait
    try:
        default_journal().check_space(len(content), _BEFORE_MAIL)
    except DiskShortError:
        raise NoRoom from None
    blob = storage.put(content)
    with transaction.atomic():
        row = Attachment.objects.create(name=_name(name), type=kind, size=len(content), blob=blob)
        Upload.objects.create(visitor=visitor, attachment=row)
    return row


def _name(given: str) -> str:
    last = given.rpartition("/")[2].rpartition("\\")[2]
    return "".join(c for c in last if c.isprintable()).strip()[:255] or "file"
