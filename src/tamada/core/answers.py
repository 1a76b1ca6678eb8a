"""What can be answered with: rooms that hold knowledge tell it here, and whoever answers asks them all."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from tamada.core.registry import Registry


@dataclass(frozen=True, slots=True)
class Answer:
    """One text that answers a question, as it stands published in one language.

    `key` names it among those of its source in every language (an article's id); `url` is where a customer reads it,
    with its host and scheme, "" where only people of the company may. `text` is plain, its paragraphs parted by an
    empty line; `version` grows with every change of its words, so that whoever quotes them knows which ones.
    """

    key: str
    language: str
    title: str
    text: str
    url: str
    version: int
    for_replies: bool = False
    """A few words made for replies: a person may send them, though customers read them nowhere by themselves."""

    @property
    def is_public(self) -> bool:
        """Whether a customer may be told it."""
        return bool(self.url)

    @property
    def may_be_sent(self) -> bool:
        """Whether a person may put its words into a reply."""
        return self.is_public or self.for_replies


@dataclass(frozen=True, slots=True)
class Phrasing:
    """One way to ask what `key` answers."""

    key: str
    language: str
    text: str


class AnswerSource(Protocol):
    """A room that holds answers. Nothing is kept from one call to the next: what it says is what holds now."""

    def version(self) -> str:
        """Another one whenever an answer or a phrasing has changed; costs a query or none."""
        ...

    def answers(self) -> Iterator[Answer]:
        """Every published answer, those for the company's own people too."""
        ...

    def titles(self, language: str) -> Iterator[tuple[str, str]]:
        """Keys and titles of the published answers in a language, by title; for a list to choose from."""
        ...

    def phrasings(self) -> Iterator[Phrasing]:
        """Every accepted way to ask for one of them."""
        ...

    def now(self, key: str, language: str) -> Answer | None:
        """The answer as it is published at this moment in this language, None where it no longer is: asked in the
        transaction that tells somebody."""
        ...


answer_sources: Registry[AnswerSource] = Registry("core.answer_sources")
"""By the name of the room."""
