"""What is at hand for whoever answers a conversation: the question, answers to it, what was said so far."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.db.models import Q

from tamada.accounts.models import Agent
from tamada.conversations import citing
from tamada.conversations.models import AuthorKind, Conversation, DeliveryState, Kind, Message
from tamada.core.answers import Answer
from tamada.kit.text import detect_language

from ..answering import Best, best_answers
from ..llm.redaction import Redactor
from ..queries import tried_in
from .similar import Similar, similar
from .summary import Line, Summary, summarise
from .tone import Letter

ANSWERS: Final = 3
READ: Final = 200
"""So many of the newest messages are read for a summary, and as many as matter for the question."""
_QUESTION: Final = 2_000
_NOT_LEFT: Final = (DeliveryState.QUEUED, DeliveryState.FAILED, DeliveryState.BOUNCED)
_TOLD: Final = ("kind", "author_kind", "author_name", "is_automatic", "text", "to", "cc", "created_at", "seq")


@dataclass(frozen=True, slots=True)
class Help:
    """What the panel beside the composer shows."""

    question: str
    language: str
    best: Best | None
    similar: Sequence[Similar]

    @property
    def answers(self) -> list[Answer]:
        """The published answers that fit, the best first."""
        return [candidate.answer for candidate in self.best.answers] if self.best else []


def help_for(agent: Agent, conversation: Conversation) -> Help:
    """Answers and solved conversations for what the customer asked last. What came from us alone needs none."""
    question, language = question_of(conversation)
    if not question:
        return Help("", language, None, ())
    best = best_answers(question, language, limit=ANSWERS, internal=True)
    return Help(question, language, best, similar(agent, question, but=conversation))


def question_of(conversation: Conversation) -> tuple[str, str]:
    """What the customer wrote since our last answer, or at last, and the language of it."""
    said = conversation.messages.filter(Q(kind=Kind.IN) | citing.GIVEN, is_automatic=False)
    newest = list(said.only("kind", "text", "language", "seq", "author_kind", "conversation").order_by("-seq")[:10])
    waiting: list[Message] = []
    for message in newest:
        if message.kind == Kind.OUT and waiting:
            break
        if message.kind == Kind.IN:
            waiting.append(message)
    text = _joined([message.text for message in waiting])
    language = waiting[0].language if waiting else ""
    return text, language or detect_language(text) or conversation.language or conversation.customer.language


def _joined(newest: Sequence[str]) -> str:
    """The beginnings of messages in their order, as many of the newest as fit: a question stands above its footer."""
    kept: list[str] = []
    for text in (text[:_QUESTION].strip() for text in newest):
        if sum(map(len, kept)) + len(text) + len(kept) > _QUESTION:
            break
        kept.append(text)
    return "\n".join(reversed(kept)).strip()


def letter_of(conversation: Conversation, *, text: str, has_files: bool) -> Letter:
    """An answer that is being written, with what its hints go by."""
    question, language = question_of(conversation)
    is_mail = conversation.channel == "email"
    is_first = is_mail and not conversation.messages.filter(citing.GIVEN, is_automatic=False).exists()
    return Letter(text, question, language, has_files=has_files, is_first=is_first)


def messages_to_tell(conversation: Conversation) -> list[Message]:
    """The newest of what was said to and by the customer, oldest first; nothing that was passed on to others."""
    said = conversation.messages.filter(Q(kind=Kind.IN) | citing.ANSWERS).exclude(delivery__in=_NOT_LEFT)
    return list(said.only(*_TOLD).order_by("-seq")[:READ])[::-1]


def summary_of(conversation: Conversation) -> Summary:
    """The conversation in short, and what the assistant did in it."""
    said = summarise([_line(message) for message in messages_to_tell(conversation)])
    return replace(said, tried=tuple(tried_in(conversation)))


def _line(message: Message) -> Line:
    return Line(
        message.kind == Kind.IN,
        message.author_name,
        message.text,
        message.created_at,
        message.is_automatic or message.author_kind in (AuthorKind.RULE, AuthorKind.SYSTEM),
    )


def redactor_for(conversation: Conversation, *, facts: bool = False) -> Redactor:
    """What hides the people of this conversation: its customer, who else wrote or was written to, their addresses'
    names; with `facts` whoever works here too, and what was so for that customer alone.
    """
    customer = conversation.customer
    identities = [str(identity.display or identity.value) for identity in customer.identities.all()]
    handles = [text.partition("@")[0] for text in identities]
    newest = conversation.messages.order_by("-seq").values_list("author_name", "to", "cc", "bcc")[:READ]
    written = [author for author, *_lists in newest]
    receivers = [str(one.get("name", "")) for _author, *lists in newest for some in lists for one in some]
    organisation = [customer.organisation.name] if customer.organisation else []
    ours = Agent.objects.values_list("name", flat=True) if facts else ()
    names = dict.fromkeys([customer.name, *handles, *written, *receivers, *organisation, *ours])
    return Redactor(names, facts=facts)
