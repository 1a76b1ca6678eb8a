"""Files of visitors. What they are is told by their content."""

from django.db import transaction

from tamada.conversations.models import Attachment
from tamada.core import storage
from tamada.kit.sniff import sniff

from ..errors import FileKind, FileTooLarge
from ..models import Upload, Visitor
from ..settings import FILE_TYPES, LARGEST_FILE


def upload_file(*, visitor: Visitor, name: str, content: bytes) -> Attachment:
    """Keep a file for a message that is being written. Raises `FileTooLarge`, `FileKind`."""
    if len(content) > LARGEST_FILE:
        raise FileTooLarge
    kind = sniff(content)
    if kind not in FILE_TYPES:
        raise FileKind
    blob = storage.put(content)
    with transaction.atomic():
        row = Attachment.objects.create(name=_name(name), type=kind, size=len(content), blob=blob)
        Upload.objects.create(visitor=visitor, attachment=row)
    return row


def _name(given: str) -> str:
    last = given.rpartition("/")[2].rpartition("\\")[2]
    return "".join(c for c in last if c.isprintable()).strip()[:255] or "file"
