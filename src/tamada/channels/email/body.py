"""From a MIME tree to what people see: the text, the HTML and the attachments of a mail."""

import binascii
import html as html_escapes
import re
from dataclasses import dataclass, field, replace
from urllib.parse import unquote

from tamada.channels.email import charsets, headers, limits
from tamada.channels.email.mime import Node
from tamada.kit.sniff import sniff

_SIGNATURES = frozenset({"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"})
_SMIME = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_REPORTS = frozenset({"message/delivery-status", "message/disposition-notification", "message/global-delivery-status"})
# The same once more for some program: of no use beside the plain text or the HTML.
_OTHER_WRITINGS = frozenset({"text/enriched", "text/richtext", "text/rtf", "text/watch-html", "text/x-amp-html"})
_UNSAFE_IN_NAME = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]+')
_UU_BEGIN = re.compile(r"^begin [0-7]{3,4} (\S.{0,200})$", re.MULTILINE)
_CID = re.compile(r"\bcid:([^\s\"'<>()]{1,255})", re.IGNORECASE)
_SOURCE = re.compile(r"\bsrc\s{0,5}=\s{0,5}[\"']?([^\s\"'<>]{1,255})", re.IGNORECASE)
_EXTENSIONS = {
    "application/pdf": ".pdf",
    "application/pgp-signature": ".asc",
    "application/pkcs7-signature": ".p7s",
    "image/gif": ".gif",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "message/delivery-status": ".txt",
    "message/rfc822": ".eml",
    "text/calendar": ".ics",
    "text/html": ".html",
    "text/plain": ".txt",
    "text/rfc822-headers": ".txt",
    "text/vcard": ".vcf",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One attachment: `type` as the sender declared it, `sniffed` as the bytes show it; archives are never unpacked."""

    name: str
    type: str
    sniffed: str
    content_id: str
    inline: bool
    data: bytes
    location: str = ""

    @property
    def size(self) -> int:
        """Bytes after decoding."""
        return len(self.data)


@dataclass(frozen=True, slots=True)
class Body:
    """One visible piece of a mail: plain text, HTML, or both when they say the same."""

    text: str | None = None
    html: str | None = None


@dataclass(slots=True)
class Content:
    """The visible side of a mail: bodies in order, attachments, delivery reports, marks such as `pgp-signed`."""

    bodies: list[Body] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    reports: list[Node] = field(default_factory=list)
    marks: set[str] = field(default_factory=set)
    problems: set[str] = field(default_factory=set)
    leaves: int = 0

    def text(self) -> str:
        """The plain text of the whole; of pieces that have only HTML, what the HTML shows."""
        pieces = [body.text if body.text is not None else _html_text(body.html or "") for body in self.bodies]
        return "\n\n".join([piece.strip("\n") for piece in pieces if piece.strip()])

    def has_text(self) -> bool:
        """Whether any piece of the plain text was written as such, and not made from HTML here."""
        return any(body.text and body.text.strip() for body in self.bodies)

    def html(self) -> str:
        """The HTML of the whole (not cleaned), or "" when no piece has any."""
        if not any(body.html for body in self.bodies):
            return ""
        return "\n".join([body.html if body.html is not None else _escaped(body.text or "") for body in self.bodies])

    def attachments(self, html: str) -> tuple[Part, ...]:
        """The attachments; those that `html` shows in its text are inline, whatever the sender called them."""
        if not any(part.content_id or part.location for part in self.parts):
            return tuple(self.parts)
        shown = {unquote(found) for found in _CID.findall(html)}
        sources = {unquote(found) for found in _SOURCE.findall(html)}
        return tuple(
            replace(part, inline=True) if part.content_id in shown - {""} or part.location in sources - {""} else part
            for part in self.parts
        )


def collect(root: Node) -> Content:
    """Sort the leaves of `root` into bodies and attachments."""
    content = Content()
    _walk(root, content)
    if content.leaves > limits.MAX_PARTS:
        content.problems.add("too-many-parts")
    return content


def _walk(node: Node, content: Content) -> None:
    if node.content is None:
        _walk_container(node, content)
        return
    content.leaves += 1
    if content.leaves > limits.MAX_PARTS:
        return
    if node.type in _REPORTS:
        content.reports.append(node)
    if node.type in ("text/plain", "text/html") and node.disposition != "attachment" and not node.filename:
        content.bodies.append(_body(node, content))
    else:
        content.parts.append(_part(node, content))


def _walk_container(node: Node, content: Content) -> None:
    if node.type == "multipart/signed":
        content.marks.add("smime-signed" if "pkcs7" in node.params.get("protocol", "") else "pgp-signed")
    elif node.type == "multipart/encrypted":
        content.marks.add("pgp-encrypted")
    before = len(content.bodies)
    alternative = node.type == "multipart/alternative"
    others: list[Node] = []
    for child in node.children:
        if alternative and child.type in _OTHER_WRITINGS and not child.filename:
            others.append(child)
        else:
            _walk(child, content)
    if alternative:
        content.bodies[before:] = _one_of(content.bodies[before:])
    if len(content.bodies) == before:  # nothing else says it
        for child in others:
            _walk(child, content)


def _one_of(bodies: list[Body]) -> list[Body]:
    """The alternatives as one body: the first plain text that says something, the last HTML that does."""
    text = next((body.text for body in bodies if body.text and body.text.strip()), None)
    html = next((body.html for body in reversed(bodies) if body.html and body.html.strip()), None)
    return [Body(text, html)] if text is not None or html is not None else []


def _body(node: Node, content: Content) -> Body:
    limit = limits.MAX_HTML if node.type == "text/html" else limits.MAX_TEXT
    data = node.content or b""
    text, known = charsets.decode(data[: 4 * limit], node.charset)
    if not known:
        content.problems.add("bad-charset")
    text = charsets.clean(text)
    if len(text) > limit or len(data) > 4 * limit:
        text = text[:limit]
        content.problems.add("truncated")
    if node.type == "text/html":
        return Body(html=text)
    if "-----BEGIN PGP MESSAGE-----" in text:
        content.marks.add("pgp-encrypted")
    if text.startswith("begin ") or "\nbegin " in text:
        text = _take_uuencoded(text, content)
    return Body(text=text)


def _take_uuencoded(text: str, content: Content) -> str:
    """Files written into plain text with uuencode become attachments."""
    kept: list[str] = []
    lines = iter(text.split("\n"))
    for line in lines:
        found = _UU_BEGIN.match(line)
        if found is None:
            kept.append(line)
            continue
        taken, data, complete = [line], bytearray(), False
        for inner in lines:
            taken.append(inner)
            if inner.strip() == "end":
                complete = True
                break
            try:
                data += binascii.a2b_uu(inner.encode("ascii"))
            except (binascii.Error, UnicodeEncodeError):
                break
        if complete and data and content.leaves < limits.MAX_PARTS:
            content.leaves += 1
            name = safe_name(found[1], "application/octet-stream")
            content.parts.append(Part(name, "application/octet-stream", sniff(bytes(data)), "", False, bytes(data)))
        else:
            kept.extend(taken)
    return "\n".join(kept)


def _part(node: Node, content: Content) -> Part:
    data = node.content or b""
    if node.type in _SMIME:
        content.marks.add("smime-signed" if node.params.get("smime-type", "") == "signed-data" else "smime-encrypted")
    elif node.type == "application/ms-tnef":
        content.marks.add("tnef")
    elif node.type == "text/calendar":
        content.marks.add("calendar")
    name = node.filename or (node.location if "/" not in node.location else "")
    if not name and node.type.startswith("message/"):
        name = _inner_subject(data)
    sniffed = node.type if node.type.startswith("message/") or node.type in _SIGNATURES else sniff(data)
    return Part(safe_name(name, node.type), node.type, sniffed, node.content_id, False, data, node.location)


def _inner_subject(data: bytes) -> str:
    inner, _, _ = headers.split(data[: limits.MAX_HEADER_BYTES])
    subject = inner.text("subject")
    return subject[:100].replace("/", "_").replace("\\", "_") + ".eml" if subject else ""


def safe_name(name: str, type_: str) -> str:
    """A file name fit to show and save: no folders, control or direction-changing characters; made up when missing."""
    name = _UNSAFE_IN_NAME.sub("_", charsets.clean(name).rpartition("\\")[2].rpartition("/")[2]).strip(" .")
    extension = _EXTENSIONS.get(type_, "")
    if not name or not name.strip("_"):
        kind = (
            "message"
            if type_.startswith("message/")
            else type_.partition("/")[0]
            if type_.startswith("image/")
            else "file"
        )
        return kind + (extension or (".txt" if type_.startswith("text/") else ".bin"))
    if type_ == "message/rfc822" and not name.lower().endswith(".eml"):
        name += ".eml"
    if len(name) > limits.MAX_NAME:
        stem, dot, suffix = name.rpartition(".")
        name = (
            stem[: limits.MAX_NAME - len(suffix) - 1] + dot + suffix
            if dot and len(suffix) <= 10
            else name[: limits.MAX_NAME]
        )
    return name


def _html_text(html: str) -> str:
    from tamada.kit.html import to_text

    return charsets.clean(to_text(html)) if html.strip() else ""


def _escaped(text: str) -> str:
    return f'<div style="white-space:pre-wrap">{html_escapes.escape(text, quote=False)}</div>' if text.strip() else ""
