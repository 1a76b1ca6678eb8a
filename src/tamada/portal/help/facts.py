"""What pages tell machines: JSON-LD (schema.org). It is data, which no content policy asks about."""

import json
from collections.abc import Sequence
from typing import Any, Final

from django.utils.safestring import SafeString, mark_safe

from tamada.knowledge.models import Translation

from .contact import Way
from .places import Place

_ESCAPED: Final = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}
_QUESTION: Final = "?՞"
_LONGEST_ANSWER: Final = 5_000

type_facts = dict[str, Any]


def script(*facts: type_facts) -> SafeString:
    """The block for a page. Nothing in it can end the block, whatever an article says."""
    graph = {"@context": "https://schema.org", "@graph": list(facts)}
    body = json.dumps(graph, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPED)
    return mark_safe(f'<script type="application/ld+json">{body}</script>')  # noqa: S308  escaped above


def company(place: Place, ways: Sequence[Way], languages: Sequence[str]) -> type_facts:
    """Whose help centre it is, and how they are reached."""
    by_type = {way.type: way for way in reversed(ways)}
    point: type_facts = {"@type": "ContactPoint", "contactType": "customer support", "availableLanguage": [*languages]}
    if phone := by_type.get("phone"):
        point["telephone"] = phone.words
    if email := by_type.get("email"):
        point["email"] = email.words
    facts: type_facts = {"@type": "Organization", "name": str(place.centre), "url": f"{place.canonical}/"}
    return facts | ({"contactPoint": point} if len(point) > 3 else {})


def site(place: Place, language: str) -> type_facts:
    """The centre in one language, with its search."""
    target = f"{place.whole(place.path(language, 'search'))}?q={{words}}"
    return {
        "@type": "WebSite",
        "name": str(place.centre),
        "url": place.whole(place.home(language)),
        "inLanguage": language,
        "potentialAction": {"@type": "SearchAction", "target": target, "query-input": "required name=words"},
    }


def trail(place: Place, steps: Sequence[tuple[str, str]]) -> type_facts:
    """Where a page stands: names and paths from the beginning on."""
    items = [
        {"@type": "ListItem", "position": number, "name": name, "item": place.whole(path)}
        for number, (name, path) in enumerate(steps, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def article(place: Place, row: Translation, description: str) -> list[type_facts]:
    """An article; one that asks a question and answers it briefly is told as that, too."""
    url = place.whole(place.article(row))
    at = row.published_at.isoformat() if row.published_at else None
    facts: type_facts = {
        "@type": "Article",
        "headline": row.title[:110],
        "description": description,
        "inLanguage": row.language,
        "mainEntityOfPage": url,
        "url": url,
        "publisher": {"@type": "Organization", "name": str(place.centre)},
    }
    if at:
        facts["dateModified"] = at
    asks = any(sign in row.title for sign in _QUESTION)
    if not asks or len(row.text) > _LONGEST_ANSWER:
        return [facts]
    answer = {"@type": "Answer", "text": row.text.strip(), "url": url}
    question = {"@type": "Question", "name": row.title, "acceptedAnswer": answer}
    return [facts, {"@type": "FAQPage", "inLanguage": row.language, "mainEntity": [question]}]
