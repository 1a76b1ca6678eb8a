"""Articles as the API shows them."""

from typing import Any

from tamada.kit.html.article import shown_article
from tamada.knowledge.models import Article, Translation
from tamada.knowledge.points import address_of
from tamada.knowledge.queries import main_language, public_addresses, state

from .answers import instant

type_item = dict[str, Any]


def article_item(row: Article) -> type_item:
    """Needs `category__centre` and `translations` fetched."""
    return {
        "id": str(row.pk),
        "kind": row.kind,
        "audience": row.audience,
        "category": {"id": str(row.category.pk), "name": str(row.category)} if row.category else None,
        "owner": str(row.owner_id) if row.owner_id else None,
        "review_at": row.review_at.isoformat() if row.review_at else None,
        "helpful": row.helpful,
        "unhelpful": row.unhelpful,
        "translations": [_translation(one, main) for one, main in _beside_main(row)],
        "created_at": instant(row.created_at),
        "updated_at": instant(row.changed_at),
    }


def _beside_main(row: Article) -> list[tuple[Translation, Translation | None]]:
    rows, language = list(row.translations.all()), main_language(row)
    main = next((one for one in rows if one.language == language), None)
    for one in rows:
        one.article = row  # What was fetched serves here as well.
    return [(one, main) for one in rows]


def _translation(one: Translation, main: Translation | None) -> type_item:
    return {
        "language": one.language,
        "title": one.title if one.is_published else one.working_title,
        "slug": one.slug,
        "state": state(one, main),
        "version": one.version,
        "published_at": instant(one.published_at),
        "url": address_of(one) or None,
    }


def whole_article(row: Article) -> type_item:
    """With its words."""
    rows = _beside_main(row)
    words = [
        _translation(one, main) | {"html": _shown(one) if one.is_published else "", "text": _said(one)}
        for one, main in rows
    ]
    asked = [{"language": p.language, "text": p.text} for p in row.phrasings.filter(accepted=True)]
    return article_item(row) | {"translations": words, "phrasings": asked}


def _said(one: Translation) -> str:
    return one.text if one.is_published else ""


def _shown(one: Translation) -> str:
    addresses = public_addresses(one.html, one.language)
    return shown_article(
        one.html, file=lambda pk: f"/api/v1/article-files/{pk}", article=lambda pk: addresses.get(pk, "")
    )
