"""Quoting a message in an answer, and passing one on: the lines that say who wrote it, in the reader's language."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import NamedTuple

from babel.dates import format_datetime


class Person(NamedTuple):
    """Whom the lines name."""

    name: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A message that is quoted or forwarded. `date` is aware, in the zone it is to be shown in; `html` is clean."""

    author: Person
    date: datetime
    text: str
    html: str = ""
    subject: str = ""
    to: Sequence[Person] = ()
    cc: Sequence[Person] = ()


@dataclass(frozen=True, slots=True)
class Bodies:
    """The same in plain text and in HTML."""

    text: str
    html: str


@dataclass(frozen=True, slots=True)
class _Words:
    wrote: str
    forwarded: str
    from_: str
    date: str
    subject: str
    to: str
    cc: str


# Mail is written in its reader's language, not in that of the agent's screen, so these are not the interface's strings.
_WORDS = {
    "en": _Words("On {date}, {who} wrote:", "Forwarded message", "From", "Date", "Subject", "To", "Cc"),
    "ru": _Words("{date}, {who} пишет:", "Пересланное сообщение", "От", "Дата", "Тема", "Кому", "Копия"),
    "hy": _Words("{date}, {who}-ը գրել է՝", "Փոխանցված հաղորդագրություն", "Ումից", "Ամսաթիվ", "Թեմա", "Ում", "Պատճեն"),
    "ka": _Words("{date}, {who} წერს:", "გადაგზავნილი შეტყობინება", "ვისგან", "თარიღი", "თემა", "ვის", "ასლი"),
}
_PATTERNS = {
    "en": "MMM d, y, HH:mm",
    "ru": "d MMM y 'г'., HH:mm",
    "hy": "d MMM, y 'թ'., HH:mm",
    "ka": "d MMM. y, HH:mm",
}
_REPLY_PREFIX = re.compile(r"\s*(?:re|aw|sv|antw|ответ|отв|պատ|պատասխան|პასუხი|პას)(?:\[\d+\])?\s*:\s*", re.IGNORECASE)
_FORWARD_PREFIX = re.compile(r"\s*(?:fwd?|wg|пересл|փոխ|გადაგზ)\s*:\s*", re.IGNORECASE)


def reply_subject(subject: str) -> str:
    """`Re: …`, once."""
    return f"Re: {_without(_REPLY_PREFIX, subject)}".strip()


def forward_subject(subject: str) -> str:
    """`Fwd: …`, once."""
    return f"Fwd: {_without(_FORWARD_PREFIX, subject)}".strip()


def _without(prefix: re.Pattern[str], subject: str) -> str:
    while (found := prefix.match(subject)) is not None:
        subject = subject[found.end() :]
    return subject.strip()


def attribution(cited: Cited, language: str) -> str:
    """The line above a quote: "On Jan 5, 2026, 12:30, Ani <ani@example.com> wrote:"."""
    return _words(language).wrote.format(date=_date(cited.date, language), who=_who(cited.author))


def quote_for_reply(cited: Cited, language: str) -> Bodies:
    """The message as the quote under an answer to it."""
    line = attribution(cited, language)
    quoted = "\n".join(f">{text}" if text.startswith(">") else f"> {text}".rstrip() for text in cited.text.split("\n"))
    inner = cited.html or _as_html(cited.text)
    html = (
        f'<div class="gmail_quote"><div>{escape(line)}</div><blockquote type="cite" '
        f'style="margin:0 0 0 8px;padding-left:8px;border-left:2px solid #cccccc">{inner}</blockquote></div>'
    )
    return Bodies(f"{line}\n{quoted}", html)


def forward_body(cited: Cited, language: str) -> Bodies:
    """The message as it stands in one that passes it on, with who wrote it, when and to whom."""
    words = _words(language)
    rows = [
        (words.from_, _who(cited.author)),
        (words.date, _date(cited.date, language)),
        (words.subject, " ".join(cited.subject.split())),
        (words.to, ", ".join(map(_who, cited.to))),
        (words.cc, ", ".join(map(_who, cited.cc))),
    ]
    rows = [(label, value) for label, value in rows if value]
    title = f"---------- {words.forwarded} ----------"
    text = "\n".join([title, *(f"{label}: {value}" for label, value in rows), "", cited.text])
    head = "<br>".join(f"<b>{escape(label)}:</b> {escape(value)}" for label, value in rows)
    return Bodies(text, f"<div>{escape(title)}<br>{head}</div><br>{cited.html or _as_html(cited.text)}")


def _words(language: str) -> _Words:
    return _WORDS.get(language[:2], _WORDS["en"])


def _date(date: datetime, language: str) -> str:
    code = language[:2] if language[:2] in _WORDS else "en"
    return format_datetime(date, _PATTERNS[code], tzinfo=date.tzinfo, locale=code)


def _who(address: Person) -> str:
    name = " ".join(address.name.split())
    return f"{name} <{address.email}>" if name and address.email else name or address.email


def _as_html(text: str) -> str:
    return f'<div style="white-space:pre-wrap">{escape(text, quote=False)}</div>'
