"""Articles of the knowledge base, to read."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import Query, Router

from tamada.core import storage
from tamada.knowledge import queries
from tamada.knowledge.lists import ArticleFilter, list_page
from tamada.knowledge.models import Article

from .. import cursors, schemas
from ..answers import answer, page
from ..article_shapes import article_item, whole_article
from ..caller import caller_of
from ..files import download
from ..ids import pk_of
from ..problems import not_found

router = Router(tags=["Articles"])


@router.get("/articles", response=schemas.Page[schemas.Article], summary="List articles")
def list_articles(request: HttpRequest, query: Query[schemas.ArticleQuery]) -> HttpResponse:
    """Those for our own people too, and those that nobody has published yet; newest change first."""
    purpose = f"articles:{query.order}"
    found = list_page(
        caller_of(request).agent,
        ArticleFilter(
            kind=query.kind,
            audience=query.audience,
            category=None if query.category is None else pk_of(query.category),
            changed_since=query.updated_since,
        ),
        newest=query.order == "updated_at",
        cursor=cursors.unwrap(query.cursor, purpose),
        limit=query.size,
    )
    return page([article_item(row) for row in found.items], cursors.wrap(found.next, purpose))


@router.get("/articles/{id}", response=schemas.WholeArticle, summary="Get an article")
def get_article(request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002
    """With what is published in each language, and how customers ask for it."""
    rows = queries.with_everything(queries.visible_to(caller_of(request).agent))
    row: Article = rows.get(pk=pk_of(id))
    return answer(whole_article(row))


@router.get("/article-files/{id}", response={200: None}, summary="Download a file of an article")
def get_article_file(request: HttpRequest, id: str) -> HttpResponseBase:  # noqa: A002
    """The bytes of a picture or file."""
    row = queries.files_visible_to(caller_of(request).agent).get(pk=pk_of(id))
    try:
        return download(storage.open(row.blob), name=row.name, type_=row.type)
    except storage.MissingFile:
        raise not_found() from None
