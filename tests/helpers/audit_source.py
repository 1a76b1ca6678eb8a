"""What the source says of the entries that it writes into the audit trail: every call, wherever it stands.

A call may stand in a function that writes for others: then its callers are read. What it spreads out (`**facts`) is
followed to the literals it is made of.
"""

import ast
import importlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from django.apps import apps
from django.db.models import Model

from tests.helpers.data import ROOT

_SOURCE: Final = ROOT / "src" / "tamada"
_ACTION: Final = re.compile(r"[a-z_]+\.[a-z_]+")


@dataclass(frozen=True, slots=True)
class Room:
    """A module, as it is written and as it runs."""

    name: str
    tree: ast.Module
    space: Mapping[str, Any]

    @property
    def area(self) -> str:
        return self.name.partition(".")[0]

    def functions(self) -> Iterator[ast.FunctionDef]:
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef))

    def named(self, name: str) -> ast.FunctionDef | None:
        return next((one for one in self.functions() if one.name == name), None)


@dataclass(frozen=True, slots=True)
class Place:
    """A function, which is where names mean something."""

    room: Room
    function: ast.FunctionDef

    def __str__(self) -> str:
        return f"{self.room.name}.{self.function.name}"

    def arguments(self) -> dict[str, ast.expr | None]:
        args = self.function.args
        return {one.arg: one.annotation for one in (*args.posonlyargs, *args.args, *args.kwonlyargs)}

    def gathers(self, value: ast.expr) -> bool:
        """Whether this is what the function's callers gave by name."""
        given = self.function.args.kwarg
        return given is not None and isinstance(value, ast.Name) and value.id == given.arg

    def assigned(self, name: str) -> Iterator[ast.expr]:
        """What a name stands for here."""
        for node in ast.walk(self.function):
            if isinstance(node, ast.Assign):
                yield from (said for one, said in _pairs(node) if isinstance(one, ast.Name) and one.id == name)
            elif isinstance(node, (ast.AnnAssign, ast.AugAssign, ast.NamedExpr)):
                if isinstance(node.target, ast.Name) and node.target.id == name and node.value is not None:
                    yield node.value
            elif isinstance(node, (ast.For, ast.comprehension)) and name in _names(node.target):
                yield node.iter

    def keys(self, value: ast.expr) -> Iterator[str | None]:
        """The names in what is spread out; None where the source does not tell."""
        match value:
            case ast.Dict():
                for key, part in zip(value.keys, value.values, strict=True):
                    yield from self.keys(part) if key is None else (words(key) or (None,))
            case ast.IfExp():
                yield from (*self.keys(value.body), *self.keys(value.orelse))
            case ast.BinOp():
                yield from (*self.keys(value.left), *self.keys(value.right))
            case ast.Name(id=name):
                yield from self._keys_of(name)
            case ast.Call(func=ast.Subscript(), args=[], keywords=[]):
                return  # dict[str, Any]()
            case ast.Call(func=ast.Name(id=name)) if (there := self.room.named(name)) is not None:
                yield from Place(self.room, there)._returned_keys()
            case _:
                yield None

    def _keys_of(self, name: str) -> Iterator[str | None]:
        """What was assigned to a name, and put into it by its key."""
        made = list(self.assigned(name))
        for one in made:
            yield from self.keys(one)
        for node in ast.walk(self.function):
            match node:
                case ast.Subscript(value=ast.Name(id=held), ctx=ast.Store()) if held == name:
                    yield from (words(node.slice) or (None,))
        if not made:
            yield None

    def _returned_keys(self) -> Iterator[str | None]:
        for node in ast.walk(self.function):
            if isinstance(node, ast.Return) and node.value is not None:
                yield from self.keys(node.value)

    def models(self, value: ast.expr) -> set[type[Model]]:
        """Of which kinds this may be; none where the source does not tell."""
        match value:
            case ast.Name(id=name):
                return self._models_of(name)
            case ast.Attribute(value=base, attr=attr):
                return {_related(model, attr) for model in self.models(base)}
            case ast.Call(func=ast.Name(id=name)):
                return _models(self.room.space, name) or _returned(self.room.space.get(name))
            case ast.Call(func=ast.Attribute(value=base)) | ast.Subscript(value=base):
                return self.models(base)
            case ast.IfExp() | ast.BoolOp():
                parts = value.values if isinstance(value, ast.BoolOp) else [value.body, value.orelse]
                return set[type[Model]]().union(*map(self.models, parts))
        return set()

    def _models_of(self, name: str) -> set[type[Model]]:
        given = self.arguments()
        if name in given:
            said = given[name]
            return set() if said is None else _models(self.room.space, ast.unparse(said))
        made = [one for one in self.assigned(name) if name not in _names(one)]
        return set[type[Model]]().union(*map(self.models, made)) if made else _models(self.room.space, name)


def _pairs(node: ast.Assign) -> Iterator[tuple[ast.expr, ast.expr]]:
    """What is assigned to what, each part of `a, b = 1, 2` by itself."""
    for target in node.targets:
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            yield from zip(target.elts, node.value.elts, strict=True)
        else:
            yield from ((one, node.value) for one in getattr(target, "elts", [target]))


def words(value: ast.expr) -> list[str]:
    """The names that are written out in an expression."""
    texts = (node.value for node in ast.walk(value) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return [text for text in texts if text.isidentifier()]


def _names(value: ast.expr) -> set[str]:
    return {node.id for node in ast.walk(value) if isinstance(node, ast.Name)}


def _models(space: Mapping[str, Any], words: str) -> set[type[Model]]:
    known = {model.__name__: model for model in apps.get_models()}
    found = (space.get(word) or known.get(word) for word in re.findall(r"\w+", words))
    return {one for one in found if isinstance(one, type) and issubclass(one, Model)}


def _related(model: type[Model], attr: str) -> type[Model]:
    """What a relation leads to; a manager or a method of a query leads to the same."""
    relations = {one.name: one.related_model for one in model._meta.get_fields() if one.is_relation}
    related = relations.get(attr)
    return related if isinstance(related, type) else model


def _returned(called: Any) -> set[type[Model]]:
    said = getattr(called, "__annotations__", {}).get("return")
    return set() if said is None else _models(getattr(called, "__globals__", {}), str(getattr(said, "__name__", said)))


@cache
def _rooms() -> list[Room]:
    made = []
    for file in sorted(_SOURCE.rglob("*.py")):
        text = file.read_text()
        if "audit.record(" not in text and not any(f"{name}(" in text for name in ("inbox_changed", "finish")):
            continue
        name = ".".join(file.relative_to(_SOURCE).with_suffix("").parts)
        made.append(Room(name, ast.parse(text), vars(importlib.import_module(f"tamada.{name}"))))
    return made


def places() -> Iterator[Place]:
    return (Place(room, function) for room in _rooms() for function in room.functions())


def calls(place: Place, name: str) -> list[ast.Call]:
    calls = (node for node in ast.walk(place.function) if isinstance(node, ast.Call))
    return [one for one in calls if f".{ast.unparse(one.func)}".endswith(f".{name}")]


@dataclass(slots=True)
class Reader:
    """Reads what entries can say, each with the place that writes it.

    Three tables, by place, say what the source does not: the names in what is spread out or listed, the kind of thing,
    and the actions. `naming` are the fields whose values are names of fields.
    """

    naming: frozenset[str]
    made_of: Mapping[str, Iterable[str]]
    kinds: Mapping[str, str]
    done: Mapping[str, Iterable[str]]
    actions: dict[str, str] = field(default_factory=dict)
    objects: dict[str, str] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)
    places: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)
    """Entries of the tables that were needed."""
    lost: set[str] = field(default_factory=set)
    """Places of which neither the source nor a table tells."""

    def read(self) -> None:
        for place in places():
            for call in calls(place, "audit.record"):
                self.places.add(str(place))
                self._read_action(place, call.args[1])
                self._read_object(place, call.args[2])
                self._read_fields(place, call)

    def _read_action(self, place: Place, said: ast.expr) -> None:
        texts: list[ast.expr] = [said]
        if isinstance(said, ast.Name) and said.id in place.arguments():
            texts = [arg for _other, call in _callers(place) for arg in call.args]
        elif isinstance(said, ast.Name):
            texts = list(place.assigned(said.id))
        nodes = (node for text in texts for node in ast.walk(text))
        parts = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
        codes = [part for part in parts if _ACTION.fullmatch(part)] or self._table(self.done, place, "what is done")
        self.actions |= dict.fromkeys(codes, str(place))

    def _read_object(self, place: Place, said: ast.expr) -> None:
        if isinstance(said, ast.Constant):
            return
        kinds = [model._meta.label_lower for model in place.models(said)]
        self.objects |= dict.fromkeys(kinds or self._table(self.kinds, place, "to what"), str(place))

    def _read_fields(self, place: Place, call: ast.Call) -> None:
        for word in call.keywords:
            if word.arg is not None:
                self.fields[word.arg] = str(place)
                if word.arg in self.naming:
                    self._read_names(place, word.value)
            elif place.gathers(word.value):
                for other, inner in _callers(place):
                    self._read_fields(other, inner)
            else:
                keys = list(place.keys(word.value))
                told = self._table(self.made_of, place, "what is spread out") if None in keys else []
                self.fields |= dict.fromkeys([*told, *(key for key in keys if key)], str(place))

    def _read_names(self, place: Place, value: ast.expr) -> None:
        made = list(place.assigned(value.id)) if isinstance(value, ast.Name) else [value]
        written = [] if str(place) in self.made_of else [name for one in made for name in words(one)]
        self.fields |= dict.fromkeys(written or self._table(self.made_of, place, "which fields"), str(place))

    def _table(self, table: Mapping[str, Any], place: Place, what: str) -> list[str]:
        self.asked.add(str(place))
        if str(place) not in table:
            self.lost.add(f"{place}: {what}")
        told = table.get(str(place), [])
        return [told] if isinstance(told, str) else list(told)


def _callers(place: Place) -> Iterator[tuple[Place, ast.Call]]:
    """Who calls a function that writes for others: a private one in its own module, a method in its own room."""
    name, own = place.function.name, place.room
    for other in places():
        near = other.room is own if name.startswith("_") else other.room.area == own.area
        if near or not (name.startswith("_") or "self" in place.arguments()):
            yield from ((other, call) for call in calls(other, name))
