"""What people type, taken apart: words, "phrases", operators like `from:ani`, and numbers of conversations.

Every operator has a name in each of the desk's languages, and so have the values of `is:` and `has:`.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from tamada.kit.text import fold

LONGEST: Final = 500


def _aliases(text: str) -> dict[str, str]:
    lines = (line.split("=") for line in text.strip().splitlines())
    return {fold(alias): name.strip() for name, aliases in lines for alias in (name.strip(), *aliases.split())}


OPERATORS: Final = _aliases(
    """
    from = от ումից ուղարկող ვისგან გამგზავნი
    to = кому ում ստացող ვის მიმღები
    tag = тег метка պիտակ թեգ ტეგი ჭდე
    is = статус վիճակ სტატუსი
    before = до մինչև მდე მანამდე
    after = после հետո შემდეგ
    has = есть ունի აქვს
    inbox = ящик արկղ փոստարկղ ყუთი
    assignee = ответственный исполнитель պատասխանատու პასუხისმგებელი
    """
)
STATES: Final = _aliases(
    """
    open = открыт открыто открытые բաց ღია
    pending = ожидает ожидание ожидают սպասում սպասող მოლოდინში
    snoozed = отложен отложено отложенные հետաձգված გადადებული
    closed = закрыт закрыто закрытые փակ փակված დახურული
    unassigned = ничей ничьи свободно свободные ազատ չվերցված თავისუფალი
    mine = мой моё мои իմ իմը ჩემი
    spam = спам սպամ სპამი
    late = просрочен просрочено просроченные ուշացած ժամկետանց დაგვიანებული ვადაგასული
    unread = непрочитано непрочитанные չկարդացված წაუკითხავი
    """
)
PARTS: Final = _aliases(
    """
    attachment = file files attachments вложение вложения файл файлы կցորդ կցված ֆայլ დანართი ფაილი
    """
)
PEOPLE: Final = _aliases(
    """
    me = я мне ես ինձ მე
    none = никто нет ոչոք ոչմեկ არავინ
    """
)

_QUOTES = str.maketrans(dict.fromkeys("“”„«»‟＂", '"'))
_PIECE = re.compile(
    r"""(?P<name>[^\W\d_]+):(?:"(?P<quoted>[^"]*)"?|(?P<value>[^\s"]+))
      | "(?P<phrase>[^"]*)"?
      | \#(?P<number>\d{1,18})(?=\s|$)
      | (?P<word>[^\s"]+)
      | (?P<space>\s+)""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Operator:
    """One `name:value`; `written` is how it stands in the query, so that it can be taken out again."""

    name: str
    value: str
    written: str


@dataclass(frozen=True, slots=True)
class Query:
    """A query taken apart. `words` keeps the space after a finished last word."""

    text: str = ""
    words: str = ""
    phrases: tuple[str, ...] = ()
    operators: tuple[Operator, ...] = ()
    number: int | None = None

    @property
    def marked(self) -> str:
        """The words to mark in what was found."""
        return " ".join([*self.phrases, self.words]) if self.phrases else self.words

    def without(self, operator: Operator) -> str:
        """The query as typed, less one operator."""
        return " ".join(self.text.replace(operator.written, " ", 1).split())

    def __bool__(self) -> bool:
        return bool(self.words.strip() or self.phrases or self.operators or self.number is not None)


@dataclass(slots=True)
class _Pieces:
    words: list[str] = field(default_factory=list)
    phrases: list[str] = field(default_factory=list)
    operators: list[Operator] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    live: bool = False


def parse(text: str) -> Query:
    """Take a query apart. Anything is a query: what is no operator is a word."""
    text = text.replace("\x00", " ").translate(_QUOTES)[:LONGEST]
    pieces = _Pieces()
    for match in _PIECE.finditer(text):
        _sort(match, pieces)
    words = " ".join(pieces.words)
    bare = words.strip()
    if not pieces.numbers and not pieces.phrases and bare.isdecimal() and bare.isascii() and len(bare) <= 18:
        pieces.numbers.append(int(bare))
    return Query(
        text=text.strip(),
        words=words if pieces.live or not words else f"{words} ",
        phrases=tuple(pieces.phrases),
        operators=tuple(pieces.operators),
        number=pieces.numbers[0] if pieces.numbers else None,
    )


def _sort(match: re.Match[str], pieces: _Pieces) -> None:
    found = match.groupdict()
    pieces.live = False
    if found["name"]:
        name = OPERATORS.get(fold(found["name"]))
        value = (found["quoted"] if found["quoted"] is not None else found["value"]).strip()
        if name and value:
            pieces.operators.append(Operator(name, value, match.group()))
            return
        pieces.words.append(match.group())
        pieces.live = not name
    elif found["phrase"] is not None:
        if phrase := " ".join(found["phrase"].split()):
            pieces.phrases.append(phrase)
    elif found["number"]:
        pieces.numbers.append(int(found["number"]))
    elif found["word"]:
        pieces.words.append(found["word"])
        pieces.live = True
