"""Erasing a person from what others said: in conversations that they took part in, and wherever their address stands.

Others keep their words. Quotes go, for they are the person's; so do the originals, which can't be rewritten.
"""

from collections.abc import Iterable, Iterator

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tamada.core import bulk, events
from tamada.core.actors import SYSTEM
from tamada.core.personal import Eraser, Piece, Subject, cleared, erasers, names_any, without
from tamada.kit.text import analyse
from tamada.search import lookup
from tamada.search.index import index_messages
from tamada.search.vocabulary import Kind as Indexed

from . import access, indexing, points, spam_filter
from .envelopes import Address
from .erasing import AT_ONCE, forget_terms, theirs
from .events import ConversationUpdated
from .models import Conversation, Kind, Message
from .text import preview_of

_PAGE = 500
_CLEARED = (
    "subject", "to", "cc", "bcc", "text", "quoted_text", "html", "quoted_html", "references", "raw",
    "data", "author_name",
)  # fmt: skip


def mentioning(subject: Subject) -> list[int]:
    """The messages of others that may name them, oldest first."""
    known, ids = sorted(_shared(subject)), set(_found(subject))
    for start in range(0, len(known), _PAGE):
        ids.update(Message.objects.filter(conversation__in=known[start : start + _PAGE]).values_list("pk", flat=True))
    return sorted(ids.difference(theirs(subject).values_list("pk", flat=True)))


def _shared(subject: Subject) -> set[int]:
    """Their own conversations, and those in which they wrote: what is quoted there is theirs."""
    wrote = Message.objects.filter(customer__in=subject.ids).values_list("conversation", flat=True)
    return {*wrote, *Conversation.everything.filter(customer__in=subject.ids).values_list("pk", flat=True)}


def _found(subject: Subject) -> Iterator[int]:
    """Where the index has one of their addresses, among receivers or in the text."""
    for kind, address in subject.addresses:
        if address not in subject.telling:
            continue
        questions = [[[indexing.address_mark(address)]]] if kind == "email" else []
        if terms := [[term] for term in dict.fromkeys(analyse(address)) if lookup.plain(term)]:
            questions.append(terms[: lookup.MOST_GROUPS])
        for question in questions:
            yield from _pages(question)


def _pages(question: list[list[str]]) -> Iterator[int]:
    before: int | None = None
    while ids := lookup.newest(Indexed.MESSAGE, question, before=before, limit=_PAGE):
        yield from ids
        before = ids[-1]


def _rows(ids: Iterable[int]) -> QuerySet[Message]:
    others = Message.objects.filter(pk__in=list(ids), data__erased__isnull=True)
    return others.order_by("pk").select_related("conversation")


def _is_named(row: Message, subject: Subject, shared: set[int]) -> bool:
    """Whether there is anything of them in it. Beside them, quotes and the mails that it answers are."""
    if row.conversation_id in shared and (row.quoted_text or row.quoted_html or row.references):
        return True
    texts = (row.subject, row.text, row.quoted_text, row.html, row.quoted_html, row.author_name)
    people = [*row.to, *row.cc, *row.bcc, row.data]
    return names_any(" ".join([*texts, str(people)]), subject.words)


def _count(subject: Subject) -> int:
    shared = _shared(subject)
    return sum(_is_named(row, subject, shared) for row in _rows(mentioning(subject)).iterator())


def _erase(subject: Subject, after: int) -> Piece:
    ids, shared = [pk for pk in mentioning(subject) if pk > after][:AT_ONCE], _shared(subject)
    rows = [row for row in _rows(ids).prefetch_related("attachments") if _is_named(row, subject, shared)]
    for bury in points.burials:
        bury(rows)
    with transaction.atomic():
        spam_filter.forget_names(subject.words)
        forget_terms(rows)
        for row in rows:
            _clear(row, subject, is_shared=row.conversation_id in shared)
        bulk.update(Message, rows, _CLEARED)
        spoken = [row for row in rows if row.kind != Kind.SYSTEM]
        index_messages([indexing.document(row, indexing.terms_of(row)) for row in spoken])
        _clear_lists({row.conversation_id for row in rows}, subject)
    return Piece(len(rows), ids[-1] if ids else None)


def _clear(row: Message, subject: Subject, *, is_shared: bool) -> None:
    words = subject.words
    row.subject, row.text = without(row.subject, words), without(row.text, words)
    row.html = without(row.html, words, escaped=True)
    row.quoted_text = "" if is_shared else without(row.quoted_text, words)
    row.quoted_html = "" if is_shared else without(row.quoted_html, words, escaped=True)
    row.references = [] if is_shared else row.references
    row.raw = ""
    row.author_name = without(row.author_name, words)
    row.to, row.cc, row.bcc = (_others(people, subject) for people in (row.to, row.cc, row.bcc))
    row.data = cleared(row.data, words)


def _others(people: list[Address], subject: Subject) -> list[Address]:
    gone = {spelling.casefold() for spelling in subject.spellings}
    return [person for person in people if person.get("email", "").casefold() not in gone]


def _clear_lists(conversations: set[int], subject: Subject) -> None:
    """What lists show of these conversations; open pages look at them again."""
    rows = Conversation.everything.select_for_update(of=("self",)).filter(pk__in=conversations).order_by("pk")
    for row in rows.exclude(customer__in=subject.ids):
        said = row.messages.exclude(kind=Kind.SYSTEM).filter(data__erased__isnull=True).order_by("-seq").first()
        row.subject, row.preview = without(row.subject, subject.words), preview_of(said.text if said else "")
        row.save(update_fields=["subject", "preview", "updated_at"])
        keys = access.audience(row)
        fact = ConversationUpdated(audience=keys, before=keys, conversation=row.pk, fields=("erased",))
        events.record(fact, actor=SYSTEM)


erasers.register(
    "mentions",
    Eraser(
        _("What others said of them"),
        _count,
        _erase,
        ("conversations.Message",),
        kept=_count,
        why=_(
            "What others said themselves. Addresses, full names and quotes of this person are taken out of it, "
            "and its original as it came is removed."
        ),
    ),
)
