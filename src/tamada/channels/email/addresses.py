"""Address fields (RFC 5322 and what is really sent): groups, comments, quotes, missing brackets, UTF-8 names."""

import re
from dataclasses import dataclass

from tamada.channels.email import limits
from tamada.channels.email.headers import decode_words

# An unclosed quote runs to the end of the field, so each token is read once and the whole stays linear.
_TOKEN = re.compile(
    r'\s+|"(?:[^"\\]|\\.)*\\?(?:"|\Z)|\\.|<[^<>]*>?|\[[^\[\]<>]*\]|[^\s"<>(),;:\[\]\\]+|.',
    re.DOTALL,
)
_SIMPLE = re.compile(r'\s*([^"(),:;<>@\\\[\]]*?)\s*<([^\s<>"(),:;@\\\[\]]+@[^\s<>"(),:;@\\\[\]]+)>\s*')
_LAST_BRACKETS = re.compile(r"<([^\s<>]+@[^\s<>]+)>\s*\Z")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_SPACE = re.compile(r"\s+")
_COMMENT = re.compile(r"\([^()]*\)")
_LOOKS_LIKE_ADDRESS = re.compile(r"[^\s@<>]{1,64}@[^\s@<>]{1,255}")
_INNER_ADDRESS = re.compile(r"<[^<>@]{0,64}@[^<>]{0,255}>")


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox. `email` has its domain in lower case, its local part as written; "" when there was only a name."""

    name: str
    email: str

    @property
    def key(self) -> str:
        """For comparing: providers treat local parts without regard to case."""
        return self.email.casefold()

    @property
    def local(self) -> str:
        return self.email.rpartition("@")[0]

    @property
    def domain(self) -> str:
        return self.email.rpartition("@")[2]


def parse_addresses(value: str, limit: int = limits.MAX_ADDRESSES) -> tuple[list[Address], bool]:
    """The mailboxes of a field, without doubles, and whether all of it could be read."""
    simple = _SIMPLE.fullmatch(value)
    if simple is not None:
        return [Address(_name(simple[1]), normal_email(simple[2]))], True
    reader = _Reader(limit)
    for piece in _TOKEN.findall(value):
        reader.feed(piece)
    reader.end_mailbox()
    found = reader.found
    complete = reader.complete
    if "@" in value and not any(address.email for address in found):
        found, complete = _any_address(value) or found, False
    unique = {address.key or f"\0{address.name}": address for address in reversed(found)}
    return list(reversed(unique.values())), complete


class _Reader:
    """Collects mailboxes token by token."""

    def __init__(self, limit: int) -> None:
        self.found: list[Address] = []
        self.complete = True
        self._limit = limit
        self._depth = 0
        self._words: list[str] = []
        self._tail: list[str] = []  # what follows the angle brackets: nothing, or the name of a next mailbox
        self._comment: list[str] = []
        self._angle = ""

    def feed(self, piece: str) -> None:
        if self._depth or piece == "(":
            self._feed_comment(piece)
        elif piece in (",", ";"):
            self.end_mailbox()
        elif piece == ":" and not self._angle and "@" not in "".join(self._words):
            self._words.clear()  # what stood before was the name of a group
        elif piece[0] == "<":
            self._feed_angle(piece)
        else:
            (self._tail if self._angle else self._words).append(piece)

    def _feed_comment(self, piece: str) -> None:
        if piece == "(":
            self._depth += 1
        elif piece == ")":
            self._depth -= 1
        else:
            self._comment.append(piece)

    def _feed_angle(self, piece: str) -> None:
        if self._angle:  # two mailboxes without a comma between them
            tail = self._tail
            self.end_mailbox()
            self._words = tail
        inner = piece[1:].rstrip(">")
        if "(" in inner:
            inner = _COMMENT.sub("", inner)
        self._angle = "".join(inner.split()) if '"' not in inner else inner
        self._angle = self._angle or " "

    def end_mailbox(self) -> None:
        words, angle = "".join(self._words).strip(), self._angle.strip()
        comment = "".join(self._comment).strip()
        bracketed = bool(self._angle)
        self._words, self._tail, self._comment, self._angle = [], [], [], ""
        if not words and not bracketed:
            return
        if not bracketed:
            angle, words = _bare(words)
        email = normal_email(angle.rpartition(":")[2] if angle.startswith("@") else angle)
        name = _name(words or comment)
        if angle and not email:
            self.complete = False
        if len(self.found) >= self._limit:
            self.complete = False
        elif email or name:
            self.found.append(Address(name if name.casefold() != email.casefold() else "", email))


def _bare(words: str) -> tuple[str, str]:
    """An address without angle brackets, and the words around it."""
    if words.startswith('"') and '"@' in words:
        return words, ""
    pieces = words.split()
    for position, piece in enumerate(pieces):
        if "@" in piece.strip("@"):
            return piece, " ".join(pieces[:position] + pieces[position + 1 :])
    return "", words


def _name(words: str) -> str:
    words = words.strip()
    if _QUOTED.fullmatch(words):
        words = words[1:-1]
    else:
        words = words.replace('"', "")
    if "\\" in words:
        words = _ESCAPED.sub(r"\1", words)
    return _SPACE.sub(" ", decode_words(words)).strip(" '\"")[: limits.MAX_NAME]


def honest_name(name: str, email: str) -> str:
    """A sender's name as it may stand for the address: without another address, which would be taken for theirs."""
    name = _INNER_ADDRESS.sub("", name).strip() if "<" in name else name
    return "" if _LOOKS_LIKE_ADDRESS.fullmatch(name) and name.casefold() != email.casefold() else name


def normal_email(text: str) -> str:
    """An address as we store it, or "" when it is none."""
    text = decode_words(text) if "=?" in text else text
    text = text.strip().strip("'`,;<>")
    if text[:7].lower() == "mailto:":
        text = text[7:]
    local, at, domain = text.rpartition("@")
    if not at or not local or not domain or len(text) > limits.MAX_ADDRESS or not text.isprintable():
        return ""
    if " " in domain or (" " in local and not local.startswith('"')):
        return ""
    return f"{local}@{domain.lower().rstrip('.')}"


def _any_address(value: str) -> list[Address]:
    """The last resort: what stands in brackets at the end, behind a name full of them, or any word with an @ in it."""
    last = _LAST_BRACKETS.search(value)
    if last and (email := normal_email(last[1])):
        return [Address(_name(value[: last.start()]), email)]
    for word in re.split(r'[\s<>(),;:"]+', value):
        email = normal_email(word)
        if email:
            return [Address("", email)]
    return []
