"""YAML as a tree that knows its lines.

A template may come from anybody who can upload one. So nothing is constructed but texts, lists and mappings: tags are
refused, and references too, for a page of them can unfold to gigabytes. A plain `no` or `12` stays the text that was
written; what reads it decides what it means.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import yaml

from .problems import Problem

LARGEST: Final = 500_000
"""Characters; one of the ready services has about 30,000."""
DEEPEST: Final = 16

# The same parser in C, ten times as fast, where PyYAML was built with it.
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Value:
    """A single value, as it was written."""

    line: int
    text: str
    is_plain: bool = True
    """Without quotes."""

    @property
    def is_nothing(self) -> bool:
        """Whether it was left out, or says that it is."""
        return self.is_plain and self.text in ("", "~", "null")


@dataclass(frozen=True, slots=True)
class Entries:
    """A list."""

    line: int
    nodes: list["Node"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Keys:
    """A mapping: key → the key's line and what it holds; and the keys that came again, whose values are lost."""

    line: int
    nodes: dict[str, tuple[int, "Node"]] = field(default_factory=dict)
    twice: list[tuple[int, str]] = field(default_factory=list)


Node = Value | Entries | Keys


class Unreadable(Exception):
    """Why there is no tree."""

    def __init__(self, line: int, code: str, **params: str | int) -> None:
        super().__init__(code)
        self.problem = Problem(line, (), code, params)


def parse(text: str) -> Node:
    """The tree.

    Raises:
        Unreadable: there is none in it, or it is too large, or would be.
    """
    if len(text) > LARGEST:
        raise Unreadable(1, "too_large", most=LARGEST)
    try:
        return _Builder().tree(yaml.parse(text, Loader=_LOADER))
    except yaml.YAMLError as error:
        raise Unreadable(_line_of(error, text), "not_yaml") from None
    except UnicodeEncodeError as error:  # half of a pair of surrogates
        raise Unreadable(text.count("\n", 0, error.start) + 1, "not_yaml") from None


def decoded(content: bytes) -> str:
    """The text of a file."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if len(content) > LARGEST * 4:  # cut by whoever reads no more of a file than can be a template
            raise Unreadable(1, "too_large", most=LARGEST) from None
        raise Unreadable(content.count(b"\n", 0, error.start) + 1, "not_utf8") from None


def _line_of(error: yaml.YAMLError, text: str) -> int:
    mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
    if mark is not None:
        return min(mark.line, text.rstrip("\n").count("\n")) + 1
    found = yaml.reader.Reader.NON_PRINTABLE.search(text)  # a character that YAML allows nowhere
    return text.count("\n", 0, found.start()) + 1 if found else 1


def clipped(text: str) -> str:
    """A value as a sentence quotes it: in one line, and with nothing in it that a terminal would obey."""
    shown = "".join(one if one.isprintable() else "�" for one in text[:41])
    return f"{shown[:40]}…" if len(text) > 41 else shown


class _Builder:
    """Makes the tree without recursion: a text of brackets alone must not exhaust the stack."""

    def __init__(self) -> None:
        self.open: list[tuple[Entries | Keys, tuple[int, str] | None]] = []
        """What is not closed yet, and the key that waits for its value."""
        self.root: Node | None = None

    def tree(self, events: Iterator[yaml.Event]) -> Node:
        for event in events:
            self._take(event)
        if self.root is None or (isinstance(self.root, Value) and self.root.is_nothing):
            raise Unreadable(1, "empty")
        return self.root

    def _take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            raise Unreadable(line, "alias", name=clipped(event.anchor or ""))
        if isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
            raise Unreadable(line, "several")
        if isinstance(event, yaml.NodeEvent) and (tag := getattr(event, "tag", None)) not in (None, "!"):
            raise Unreadable(line, "tag", tag=clipped(tag.replace("tag:yaml.org,2002:", "!!")))
        if isinstance(event, yaml.ScalarEvent):
            self._put(Value(line, event.value, event.style in (None, "")))
        elif isinstance(event, yaml.SequenceStartEvent):
            self._enter(Entries(line))
        elif isinstance(event, yaml.MappingStartEvent):
            self._enter(Keys(line))
        elif isinstance(event, yaml.CollectionEndEvent):
            self.open.pop()

    def _enter(self, node: Entries | Keys) -> None:
        self._put(node)
        if len(self.open) == DEEPEST:
            raise Unreadable(node.line, "too_deep")
        self.open.append((node, None))

    def _put(self, node: Node) -> None:
        if not self.open:
            self.root = node
            return
        holder, key = self.open[-1]
        if isinstance(holder, Entries):
            holder.nodes.append(node)
        elif key is None:
            if not isinstance(node, Value):
                raise Unreadable(node.line, "not_yaml")  # a list or mapping as a key
            self.open[-1] = (holder, (node.line, node.text))
        else:
            self.open[-1] = (holder, None)
            if key[1] in holder.nodes:
                holder.twice.append(key)
            else:
                holder.nodes[key[1]] = (key[0], node)
