"""What a language model adds: an answer put together from sources, translations, better words, a told summary.

Each raises `Unavailable` when there is none that can be used; whoever asked shows what it has without. Customers' words
and articles go to it as data, without anybody's name, and what it says is judged before it is shown (`llm.checks`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tamada.conversations.models import Conversation, Kind, Message
from tamada.core.answers import Answer
from tamada.kit.text import detect_language

from ..llm import checks, client, prompts
from ..llm.errors import Reason, Unavailable
from ..llm.prompts import LANGUAGES, Question
from ..llm.redaction import Redactor
from ..llm.wire import Turn
from .queries import messages_to_tell, question_of, redactor_for

_ANSWER_TOKENS: Final = 900
_TEXT_TOKENS: Final = 1_600
_SOURCES: Final = 3
_TOLD: Final = 40


@dataclass(frozen=True, slots=True)
class Drafted:
    """An answer that stands on sources, which it quotes."""

    text: str
    sources: tuple[Answer, ...]


def draft_answer(conversation: Conversation, answers: Sequence[Answer]) -> Drafted:
    """An answer to what the customer asked last, from these published answers alone."""
    question, language = question_of(conversation)
    given = list(answers)[:_SOURCES]
    if not question or not given:
        raise Unavailable(Reason.USELESS, "nothing to answer from")
    redactor = redactor_for(conversation)
    asked = redactor.hide(prompts.cut(question))
    sources = [f"{answer.title}\n{prompts.cut(answer.text)}" for answer in given]
    said = checks.read_object(_ask(drafting(asked, sources, language or given[0].language), conversation))
    text = checks.read_text(said, "answer")
    used = checks.quoted_sources(said, sources)
    checks.check_language(text, language)
    checks.check_facts(text, [asked, *(sources[number] for number in used)])
    return Drafted(checks.shown(text, redactor), tuple(given[number] for number in used))


def drafting(asked: str, sources: Sequence[str], language: str) -> list[Turn]:
    """What is asked for an answer; `asked` without anything personal. Also shown to admins as what leaves."""
    question = Question(prompts.ANSWER.format(language=LANGUAGES.get(language, "the language of the message")))
    for number, source in enumerate(sources, 1):
        question.add(f"source {number}", source)
    return question.add("message", asked).turns()


def translate(conversation: Conversation, text: str, language: str) -> str:
    """A text of the conversation in another language."""
    if language not in LANGUAGES:
        raise Unavailable(Reason.USELESS, "no such language")
    return _reworded(conversation, text, prompts.TRANSLATE.format(language=LANGUAGES[language]), language)


def reword(conversation: Conversation, text: str) -> str:
    """The same, clearer and friendlier, in its own language."""
    language = detect_language(text)
    task = prompts.REWORD.format(language=LANGUAGES.get(language, "the same language"))
    return _reworded(conversation, text, task, language)


def _reworded(conversation: Conversation, text: str, task: str, language: str) -> str:
    """A text that is too long is not cut: half of it in other words would pass for the whole."""
    if not text.strip() or len(text) > prompts.MOST_CHARS:
        raise Unavailable(Reason.USELESS, "too long")
    redactor = redactor_for(conversation)
    asked = redactor.hide(text)
    said = _ask(Question(task).add("text", asked).turns(), conversation, most=_TEXT_TOKENS)
    better = checks.read_text(checks.read_object(said), "text")
    checks.check_language(better, language)
    checks.check_same_facts(better, asked)
    return checks.shown(better, redactor)


def tell_summary(conversation: Conversation, language: str) -> str:
    """The conversation told to a colleague, in their language."""
    messages = messages_to_tell(conversation)[-_TOLD:]
    redactor = redactor_for(conversation)
    told = redactor.hide("\n\n".join(_line(message) for message in messages))[-prompts.MOST_CHARS :]
    if not told.strip():
        raise Unavailable(Reason.USELESS, "nothing was said")
    task = prompts.SUMMARISE.format(language=LANGUAGES.get(language, "English"))
    said = checks.read_object(_ask(Question(task).add("conversation", told).turns(), conversation))
    text = checks.read_text(said, "text")
    checks.check_language(text, language)
    checks.check_facts(text, [told])
    return checks.shown(text, redactor)


def _line(message: Message) -> str:
    who = "Customer" if message.kind == Kind.IN else "Employee"
    return f"{who}, {message.created_at:%Y-%m-%d}: {prompts.cut(message.text)}"


def _ask(turns: list[Turn], conversation: Conversation, *, most: int = _ANSWER_TOKENS) -> str:
    return client.ask(turns, inbox=conversation.inbox_id, max_tokens=most)


def hidden(text: str, names: Sequence[str]) -> str:
    """A text as it would leave, for who wants to see it."""
    return Redactor(names).hide(prompts.cut(text))
