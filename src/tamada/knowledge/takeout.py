"""Knowledge in an export of everything: help centres, articles, every version, how customers ask, what they said."""

from tamada.core.takeout import datasets, of_fields, stored

from .models import (
    Article,
    ArticleFile,
    Category,
    DeadEnd,
    HelpCentre,
    Link,
    OldSlug,
    Opinion,
    Phrasing,
    SourcePath,
    Translation,
    Version,
)

_CENTRES = of_fields(
    "help_centres",
    lambda: HelpCentre.objects.select_related("request_inbox", "chat_inbox", "calendar"),
    id="pk",
    slug="slug",
    names="names",
    intros="intros",
    languages="languages",
    colour="colour",
    logo="logo",
    host="host",
    email="email",
    phone="phone",
    request_inbox="request_inbox.name",
    chat_inbox="chat_inbox.name",
    calendar="calendar.name",
    is_main="is_main",
    is_published="is_published",
    created_at="created_at",
)
_CATEGORIES = of_fields(
    "article_categories",
    Category.objects.all,
    id="pk",
    help_centre="centre_id",
    parent="parent_id",
    slug="slug",
    names="names",
    descriptions="descriptions",
    position="position",
)
_ARTICLES = of_fields(
    "articles",
    lambda: Article.everything.select_related("owner"),
    id="pk",
    category="category_id",
    kind="kind",
    audience="audience",
    owner="owner.email",
    review_at="review_at",
    position="position",
    helpful="helpful",
    unhelpful="unhelpful",
    created_at="created_at",
    changed_at="changed_at",
    deleted_at="deleted_at",
)
_TRANSLATIONS = of_fields(
    "article_translations",
    Translation.objects.all,
    id="pk",
    article="article_id",
    language="language",
    slug="slug",
    title="title",
    html="html",
    text="text",
    is_published="is_published",
    version="version",
    based_on="based_on",
    published_at="published_at",
    draft_title="draft_title",
    draft_html="draft_html",
    draft_at="draft_at",
)
_VERSIONS = of_fields(
    "article_versions",
    lambda: Version.objects.select_related("by"),
    id="pk",
    translation="translation_id",
    number="number",
    title="title",
    html="html",
    by="by.email",
    at="at",
)
_PHRASINGS = of_fields(
    "article_phrasings",
    Phrasing.objects.all,
    id="pk",
    article="article_id",
    language="language",
    text="text",
    origin="origin",
    accepted="accepted",
    created_at="created_at",
)
_OPINIONS = of_fields(
    "article_opinions",
    Opinion.objects.all,
    id="pk",
    translation="translation_id",
    version="version",
    helpful="helpful",
    reason="reason",
    comment="comment",
    at="at",
)
_DEAD_ENDS = of_fields(
    "dead_ends",
    DeadEnd.objects.all,
    id="pk",
    help_centre="centre_id",
    language="language",
    words="words",
    count="count",
    first_at="first_at",
    last_at="last_at",
    dismissed_at="dismissed_at",
)
_LINKS = of_fields(
    "article_links",
    Link.objects.all,
    id="pk",
    translation="translation_id",
    url="url",
    status="status",
    checked_at="checked_at",
    error="error",
)
_FILES = of_fields(
    "article_files",
    ArticleFile.objects.all,
    id="pk",
    article="article_id",
    name="name",
    type="type",
    size="size",
    sha256="blob",
    inline="is_inline",
    created_at="created_at",
)
_OLD_SLUGS = of_fields(
    "article_old_addresses",
    OldSlug.objects.all,
    id="pk",
    translation="translation_id",
    language="language",
    slug="slug",
)
_SOURCES = of_fields(
    "article_source_paths",
    SourcePath.objects.all,
    id="pk",
    article="article_id",
    path="path",
)


def _keys() -> set[str]:
    """Pictures and files of articles, and logos."""
    logos = HelpCentre.objects.exclude(logo="").values_list("logo", flat=True)
    return {*ArticleFile.objects.values_list("blob", flat=True), *logos}


stored.register("knowledge", _keys)
for _one in (
    _CENTRES,
    _CATEGORIES,
    _ARTICLES,
    _TRANSLATIONS,
    _VERSIONS,
    _PHRASINGS,
    _OPINIONS,
    _DEAD_ENDS,
    _LINKS,
    _FILES,
    _OLD_SLUGS,
    _SOURCES,
):
    datasets.register(_one.name, _one)
