"""An article drafted from what customers asked and how it was answered best: taken out of both, with nobody named."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from django.db import transaction
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.conversations.models import AuthorKind, Message
from tamada.core.actors import Actor
from tamada.knowledge import actions as knowledge
from tamada.knowledge.actions import Settled
from tamada.knowledge.models import Article
from tamada.knowledge.models.centres import LANGUAGES
from tamada.knowledge.queries import main_centre

from .. import queries
from ..asking import telling
from ..clustering import terms
from ..composing import Composed, compose
from ..errors import Invalid
from ..gathering import ours
from ..models import Drafted, Topic
from ..phrases import is_personal, phrase, redacted

_SOLVED: Final = 30
_PHRASINGS: Final = 10
_LONGEST: Final = 4_000


@transaction.atomic
def draft_article(*, agent: Agent, actor: Actor, topic: Topic) -> Article:
    """The draft of an article about a topic; the one that is there where somebody drafted it already.

    Only conversations that the agent sees are read. Raises `PermissionDenied`, `Topic.DoesNotExist`, and `Invalid`
    where no message can be read any more.
    """
    require(agent, "knowledge.write")
    row = Topic.objects.select_for_update().get(pk=topic.pk)
    row = queries.topics_visible_to(agent).get(pk=row.pk)
    shown = queries.one_topic(agent, row, "")
    if shown.article is not None:
        return shown.article
    seen = queries.asked_visible_to(agent).filter(topic=row)
    asked = queries.messages_of(seen, row, 200)
    if not asked:
        raise Invalid(_("There is no message left to draft from."))
    language = _language(asked)
    solved = set(seen.filter(is_well=True).values_list("message", flat=True))
    best = [one for one in asked if one.pk in solved and one.language in (language, "")][:_SOLVED]
    answers = compose([text for one in best if (text := _answer(one))])
    by: dict[str, Any] = {"agent": agent, "actor": actor}
    article = knowledge.create_article(**by, settled=Settled(owner=agent))
    with translation.override(language):
        title = phrase([queries.words_of(one) for one in asked[:12]]) or _("A question that customers ask")
        knowledge.save_draft(**by, article=article, language=language, title=title, html=_html(answers))
    knowledge.propose_phrasings(article=article, found=_phrasings(asked))
    Drafted.objects.bulk_create(
        [Drafted(message_id=one.pk, article_id=article.pk) for one in asked],
        update_conflicts=True, unique_fields=["message"], update_fields=["article_id"],
    )  # fmt: skip
    row.label = f"knowledge:{article.pk}"
    row.save(update_fields=["label"])
    return article


def _language(asked: Sequence[Message]) -> str:
    votes = Counter(one.language for one in asked if one.language in LANGUAGES)
    return votes.most_common(1)[0][0] if votes else main_centre().main_language


def _answer(asked: Message) -> str:
    """What one of us said to it first."""
    rows = Message.objects.filter(ours(), conversation=asked.conversation_id, seq__gt=asked.seq)
    said = rows.filter(author_kind__in=(AuthorKind.AGENT, AuthorKind.API)).order_by("seq").first()
    if said is None:
        return ""
    names = (*queries.words_of(asked).names, said.author_name, *(row.get("name", "") for row in said.to))
    return redacted(said.text[:_LONGEST], [name for name in names if name])


def _html(found: Composed) -> str:
    """What several answers say as paragraphs; whole answers below it, for whoever writes the article to choose from."""
    heading = escape(_("Answers of ours, to choose from"))
    quoted = "".join(f"<blockquote>{_paragraphs(one)}</blockquote>" for one in found.others)
    return _paragraphs("\n\n".join(found.body)) + (f"<h2>{heading}</h2>{quoted}" if found.others else "")


def _paragraphs(text: str) -> str:
    parts = [" ".join(part.split()) for part in text.split("\n\n")]
    return "".join(f"<p>{escape(part)}</p>" for part in parts if part)


def _phrasings(asked: Sequence[Message]) -> list[tuple[str, str, int]]:
    """How they asked: of each message the sentence that says most, where it names nobody."""
    found: dict[tuple[str, str], int] = {}
    for one in asked:
        said = queries.words_of(one)
        lines = [line for line in (said.subject, *telling(said.text)) if line and not is_personal(line, said.names)]
        best = max(
            lines, key=lambda line: ("?" in line or "՞" in line, len(set(terms(line, said.language)))), default=""
        )
        if best and one.language in LANGUAGES:
            found.setdefault((one.language, best[:160]), one.pk)
    return [(language, text, pk) for (language, text), pk in list(found.items())[:_PHRASINGS]]
