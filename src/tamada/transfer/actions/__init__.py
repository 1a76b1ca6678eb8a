"""Every write of this room."""

from .exports import drop_expired, make_export, note_download, remove_export, start_export

__all__ = ["drop_expired", "make_export", "note_download", "remove_export", "start_export"]
