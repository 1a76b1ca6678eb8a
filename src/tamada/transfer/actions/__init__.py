"""Every write of this room."""

from .exports import drop_expired, make_export, note_download, remove_export, start_export
from .imports import make_import, remove_import, settle_import, start_import, upload_import

__all__ = [
    "drop_expired",
    "make_export",
    "make_import",
    "note_download",
    "remove_export",
    "remove_import",
    "settle_import",
    "start_export",
    "start_import",
    "upload_import",
]
