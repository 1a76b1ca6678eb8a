"""Help centres: their name, look, languages, and the ways to reach us from them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent
from tamada.calendars.models import Calendar
from tamada.conversations.models import Channel, Inbox
from tamada.core import audit, events, storage
from tamada.core.actors import SYSTEM, Actor
from tamada.kit.sniff import sniff

from ..errors import InUse, Invalid
from ..events import EVERYBODY, HelpCentreChanged
from ..models import Category, HelpCentre
from ..models.centres import LANGUAGES
from .door import renew_state, require
from .files import PICTURES

MOST_LOGO: Final = 512 * 1024
RESERVED: Final = frozenset({*LANGUAGES, "files", "language", "logo"})
"""What the first part of an address below /help means something else by."""

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_HOST = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """A help centre as it is to be. `names` and `intros` are by language."""

    slug: str
    names: Mapping[str, str] = field(default_factory=dict)
    intros: Mapping[str, str] = field(default_factory=dict)
    languages: Sequence[str] = ("en",)
    colour: str = ""
    host: str = ""
    email: str = ""
    phone: str = ""
    request_inbox: Inbox | None = None
    chat_inbox: Inbox | None = None
    calendar: Calendar | None = None
    is_published: bool = False

    def fields(self) -> dict[str, Any]:
        """What the row holds. Raises `Invalid`."""
        languages = list(dict.fromkeys(code for code in self.languages if code in LANGUAGES))
        if not languages:
            raise Invalid(_("Choose at least one language."), "languages")
        return {
            "slug": _slug(self.slug),
            "names": texts(self.names, 80),
            "intros": texts(self.intros, 300),
            "language_order": languages,
            "colour": self.colour and _matching(_COLOUR, self.colour, 7, "colour", _("Write a colour as #a02c3c.")),
            "host": _host(self.host),
            "email": _email(self.email),
            "phone": " ".join(self.phone.split())[:40],
            "request_inbox": _inbox(self.request_inbox, Channel.EMAIL, "request_inbox"),
            "chat_inbox": _inbox(self.chat_inbox, Channel.CHAT, "chat_inbox"),
            "calendar": self.calendar,
            "is_published": self.is_published,
        }


def texts(given: Mapping[str, str], longest: int) -> dict[str, str]:
    """Words by language as they are kept."""
    lines = {code: " ".join(str(given.get(code, "")).replace("\0", "").split()) for code in LANGUAGES}
    if any(len(line) > longest for line in lines.values()):
        raise Invalid(_("These words are too long."), "names")
    return {code: line for code, line in lines.items() if line}


def _matching(pattern: re.Pattern[str], given: str, longest: int, name: str, problem: str) -> str:
    value = given.strip().lower()
    if not pattern.fullmatch(value) or len(value) > longest:
        raise Invalid(problem, name)
    return value


def _slug(given: str) -> str:
    slug = _matching(_SLUG, given, 40, "slug", _("Use small Latin letters, digits and hyphens."))
    if slug in RESERVED:
        raise Invalid(_("This address has a meaning of its own. Choose another one."), "slug")
    return slug


def _host(given: str) -> str | None:
    if not given.strip():
        return None
    host = _matching(_HOST, given, 253, "host", _("Write the host alone, such as help.example.am."))
    if host in {name.strip(".").lower() for name in settings.ALLOWED_HOSTS}:
        raise Invalid(_("The desk answers under this host. Choose another one."), "host")
    return host


def _email(given: str) -> str:
    given = given.strip()
    try:
        if given:
            validate_email(given)
    except ValidationError:
        raise Invalid(_("This is no e-mail address."), "email") from None
    return given


def _inbox(inbox: Inbox | None, channel: str, name: str) -> Inbox | None:
    if inbox is not None and (inbox.channel != channel or not inbox.is_active):
        raise Invalid(_("This inbox can't be used here."), name)
    return inbox


def create_centre(*, agent: Agent | None, actor: Actor, face: Face) -> HelpCentre:
    """Make another help centre. Raises `PermissionDenied` or `Invalid`."""
    require(agent, "knowledge.settings")
    centre = HelpCentre(**face.fields())
    with transaction.atomic():
        _save(centre)
        audit.record(actor, "help_centre.added", centre, slug=centre.slug)
        tell(centre, actor)
    return centre


def update_centre(*, agent: Agent | None, actor: Actor, centre: HelpCentre, face: Face) -> HelpCentre:
    """Change a help centre whole. Raises as `create_centre`."""
    require(agent, "knowledge.settings")
    fields = face.fields()
    changed = [name for name, value in fields.items() if getattr(centre, name) != value]
    for name in changed:
        setattr(centre, name, fields[name])
    with transaction.atomic():
        _save(centre)
        renew_state()
        audit.record(actor, "help_centre.updated", centre, changed=changed)
        tell(centre, actor)
    return centre


def set_logo(*, agent: Agent | None, actor: Actor, centre: HelpCentre, content: bytes) -> None:
    """Give a centre its logo, or with no bytes none. Raises `PermissionDenied` or `Invalid`."""
    require(agent, "knowledge.settings")
    type_ = sniff(content) if content else ""
    if content and (type_ not in PICTURES or len(content) > MOST_LOGO):
        raise Invalid(_("Use a PNG, JPEG, GIF or WebP picture of at most 512 KB."), "logo")
    before, blob = centre.logo, storage.put(content) if content else ""
    with transaction.atomic():
        HelpCentre.objects.filter(pk=centre.pk).update(logo=blob, logo_type=type_)
        audit.record(actor, "help_centre.logo_set", centre, type=type_)
        tell(centre, actor)
    centre.logo, centre.logo_type = blob, type_
    if before and before != blob:
        storage.delete(before)


def delete_centre(*, agent: Agent | None, actor: Actor, centre: HelpCentre) -> None:
    """Remove a help centre without articles. Raises `PermissionDenied`, or `InUse`."""
    require(agent, "knowledge.settings")
    with transaction.atomic():
        if centre.is_main:
            raise InUse(_("The first help centre stays. You can take it off the net."))
        if Category.objects.filter(centre=centre, articles__isnull=False).exists():
            raise InUse(_("There are articles in it. Move them first."))
        audit.record(actor, "help_centre.deleted", centre, slug=centre.slug)
        tell(centre, actor)
        Category.objects.filter(centre=centre, parent__isnull=False).delete()
        centre.delete()


def tell(centre: HelpCentre, actor: Actor = SYSTEM) -> None:
    """Let everybody know that a centre, or what stands in it, is another."""
    events.record(HelpCentreChanged(audience=EVERYBODY, centre=centre.pk), actor=actor)


def _save(centre: HelpCentre) -> None:
    try:
        with transaction.atomic():
            centre.save()
    except IntegrityError:
        others = HelpCentre.objects.exclude(pk=centre.pk)
        by_host = bool(centre.host) and others.filter(host=centre.host).exists()
        problem = _("Another help centre has this address.")
        raise Invalid(problem, "host" if by_host else "slug") from None
