"""The MIME tree of a mail, decoded: a fast road in Rust, the standard library behind it, and bare text behind both.

Both roads end in the same `Node` tree, which a test compares over the fixtures. The fast road is taken when nothing
about the mail is unusual; whatever Rust refuses or reads differently goes to the standard library, within a budget,
since its parser tries every open boundary on every line.
"""

import binascii
import email.message
import email.parser
import re
from dataclasses import dataclass, field

import fast_mail_parser as rust

from tamada.channels.email import charsets, limits
from tamada.channels.email.headers import Headers, loose_base64, parameters

_PLAIN_ENCODINGS = frozenset({"", "7bit", "8bit", "binary"})
_FAST_ENCODINGS = _PLAIN_ENCODINGS | {"base64", "quoted-printable"}
_UU_ENCODINGS = frozenset({"x-uuencode", "uuencode", "uue", "x-uue"})
_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,100}/[a-z0-9!#$&^_.+-]{1,100}$")
_LATIN_GUESS = re.compile("[\x80-\xff\ufffd]")
_BOUNDARY_WORD = re.compile(rb"boundary", re.IGNORECASE)
_STDLIB_BUDGET = 3_000_000
"""Boundaries times lines that the standard library may try: about two seconds at worst."""
_MOST_DESCRIBED = 200
"""Content-Type fields that Rust may see: it recurses before it counts levels, and a stack that overflows kills us.

Every level of nesting needs such a field, every second one in digests. Ten thousand levels overflow 8 MiB.
"""
_ENTITY_FIELDS = ("mime-version", "content-type", "content-transfer-encoding", "content-disposition", "content-id")
_BARE_TEXT = 64 * 1024


@dataclass(slots=True)
class Node:
    """One entity of a mail: a leaf with its decoded `content`, or a container (`content` is None) with `children`."""

    type: str
    params: dict[str, str] = field(default_factory=dict)
    disposition: str = ""
    filename: str = ""
    content_id: str = ""
    location: str = ""
    content: bytes | None = None
    children: list["Node"] = field(default_factory=list)

    @property
    def charset(self) -> str:
        return self.params.get("charset", "")

    @property
    def maintype(self) -> str:
        return self.type.partition("/")[0]


@dataclass(slots=True)
class Tree:
    """What was read: the root, the road (`fast`, `stdlib` or `bare`), and problems by code."""

    root: Node
    road: str
    problems: set[str]


def read(raw: bytes, headers: Headers, body: int, *, plain_header: bool = True) -> Tree:
    """The tree of a mail whose header block was read before; its body begins at offset `body`.

    `plain_header` says that the block held nothing odd, so that both parsers see the same fields in it.
    """
    problems: set[str] = set()
    source = raw if plain_header else entity(headers, raw[body:])
    root = fast_tree(source)
    if root is not None:
        return Tree(root, "fast", _shape_problems(root))
    source = source if source is not raw else entity(headers, raw[body:])
    root = stdlib_tree(source, problems)
    if root is not None:
        return Tree(root, "stdlib", problems | _shape_problems(root))
    return Tree(Node("text/plain", content=raw[body : body + _BARE_TEXT]), "bare", problems)


def entity(headers: Headers, body: bytes) -> bytes:
    """A small mail with only the fields that say how to read its body."""
    lines = [f"{name}: {' '.join(headers.first(name).split())}" for name in _ENTITY_FIELDS if name in headers]
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "replace") + body


def fast_tree(source: bytes) -> Node | None:
    """The tree as Rust reads it, or None when the standard library should."""
    if source.lower().count(b"content-type") > _MOST_DESCRIBED:
        return None
    try:
        return _from_rust(rust.parse_email_tree(source), ())
    except (rust.ParseError, _UnusualError, ValueError, RecursionError):
        return None


class _UnusualError(Exception):
    """Something that the two parsers may read differently."""


def _from_rust(part: rust.PyMimePart, above: tuple[str, ...]) -> Node:
    fields = part.headers
    encoding, node = _described(fields)
    if part.is_message:
        node.content = part.content
    elif node.maintype == "multipart" or part.children:
        if not part.children or encoding not in _PLAIN_ENCODINGS or node.maintype != "multipart":
            raise _UnusualError
        boundary = node.params.get("boundary", "")
        if any(boundary.startswith(outer) for outer in above):
            raise _UnusualError  # Rust takes the inner boundary for the outer one
        node.children = [_from_rust(child, (*above, boundary)) for child in part.children]
        if node.type == "multipart/digest":
            _as_digest(node, fields_of=part.children)
        return node
    else:
        node.content = part.content or b""
    if encoding not in _FAST_ENCODINGS or (encoding == "quoted-printable" and node.maintype not in ("text", "message")):
        raise _UnusualError
    return node


def _as_digest(node: Node, fields_of: list[rust.PyMimePart]) -> None:
    for child, part in zip(node.children, fields_of, strict=True):
        if not any(name.lower() == "content-type" for name in part.headers):
            child.type = "message/rfc822"


def _described(fields: dict[str, list[str]]) -> tuple[str, Node]:
    """The transfer encoding and an empty node from Rust's (already decoded) fields."""
    content_type = disposition = content_id = encoding = location = ""
    for name, values in fields.items():
        lowered = name.lower()
        if not lowered.startswith("content-"):
            if not name.isascii() or " " in name:
                raise _UnusualError
            continue
        value = values[0]
        if len(values) > 1 or (not value.isascii() and (_LATIN_GUESS.search(value) or value.count('"') % 2)):
            raise _UnusualError
        if lowered == "content-type":
            content_type = value
        elif lowered == "content-disposition":
            disposition = value
        elif lowered == "content-transfer-encoding":
            encoding = value.strip().lower()
        elif lowered == "content-id":
            content_id = value
        elif lowered == "content-location":
            location = value
    return encoding, described(content_type, disposition, content_id, location)


def described(content_type: str, disposition: str, content_id: str = "", location: str = "") -> Node:
    """An empty node from the fields that describe an entity."""
    type_, params = parameters(content_type) if content_type else ("", {})
    if not _TYPE.match(type_):
        type_ = "text/plain" if type_ in ("", "text", "text/") or not content_type else "application/octet-stream"
    token, more = parameters(disposition) if disposition else ("", {})
    filename = more.get("filename", "") or params.get("name", "")
    return Node(
        type_,
        params,
        token if token in ("inline", "attachment", "") else "attachment",
        filename,
        content_id.strip().strip("<>").strip()[: limits.MAX_NAME],
        location.strip()[: limits.MAX_NAME],
    )


class _Leaf(email.message.Message):
    """A message whose `message/*` parts stay closed: they are kept as bytes and opened by those who want to."""

    def get_content_maintype(self) -> str:
        maintype = super().get_content_maintype()
        return "application" if maintype == "message" else maintype

    def get_content_type(self) -> str:
        content_type = super().get_content_type()
        return "application/octet-stream" if content_type.startswith("message/") else content_type


def stdlib_tree(source: bytes, problems: set[str]) -> Node | None:
    """The tree as the standard library reads it, or None when it would take too long or nests too deep."""
    boundaries = len(_BOUNDARY_WORD.findall(source))
    if boundaries * source.count(b"\n") > _STDLIB_BUDGET and boundaries > 3:
        problems.add("nesting-limit")
        return None
    try:
        message = email.parser.BytesParser(_Leaf).parsebytes(source)
        return _from_stdlib(message, problems)
    except RecursionError:
        problems.add("nesting-limit")
    except (ValueError, LookupError, TypeError, AttributeError):
        problems.add("broken-multipart")
    return None


def _from_stdlib(message: email.message.Message, problems: set[str], default: str = "") -> Node:
    node = described(
        _field(message, "content-type") or default,
        _field(message, "content-disposition"),
        _field(message, "content-id"),
        _field(message, "content-location"),
    )
    if message.is_multipart():
        if node.maintype != "multipart":
            node.type = "multipart/mixed"
        inner = "message/rfc822" if node.type == "multipart/digest" else ""
        children = [child for child in message.get_payload() if isinstance(child, _Leaf)]
        node.children = [_from_stdlib(child, problems, inner) for child in children]
        return node
    encoding = _field(message, "content-transfer-encoding")
    del message["content-transfer-encoding"]  # so that the library hands out the bytes and we decode them
    data = message.get_payload(decode=True)
    node.content = _transfer_decoded(data if isinstance(data, bytes) else b"", encoding, problems)
    if node.maintype == "multipart":
        # No boundary was found: what is there is shown as text rather than dropped.
        problems.add("broken-multipart")
        node.type = "text/plain"
    return node


def _field(message: email.message.Message, name: str) -> str:
    for key, value in message.raw_items():
        if key.lower() == name:
            data = str(value).encode("utf-8", "surrogateescape")
            return charsets.decode(data)[0].replace("\r", "").replace("\n", "")
    return ""


def _transfer_decoded(data: bytes, encoding: str, problems: set[str]) -> bytes:
    encoding = encoding.partition(";")[0].strip().strip("\"'").lower()
    if encoding == "base64":
        try:
            return binascii.a2b_base64(data, strict_mode=True)
        except binascii.Error:
            if not _base64_like(data):
                problems.add("bad-encoding")
                return data
            decoded = loose_base64(data)
            if len(decoded) * 4 // 3 + 4 < len(data.translate(None, b"\r\n =")):
                problems.add("bad-encoding")
            return decoded
    if encoding in ("quoted-printable", "quotedprintable"):
        return binascii.a2b_qp(data)
    if encoding in _UU_ENCODINGS:
        return _uudecoded(data, problems)
    if encoding not in _PLAIN_ENCODINGS:
        problems.add("bad-encoding")
    return data


def _base64_like(data: bytes) -> bool:
    """Whether text called base64 is so: plain words that carry the wrong label hold blanks between short runs."""
    sample = data[:2000].split()
    return not sample or sum(map(len, sample)) >= 12 * len(sample) or len(sample) <= 2


def _uudecoded(data: bytes, problems: set[str]) -> bytes:
    """The file in a uuencoded body; lines that aren't uuencoded are passed over."""
    out = bytearray()
    inside = False
    for line in data.splitlines():
        if not inside:
            inside = line.startswith(b"begin ")
            continue
        if line.strip() in (b"end", b"`"):
            break
        try:
            out += binascii.a2b_uu(line)
        except binascii.Error:
            # Encoders that pad the last line get its length wrong; the length byte says how much is meant.
            length = (((line[0] - 32) & 63) * 4 + 5) // 3 if line else 0
            try:
                out += binascii.a2b_uu(line[:length])
            except binascii.Error:
                problems.add("bad-encoding")
    if not inside:
        problems.add("bad-encoding")
        return data
    return bytes(out)


def _shape_problems(root: Node) -> set[str]:
    """`nesting-limit` for a tree deeper than ordinary mail ever is."""
    depth, level = 0, [root]
    while level:
        depth += 1
        level = [child for node in level for child in node.children]
    return {"nesting-limit"} if depth > limits.MAX_DEPTH else set()
