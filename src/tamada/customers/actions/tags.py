"""Tags are made by using them."""

import unicodedata
from collections.abc import Iterable
from zlib import crc32

from django.db import transaction
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.core import audit, events
from tamada.core.actors import Actor

from ..errors import Invalid
from ..events import TagChanged
from ..identities import tag_key
from ..models import Tag

MAX_LENGTH = 60
HUES = 12


def tags_for(names: Iterable[str]) -> list[Tag]:
    """The tags of these names in the order given, each once; made where new. Raises Invalid for a bad name."""
    wanted: dict[str, str] = {}
    for name in names:
        clean = clean_name(name)
        wanted.setdefault(tag_key(clean), clean)
    if not wanted:
        return []
    found = Tag.objects.in_bulk(list(wanted), field_name="key")
    missing = [Tag(name=name, key=key, hue=hue_of(key)) for key, name in sorted(wanted.items()) if key not in found]
    if missing:
        Tag.objects.bulk_create(missing, ignore_conflicts=True)
        found |= Tag.objects.in_bulk([tag.key for tag in missing], field_name="key")
    return [found[key] for key in wanted]


def clean_name(name: str) -> str:
    """A tag's name without stray spaces and control characters. Raises Invalid."""
    clean = " ".join("".join(" " if unicodedata.category(c) == "Cc" else c for c in name).split())
    if not clean or not tag_key(clean) or max(len(clean), len(tag_key(clean))) > MAX_LENGTH:
        raise Invalid(_("A tag has between 1 and %(most)s characters.") % {"most": MAX_LENGTH}, "tags")
    return clean


def usable(names: Iterable[str]) -> list[str]:
    """Those of the names that can be tags."""
    good = []
    for name in names:
        try:
            good.append(clean_name(name))
        except Invalid:
            continue
    return good


def hue_of(key: str) -> int:
    """A colour that stays the same for the same word: one of twelve."""
    return crc32(key.encode()) % HUES


@transaction.atomic
def update_tag(*, agent: Agent | None, actor: Actor, tag: Tag, name: str | None = None, hue: int | None = None) -> Tag:
    """Rename or recolour a tag everywhere. Raises Invalid, also when another tag has the name."""
    if agent is not None:
        require(agent, "tag.create")
    before = tag.name
    if name is not None:
        tag.name = clean_name(name)
        tag.key = tag_key(tag.name)
        if Tag.objects.filter(key=tag.key).exclude(pk=tag.pk).exists():
            raise Invalid(_("Another tag has this name."), "name")
    if hue is not None:
        tag.hue = hue % HUES
    tag.save()
    audit.record(actor, "tag.updated", tag, name=[before, tag.name])
    events.record(TagChanged(audience=frozenset({"all"}), tag=tag.pk), actor=actor)
    return tag
