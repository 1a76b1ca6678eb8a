"""Help for who answers, in words: hints, summaries, and why the language model was of no use."""

from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tamada.assistant import handing_note
from tamada.assistant.assist.summary import Summary
from tamada.assistant.assist.tone import Finding, Hint
from tamada.assistant.llm.errors import Reason
from tamada.core.answers import Answer
from tamada.core.language import as_label, labelled

from . import times

_BREAK: Final = SafeString("<br>")
_PARTED: Final = SafeString("<div><br></div>")


def hint_in_words(finding: Finding) -> str:
    """One hint as a sentence."""
    sentences = {
        Hint.GAP: _("Still to be filled in: %(words)s"),
        Hint.ATTACHMENT: _("You write “%(words)s”, and nothing is attached."),
        Hint.LANGUAGE: _("The customer writes in another language: %(words)s."),
        Hint.SHOUTING: _("This may sound like shouting: “%(words)s”"),
        Hint.HARSH: _("This may sound impatient: “%(words)s”"),
        Hint.GREETING: _("There is no greeting yet."),
        Hint.UNANSWERED: _("They also asked: “%(words)s”"),
        Hint.LONG: _("A long sentence, hard to read: “%(words)s”"),
    }
    words = language_in_words(finding.words) if finding.hint == Hint.LANGUAGE else finding.words
    return sentences[finding.hint] % {"words": words}


def language_in_words(code: str) -> str:
    """A language by its name in the reader's."""
    names = {"hy": _("Armenian"), "ka": _("Georgian"), "ru": _("Russian"), "en": _("English")}
    return names.get(code, code)


def reason_in_words(reason: Reason) -> str:
    """Why there is no answer of the language model, and that nothing is lost."""
    sentences = {
        Reason.OFF: _("No language model is set up for this inbox."),
        Reason.RESTING: _("The language model failed several times and is left alone for a while. Go on without it."),
        Reason.BUDGET: _("The budget of the language model is used up for now. Go on without it."),
        Reason.SLOW: _("The language model took too long. Go on without it, or try again."),
        Reason.UNREACHABLE: _("The language model could not be reached. Go on without it, or try again."),
        Reason.REFUSED: _("The language model refused. Go on without it; an admin sees why in the settings."),
        Reason.UNREADABLE: _("The language model said what can't be read. Go on without it, or try again."),
        Reason.USELESS: _("The language model said nothing that can be relied on, so it is not shown."),
    }
    return sentences[reason]


def summary_in_words(summary: Summary) -> str:
    """A summary as plain text, as it stands in a note; "" when there is nothing to say."""
    # What is wanted and has no answer need not be told twice.
    told = summary.now if summary.answered else f"{summary.wants}\n{summary.now}"
    parts = [
        *handing_note.wishes(summary.wants, summary.now),
        _list(_("Still open"), [question for question in summary.open_questions if question not in told]),
        handing_note.tried(summary.tried),
        _line(_("We answered last"), summary.answered),
        _list(_("Promised"), [f"{p.words} ({p.by}, {times.with_clock(p.at)})" for p in summary.promises]),
        _line(_("To know"), ", ".join(summary.facts)),
    ]
    return "\n".join(part for part in parts if part)


def _line(title: str, words: str) -> str:
    return labelled(title, words) if words else ""


def _list(title: str, entries: tuple[str, ...] | list[str]) -> str:
    if len(entries) <= 1:
        return _line(title, "".join(entries))
    return "\n".join([as_label(title), *(f"– {entry}" for entry in entries)])


def as_html(text: str, source: Answer | None = None) -> SafeString:
    """Plain text as the composer takes it; a public source is named below it."""
    blocks = text.replace("\r\n", "\n").strip().split("\n\n")
    html = format_html_join(_PARTED, "<div>{}</div>", ((_lines(block),) for block in blocks))
    if source is None or not source.url:
        return html
    link = format_html('<a href="{}">{}</a>', source.url, source.title)
    return format_html("{}{}<div>{}</div>", html, _PARTED, link)


def _lines(block: str) -> SafeString:
    return format_html_join(_BREAK, "{}", ((line,) for line in block.split("\n")))
