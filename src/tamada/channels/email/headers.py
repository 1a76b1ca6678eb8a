"""Header fields of a mail: finding them in bytes, decoding them, and reading identifiers, parameters and dates.

Everything here is linear in its input and never raises on bad input (RFC 5322, 2047, 2231, 6532, read generously).
"""

import base64
import binascii
import itertools
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz
from urllib.parse import unquote_to_bytes

from tamada.channels.email import charsets, limits

_FIELD = re.compile(rb"[!-9;-~]+[ \t]*:")
_KNOWN_FIELD = re.compile(
    rb"(?:from|to|cc|subject|date|received|message-id|mime-version|content-type|content-transfer-encoding|return-path)"
    rb"[ \t]*:",
    re.IGNORECASE,
)
_NEEDED_FIELD = re.compile(
    rb"^(?:from|to|cc|reply-to|subject|date|message-id|in-reply-to|references|auto-submitted|precedence|mime-version|"
    rb"content-[a-z-]{2,30})[ \t]*:[^\n]*(?:\n[ \t][^\n]*)*",
    re.IGNORECASE | re.MULTILINE,
)
_WHITESPACE = re.compile(r"\s+")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_WORD = re.compile(r"=\?([^?\s*]{1,60})(?:\*[^?\s]{0,40})?\?([bBqQ])\?")
_ID = re.compile(r"<([^<>]{1,2000})>")
_BASE64_NOISE = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))
_PARAMETER = re.compile(r';\s*([^\s=;"]+)\s*=\s*("(?:[^"\\]|\\.)*\\?(?:"|$)|[^;]*)', re.DOTALL)
_SECTION = re.compile(r"(.+?)(?:\*(\d{1,3}))?(\*)?$")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_OLDEST = datetime(1990, 1, 1, tzinfo=UTC)


class Headers:
    """The fields of one header block by lower-case name: their values in order, unfolded and not yet decoded."""

    __slots__ = ("_fields",)

    def __init__(self, fields: dict[str, list[str]] | None = None) -> None:
        self._fields = fields or {}

    def __contains__(self, name: object) -> bool:
        return name in self._fields

    def __len__(self) -> int:
        return len(self._fields)

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Headers) and self._fields == other._fields

    def __hash__(self) -> int:
        return hash(tuple((name, *values) for name, values in self._fields.items()))

    def __repr__(self) -> str:
        return f"Headers({self._fields!r})"

    def first(self, name: str) -> str:
        """The topmost value of a field as it was written, or ""."""
        values = self._fields.get(name)
        return values[0] if values else ""

    def all(self, name: str) -> list[str]:
        """Every value of a field, topmost first."""
        return list(self._fields.get(name, ()))

    def text(self, name: str) -> str:
        """The topmost value of a field for people: encoded words decoded, on one line."""
        return decode_words(self.first(name))


def split(raw: bytes) -> tuple[Headers, int, set[str]]:
    """The header block of `raw`, where the body begins, and what was wrong.

    Lines that are no field are passed over while true fields follow; else the body begins there.
    """
    problems: set[str] = set()
    start = _skip_blank(raw)
    end, body = _block_end(raw, start)
    beyond: list[bytes] = []
    if end - start > limits.MAX_HEADER_BYTES:
        problems.add("header-too-large")
        cut = max(raw.rfind(b"\n", start, start + limits.MAX_HEADER_BYTES), start)
        beyond, end = _fields_beyond(raw[cut:end]), cut
    fields: dict[str, list[str]] = {}
    name, parts, count, offset = "", [""], 0, start
    for line in raw[start:end].split(b"\n") + beyond:
        here, offset = offset, offset + len(line) + 1
        if line[:1] in (b" ", b"\t"):
            parts.append(_line_text(line))
            continue
        if not _FIELD.match(line):
            if line.strip() and not line.startswith((b"From ", b">From ")):
                problems.add("bad-header")
                if not _fields_follow(raw, offset, end):
                    body = here
                    break
            continue
        count += 1
        if count > limits.MAX_HEADER_LINES:
            problems.add("header-too-large")
            break
        _keep(fields, name, parts, problems)
        label, _, value = line.partition(b":")
        name, parts = label.decode("ascii").rstrip().lower(), [_line_text(value)]
    _keep(fields, name, parts, problems)
    return Headers(fields), min(body, len(raw)), problems


def _fields_beyond(block: bytes) -> list[bytes]:
    """The lines of the fields that matter in the part of a block that is too large to be read."""
    lines: list[bytes] = []
    for found in itertools.islice(_NEEDED_FIELD.finditer(block), 50):
        lines += found[0][: limits.MAX_HEADER_VALUE].split(b"\n")[:1000]
    return lines


def _skip_blank(raw: bytes) -> int:
    start = 0
    if raw.startswith(b"\xef\xbb\xbf"):
        start = 3
    while raw[start : start + 1] in (b"\r", b"\n"):
        start += 1
    return start


def _block_end(raw: bytes, start: int) -> tuple[int, int]:
    """Where the header block ends and where the body begins."""
    plain, crlf = raw.find(b"\n\n", start), raw.find(b"\n\r\n", start)
    if plain == -1 and crlf == -1:
        return len(raw), len(raw)
    if crlf == -1 or -1 < plain < crlf:
        return plain, plain + 2
    return crlf, crlf + 3


def _fields_follow(raw: bytes, offset: int, end: int) -> bool:
    return any(_KNOWN_FIELD.match(line) for line in raw[offset:end].split(b"\n"))


def _line_text(line: bytes) -> str:
    return line.decode("ascii") if line.isascii() else charsets.decode(line)[0]


def _keep(fields: dict[str, list[str]], name: str, parts: list[str], problems: set[str]) -> None:
    if not name:
        return
    value = "".join(parts).replace("\r", "").strip(" \t") if len(parts) > 1 else parts[0].strip(" \t\r")
    if len(value) > limits.MAX_HEADER_VALUE:
        problems.add("header-too-large")
        value = value[: limits.MAX_HEADER_VALUE]
    fields.setdefault(name, []).append(value)


def decode_words(value: str) -> str:
    """`value` with its RFC 2047 encoded words decoded, on one line and without control characters."""
    if "=?" in value:
        value = _decode_words(value)
    if not value.isprintable():
        value = _CONTROLS.sub("", _WHITESPACE.sub(" ", value))
    return value.strip()


def _decode_words(value: str) -> str:
    # Neighbouring words of one charset are joined before decoding: mailers cut letters in two.
    out: list[str] = []
    charset, pending = "", b""
    position, end = 0, -1
    while (found := _WORD.search(value, position)) is not None:
        if end < found.end():
            end = value.find("?=", found.end())
        if end == -1:
            break
        gap = value[position : found.start()]
        new_charset = found[1].lower()
        if pending and (gap.strip() or new_charset != charset):
            out.append(charsets.decode(pending, charset)[0])
            pending = b""
            gap = gap if gap.strip() else ""
        elif pending or (out and not gap.strip() and position):
            gap = ""
        out.append(gap)
        payload = value[found.end() : end]
        charset, pending = new_charset, pending + (_b(payload) if found[2] in "bB" else _q(payload))
        position = end + 2
    if pending:
        out.append(charsets.decode(pending, charset)[0])
    out.append(value[position:])
    return "".join(out)


def _b(payload: str) -> bytes:
    return loose_base64(payload.encode("ascii", "ignore"))


def _q(payload: str) -> bytes:
    return binascii.a2b_qp(payload.replace("_", " ").encode("utf-8", "ignore"), header=False)


def loose_base64(data: bytes) -> bytes:
    """The bytes behind base64 that may hold noise or lack its padding."""
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        pass
    joined = bytearray()
    # Parts encoded on their own and glued together carry padding in the middle.
    for piece in re.split(rb"=+", data):
        letters = piece.translate(None, _BASE64_NOISE)
        letters = letters[:-1] if len(letters) % 4 == 1 else letters
        joined += binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
    return bytes(joined)


def parameters(value: str) -> tuple[str, dict[str, str]]:
    """The lower-case main value of a field such as Content-Type, and its parameters decoded (RFC 2231 and 2047)."""
    main, semicolon, _ = value.partition(";")
    main = main.strip().lower()
    if not semicolon:
        return main, {}
    plain: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for found in _PARAMETER.finditer(value, len(value.partition(";")[0])):
        name, text = found[1].lower(), found[2].strip()
        if text.startswith('"'):
            text = text[1:-1] if text.endswith('"') and len(text) > 1 else text[1:]
            text = _ESCAPED.sub(r"\1", text) if "\\" in text else text
        if "*" not in name:
            plain.setdefault(name, text)
            continue
        section = _SECTION.match(name)
        if section is not None:
            pieces.setdefault(section[1], []).append((int(section[2] or 0), bool(section[3]), text))
    out = {name: decode_words(text) for name, text in plain.items()}
    for name, sections in pieces.items():
        out[name] = _join_sections(sections) or out.get(name, "")
    return main, out


def _join_sections(sections: list[tuple[int, bool, str]]) -> str:
    sections.sort(key=lambda section: section[0])
    charset, data = "", b""
    for position, (_, encoded, written) in enumerate(sections):
        text = written
        if encoded and position == 0 and written.count("'") >= 2:
            charset, _, text = written.split("'", 2)
        data += unquote_to_bytes(text) if encoded else text.encode("utf-8", "ignore")
    return decode_words(charsets.decode(data, charset)[0])


def message_ids(value: str, limit: int = limits.MAX_REFERENCES) -> list[str]:
    """The Message-IDs in a field as `<…>`, oldest first, without doubles; past `limit` the first and the newest."""
    found = [_normal_id(inner) for inner in _ID.findall(value)]
    if not found:
        found = [_normal_id(word) for word in value.split() if "@" in word and len(word) < limits.MAX_MESSAGE_ID]
        found = found if len(found) == 1 else []
    unique = list(dict.fromkeys(item for item in found if item))
    return unique if len(unique) <= limit else unique[:1] + unique[1 - limit :]


def _normal_id(inner: str) -> str:
    inner = _CONTROLS.sub("", "".join(inner.split()))
    if not inner or len(inner) > limits.MAX_MESSAGE_ID - 2:
        return ""
    return f"<{inner}>"


def date(value: str, received_at: datetime) -> datetime:
    """When the sender says it was sent; `received_at` when that is later, before 1990 or can't be read."""
    try:
        parsed = parsedate_tz(value[:200])
        if parsed is None:
            return received_at
        moment = datetime(*parsed[:6], tzinfo=UTC) - timedelta(seconds=parsed[9] or 0)
    except (ValueError, OverflowError, TypeError, IndexError):
        return received_at
    return moment if _OLDEST <= moment <= received_at else received_at
