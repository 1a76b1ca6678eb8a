"""Files of the demo company, drawn by code in milliseconds: photos as PNG, papers as PDF."""

import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from tamada.core import storage

EACH: Final = 5
"""How many different files of a kind there are: mails share them, so that few are stored."""

_WIDE, _HIGH = 320, 200
_PAPER, _INK, _WARM, _COOL, _LINE = range(5)
_COLOURS: Final = bytes((250, 247, 242, 60, 54, 50, 178, 34, 52, 86, 125, 92, 214, 205, 194))


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that was stored, ready to be attached."""

    name: str
    type: str
    size: int
    blob: str


def stored() -> dict[str, list[StoredFile]]:
    """All files by kind, stored. Call it outside of a transaction."""
    return {kind: [_stored(kind, number) for number in range(EACH)] for kind in KINDS}


def _stored(kind: str, number: int) -> StoredFile:
    draw, suffix, mime = KINDS[kind]
    content = draw(10231 + number * 37)
    return StoredFile(f"{kind}-{10231 + number * 37}.{suffix}", mime, len(content), storage.put(content))


def speeds(number: int) -> bytes:
    """The picture of a speed test: a column an hour, most of them far too low."""
    heights = [20 + (number * step * step) % 60 if step % 6 else 130 + number % 30 for step in range(1, 13)]
    rows = []
    for y in range(_HIGH):
        row = bytearray(bytes([_LINE if y % 40 == 0 else _PAPER]) * _WIDE)
        for place, height in enumerate(heights):
            if _HIGH - 20 - height <= y < _HIGH - 20:
                row[20 + place * 24 : 36 + place * 24] = bytes([_COOL if height > 100 else _WARM]) * 16
        rows.append(bytes(row))
    return png(rows)


def receipt(number: int) -> bytes:
    """The photo of a receipt: print too small to read, as such photos are."""
    rows = []
    for y in range(_HIGH):
        row = bytearray(bytes([_LINE]) * _WIDE)
        row[80:240] = bytes([_PAPER]) * 160
        if y % 12 in (4, 5, 6) and 14 < y < _HIGH - 14:
            words = 30 + (number * (y // 12 + 3)) % 70
            row[92 : 92 + words] = bytes([_INK]) * words
            row[200:228] = bytes([_INK]) * 28
        rows.append(bytes(row))
    return png(rows)


def png(rows: Iterable[bytes]) -> bytes:
    """A picture of palette colours, a byte a pixel (ISO/IEC 15948)."""
    head = struct.pack(">IIBBBBB", _WIDE, _HIGH, 8, 3, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + row for row in rows), 6)
    parts = ((b"IHDR", head), (b"PLTE", _COLOURS), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, content) for name, content in parts)


def _chunk(name: bytes, content: bytes) -> bytes:
    check = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)


def invoice(number: int) -> bytes:
    """An invoice of the company."""
    lines = (
        "Arevik Net LLC",
        "44 Teryan Street, Yerevan",
        "",
        "Internet, monthly fee",
        "VAT included",
        "Due in 10 days",
    )
    return pdf(f"Invoice {number}", lines)


def request(number: int) -> bytes:
    """A customer's written request."""
    lines = ("To Arevik Net LLC", "", "Please move my connection to the new address.", "The lease is with the office.")
    return pdf(f"Request {number}", lines)


def pdf(title: str, lines: Iterable[str]) -> bytes:
    """One page of Latin text (ISO 32000)."""
    shown = [f"BT /F1 22 Tf 60 760 Td ({title}) Tj ET"]
    shown += [f"BT /F1 12 Tf 60 {720 - 20 * place} Td ({line}) Tj ET" for place, line in enumerate(lines)]
    content = "\n".join(shown).encode("ascii")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources <</Font <</F1 5 0 R>> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    written, places = b"%PDF-1.4\n", []
    for number, thing in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, thing)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return written + end % (len(objects) + 1, table, len(objects) + 1, len(written))


KINDS: Final = {
    "picture": (speeds, "png", "image/png"),
    "receipt": (receipt, "png", "image/png"),
    "invoice": (invoice, "pdf", "application/pdf"),
    "request": (request, "pdf", "application/pdf"),
}
