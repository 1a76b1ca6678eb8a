"""Custom fields of customers."""

import re
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.core import audit
from tamada.core.actors import Actor

from ..errors import Invalid
from ..models import AttributeDefinition, AttributeType

_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")


@transaction.atomic
def define_attribute(
    *,
    agent: Agent | None,
    actor: Actor,
    key: str,
    label: str,
    type: str = AttributeType.TEXT,  # noqa: A002
    choices: Sequence[str] = (),
    position: int = 0,
) -> AttributeDefinition:
    """Make a custom field, or change its label, choices and place; its type stays. Raises Invalid, PermissionDenied."""
    if agent is not None:
        require(agent, "attribute.settings")
    label, options = " ".join(label.split()), list(dict.fromkeys(c.strip() for c in choices if c.strip()))
    _check(key, label, type, options)
    row = AttributeDefinition.objects.filter(key=key).first() or AttributeDefinition(key=key, type=type)
    if row.type != type:
        raise Invalid(_("The type of an attribute can't be changed once it exists."), "type")
    row.label, row.choices, row.position = label, options, position
    row.save()
    audit.record(actor, "attribute.defined", row, key=key, type=type)
    return row


@transaction.atomic
def drop_attribute(*, agent: Agent | None, actor: Actor, definition: AttributeDefinition) -> None:
    """Do away with a custom field. Values that customers have stay stored, out of sight, until they are changed."""
    if agent is not None:
        require(agent, "attribute.settings")
    audit.record(actor, "attribute.dropped", definition, key=definition.key)
    definition.delete()


def _check(key: str, label: str, type_: str, choices: list[str]) -> None:
    if not _KEY.fullmatch(key):
        raise Invalid(_("A key has small Latin letters, digits and underscores."), "key")
    if not 1 <= len(label) <= 80:
        raise Invalid(_("A label has between 1 and 80 characters."), "label")
    if type_ not in AttributeType.values:
        raise Invalid(_("There is no such type of attribute."), "type")
    if (type_ == AttributeType.CHOICE) != bool(choices) or any(len(choice) > 80 for choice in choices):
        raise Invalid(_("A choice needs options of at most 80 characters, and only a choice has them."), "choices")
