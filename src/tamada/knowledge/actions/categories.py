"""Categories of a help centre: making, naming, ordering, removing."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent
from tamada.core import audit
from tamada.core.actors import Actor
from tamada.kit.text import slug

from ..errors import InUse, Invalid
from ..models import Article, Category, HelpCentre
from .centres import tell, texts
from .door import renew_state, require


@transaction.atomic
def save_category(
    *,
    agent: Agent | None,
    actor: Actor,
    centre: HelpCentre,
    category: Category | None = None,
    names: Mapping[str, str],
    descriptions: Mapping[str, str],
    parent: Category | None = None,
    slug_hint: str = "",
) -> Category:
    """Make a category, or change one. Raises `PermissionDenied`, or `Invalid`."""
    require(agent, "knowledge.publish")
    row = category or Category(centre=centre, position=Category.objects.filter(centre=centre).count())
    row.names, row.descriptions, row.parent = texts(names, 80), texts(descriptions, 300), _parent(row, parent)
    if not row.names:
        raise Invalid(_("Enter a name."), "names")
    row.slug = row.slug or _free_slug(row, slug_hint)
    row.save()
    audit.record(actor, "category.saved", row, names=row.names, parent=row.parent_id)
    tell(centre, actor)
    return row


def _parent(row: Category, parent: Category | None) -> Category | None:
    if parent is None:
        return None
    if parent.pk == row.pk or parent.parent_id or parent.centre_id != row.centre_id:
        raise Invalid(_("A category stands under one that stands under none."), "parent")
    if row.pk and row.children.exists():
        raise Invalid(_("Others stand under this category."), "parent")
    return parent


def _free_slug(row: Category, hint: str) -> str:
    languages = row.centre.languages
    name = hint or next((row.names[code] for code in ("en", *languages) if code in row.names), "")
    wanted = slug(name, "category")
    taken = set(Category.objects.filter(centre=row.centre).values_list("slug", flat=True))
    number, free = 2, wanted
    while free in taken:
        free, number = f"{wanted}-{number}"[:80], number + 1
    return free


@transaction.atomic
def move_category(*, agent: Agent | None, actor: Actor, category: Category, up: bool) -> None:
    """Put a category one place up or down among those beside it."""
    require(agent, "knowledge.publish")
    beside = list(Category.objects.filter(centre=category.centre_id, parent=category.parent_id))
    here = next(index for index, one in enumerate(beside) if one.pk == category.pk)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(beside):
        return
    beside[here], beside[there] = beside[there], beside[here]
    for position, one in enumerate(beside):
        one.position = position
    Category.objects.bulk_update(beside, ["position"])
    audit.record(actor, "category.moved", category, up=up)
    tell(category.centre, actor)


@transaction.atomic
def delete_category(*, agent: Agent | None, actor: Actor, category: Category) -> None:
    """Remove a category in which nothing stands. Raises `PermissionDenied`, or `InUse`."""
    require(agent, "knowledge.publish")
    if category.children.exists() or Article.objects.filter(category=category).exists():
        raise InUse(_("Something stands in this category. Move it first."))
    audit.record(actor, "category.deleted", category, names=category.names)
    tell(category.centre, actor)
    renew_state()
    category.delete()
