"""Pictures and files of articles: bytes first, outside of any transaction, then the row."""

from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent
from tamada.core import audit, storage
from tamada.core.actors import Actor
from tamada.kit.html.article import files_in
from tamada.kit.sniff import sniff

from ..errors import InUse, Invalid
from ..models import Article, ArticleFile
from .door import locked, require, tell

PICTURES: Final = ("image/png", "image/jpeg", "image/gif", "image/webp")
MOST_BYTES: Final = 25 * 1024 * 1024
MOST_PICTURE: Final = 5 * 1024 * 1024
MOST_FILES: Final = 100


def add_file(
    *, agent: Agent | None, actor: Actor, article: Article, name: str, content: bytes, is_inline: bool = False
) -> ArticleFile:
    """Store a picture for the text, or a file beside it. Raises `PermissionDenied`, or `Invalid`."""
    require(agent, "knowledge.write")
    name = name.replace("\\", "/").rpartition("/")[2].replace("\0", "").strip()[:200] or _("file")
    type_ = sniff(content)
    if is_inline and type_ not in PICTURES:
        raise Invalid(_("This is no picture that can be shown: use PNG, JPEG, GIF or WebP."), "file")
    if len(content) > (MOST_PICTURE if is_inline else MOST_BYTES):
        raise Invalid(_("This file is too large."), "file")
    blob = storage.put(content)
    with transaction.atomic():
        row = locked(article)
        if row.files.count() >= MOST_FILES:
            raise Invalid(_("An article holds at most %(most)d files.") % {"most": MOST_FILES}, "file")
        made = ArticleFile.objects.create(
            article=row,
            name=name,
            type=type_,
            size=len(content),
            blob=blob,
            is_inline=is_inline,
            uploaded_by=agent,
        )
        audit.record(actor, "article.file_added", row, file=made.pk, type=type_)
        tell(row, actor)
    return made


def remove_file(*, agent: Agent | None, actor: Actor, file: ArticleFile) -> None:
    """Take a file away. Raises `PermissionDenied`, or `InUse` while an article's words show it."""
    require(
        agent, "knowledge.publish" if file.article.translations.filter(version__gt=0).exists() else "knowledge.write"
    )
    with transaction.atomic():
        row = locked(file.article)
        shown = {pk for one in row.translations.all() for pk in files_in(one.html + one.draft_html)}
        if file.pk in shown:
            raise InUse(_("The article shows this picture. Take it out of the text first."))
        audit.record(actor, "article.file_removed", row, file=file.pk)
        blob = file.blob
        file.delete()
        tell(row, actor)
    storage.delete(blob)
