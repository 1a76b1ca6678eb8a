"""What a file is by its first bytes: the declared type of an attachment is the sender's word only."""

import re

_MAGIC = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\0", "application/x-xz"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"x\x9f>\x22", "application/ms-tnef"),
    (b"{\\rtf", "application/rtf"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"fLaC", "audio/flac"),
    (b"\x7fELF", "application/x-executable"),
    (b"MZ", "application/vnd.microsoft.portable-executable"),
    (b"-----BEGIN PGP", "application/pgp"),
    (b"BEGIN:VCALENDAR", "text/calendar"),
    (b"BEGIN:VCARD", "text/vcard"),
)
_BRANDS = {
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heif",
    b"avif": "image/avif",
    b"M4A ": "audio/mp4",
    b"qt  ": "video/quicktime",
}
_MARKUP = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,200}?-->\s*)?<(!doctype html|html|head|body|script|iframe|svg)\b",
    re.IGNORECASE | re.DOTALL,
)
_SCRIPT_ANYWHERE = re.compile(rb"<(?:script|svg|iframe|html)\b", re.IGNORECASE)
_OFFICE = {
    b"word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    b"xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    b"ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_WINDOW = 4096


def sniff(data: bytes) -> str:
    """The media type that the first 4 KiB show; `application/octet-stream` when nothing is recognised."""
    head = data[:_WINDOW]
    for magic, type_ in _MAGIC:
        if head.startswith(magic):
            return _office(head) if type_ == "application/zip" else type_
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    if head[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}.get(
            head[8:12], "application/octet-stream"
        )
    if head[:4] == b"\x1aE\xdf\xa3":
        return "video/webm"
    return _text_kind(head)


def _office(head: bytes) -> str:
    if b"[Content_Types].xml" in head or b"_rels/" in head:
        for folder, type_ in _OFFICE.items():
            if folder in head:
                return type_
    return "application/zip"


def _text_kind(head: bytes) -> str:
    if b"\0" in head or not head:
        return "application/octet-stream"
    markup = _MARKUP.match(head.removeprefix(b"\xef\xbb\xbf"))
    if markup is not None:
        return "image/svg+xml" if markup[1].lower() == b"svg" else "text/html"
    if _SCRIPT_ANYWHERE.search(head):
        return "text/html"  # a browser might think so too
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.end < len(head) - 4:
            return "application/octet-stream"
    return "text/plain"
