"""Visitors: who begins, who says who they are, and who turns out to be somebody we know."""

import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tamada.conversations.access import audience
from tamada.conversations.envelopes import Party
from tamada.conversations.models import Inbox
from tamada.conversations.recipients import is_address
from tamada.core.actors import SYSTEM
from tamada.core.realtime import publish_ephemeral
from tamada.customers.actions import add_identity, merge_customers, update_customer
from tamada.customers.errors import CustomerError, InvalidIdentity
from tamada.customers.models import Customer, Identity, IdentityType
from tamada.customers.queries import merged_into

from ..errors import BadEmail, BadUser, WrongProof
from ..models import Thread, Visitor
from ..queries import digest_of
from . import unseen

_FRESH: Final = timedelta(minutes=1)
_IDLE: Final = timedelta(days=30)
_AT_ONCE: Final = 500


def start_visitor(*, inbox: Inbox, language: str = "", page: str = "", referrer: str = "") -> tuple[Visitor, str]:
    """A new browser, and its token, which is told this once."""
    token = _new_token()
    now = timezone.now()
    visitor = Visitor.objects.create(
        inbox=inbox,
        token=digest_of(token),
        language=_language(language),
        page=page_address(page),
        referrer=page_address(referrer),
        created_at=now,
        seen_at=now,
    )
    return visitor, token


def _new_token() -> str:
    return secrets.token_urlsafe(32)


def note_seen(*, visitors: Iterable[Visitor]) -> None:
    """These browsers are there; written once a minute. In a transaction before anything else is held."""
    now = timezone.now()
    stale = {visitor.pk for visitor in visitors if now - visitor.seen_at > _FRESH}
    for pk in sorted(stale):
        Visitor.objects.filter(pk=pk).update(seen_at=now)


def note_listening(*, visitors: Collection[int]) -> None:
    """The same of browsers that listen and ask for nothing. Who is held by another is passed over until the next time:
    nobody waits here while holding others.
    """
    listening = sorted(visitors)
    for start in range(0, len(listening), _AT_ONCE):
        ids = listening[start : start + _AT_ONCE]
        stale = Visitor.objects.filter(pk__in=ids, seen_at__lt=timezone.now() - _FRESH)
        if not stale.exists():
            continue
        with transaction.atomic():
            held = stale.select_for_update(skip_locked=True).values_list("pk", flat=True)
            Visitor.objects.filter(pk__in=list(held)).update(seen_at=timezone.now())


def describe_visitor(
    *,
    visitor: Visitor,
    page: str | None = None,
    referrer: str | None = None,
    language: str | None = None,
    name: str | None = None,
    email: str | None = None,
) -> Visitor:
    """Keep where they are and what they typed of themselves; None leaves as it is. Raises `BadEmail`."""
    given = {
        "page": None if page is None else page_address(page),
        "referrer": None if referrer is None else page_address(referrer),
        "language": None if language is None else _language(language),
        "name": None if name is None else _line(name, 160),
        "email": None if email is None else _email(email),
    }
    changed = {key: value for key, value in given.items() if value is not None and value != getattr(visitor, key)}
    if not changed:
        return visitor
    former = visitor.name
    with transaction.atomic():
        for key, value in changed.items():
            setattr(visitor, key, value)
        visitor.seen_at = timezone.now()
        visitor.save(update_fields=[*changed, "seen_at"])
        if "name" in changed or "email" in changed:
            introduce(visitor, former)
        if visitor.email and "email" in changed:
            unseen.look_again(visitor)
    if "page" in changed and visitor.customer_id:
        _tell_page(visitor)
    return visitor


def _tell_page(visitor: Visitor) -> None:
    """Colleagues who look at the chat see where the visitor is now. Nothing more is stored."""
    thread = visitor.threads.select_related("conversation").order_by("-last_activity_at").first()
    if thread is not None:
        payload = {"conversation_id": str(thread.conversation_id)}
        publish_ephemeral(audience(thread.conversation), "visitor.page", payload, 1.0)


def introduce(visitor: Visitor, former: str = "") -> None:
    """What was typed becomes known of the customer: the name where there is none, or the `former` one that they gave
    themselves; the address unproven and only if it is nobody's. Call in a transaction.
    """
    customer = known_customer(visitor)
    if customer is None:
        return
    try:
        if visitor.name and customer.name in ("", former):
            update_customer(agent=None, actor=SYSTEM, customer=customer, name=visitor.name)
        taken = Identity.objects.filter(type=IdentityType.EMAIL, value=visitor.email.casefold()).exists()
        if visitor.email and not taken:
            add_identity(agent=None, actor=SYSTEM, customer=customer, type=IdentityType.EMAIL, value=visitor.email)
    except (CustomerError, InvalidIdentity, Customer.DoesNotExist):
        pass  # Somebody else's, or more than fits: it stays what was typed, shown with the chat.


def known_customer(visitor: Visitor) -> Customer | None:
    """The customer behind a visitor, as it stands: one that was merged is the one it is part of."""
    own = visitor.customer
    if own is None or (own.merged_into_id is None and own.erased_at is None):
        return own
    return Customer.objects.filter(pk=merged_into(own.pk) or own.pk).first()


def party_of(visitor: Visitor) -> Party:
    """As whom a visitor writes: the site's user in this inbox's own namespace, or this browser."""
    if visitor.user:
        return Party(type=IdentityType.EXTERNAL, value=_external(visitor.inbox_id, visitor.user), name=visitor.name)
    return Party(type=IdentityType.CHAT, value=f"visitor-{visitor.pk}", name=visitor.name)


def _external(inbox_id: int, user: str) -> str:
    return f"chat-{inbox_id}:{user}"


# --- who they are -----------------------------------------------------------------------------------------------------


def identify_visitor(
    *, visitor: Visitor, user: str, proof: str, name: str | None = None, email: str | None = None
) -> tuple[Visitor, str | None]:
    """Believe the site that this is its user, by its proof (`hash`). Raises `WrongProof`, `BadUser`, `BadEmail`.

    A token comes with it whenever it is new. Whoever proves who they are gets another than they had until then: who sat
    at the same screen before may have noted that one. Who was proven to be somebody else is a new visitor from now on:
    the next person sees nothing of the former.
    """
    _check_proof(visitor.inbox, user, proof)
    email = None if email is None else _email(email)
    token: str | None = None
    with transaction.atomic():
        held = _held(visitor)
        if held.user not in ("", user):
            held, token = start_visitor(inbox=held.inbox, language=held.language, page=held.page)
        elif not held.user:
            token = _new_token()
            held.token = digest_of(token)
        if not held.user:
            held.user = user
            held.save(update_fields=["user", "token"])
            _join(held)
            Thread.objects.filter(visitor=held).update(user=user)
        # Whatever fails here takes the new token back: it would be told to nobody, and the old one be refused.
        return describe_visitor(visitor=held, name=name, email=email), token


def _held(visitor: Visitor) -> Visitor:
    """The visitor as it stands, until the transaction ends: two proofs at once don't make one browser two people."""
    held = Visitor.objects.select_for_update().get(pk=visitor.pk)
    held.inbox = visitor.inbox
    return held


def _check_proof(inbox: Inbox, user: str, proof: str) -> None:
    right = hmac.new(inbox.secret.encode(), user.encode("utf-8", "replace"), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(right.encode(), proof.strip().lower().encode("utf-8", "replace")):
        raise WrongProof
    # Two users whose names are one once normalised would share an identity.
    if not 0 < len(user) <= 200 or user != unicodedata.normalize("NFC", user).strip() or not user.isprintable():
        raise BadUser


def _join(visitor: Visitor) -> None:
    """The anonymous customer of this browser becomes the proven one, if there is nothing of anybody else in it."""
    own = known_customer(visitor)
    if own is None:
        return
    value = _external(visitor.inbox_id, visitor.user)
    known = Identity.objects.filter(type=IdentityType.EXTERNAL, value=value).select_related("customer").first()
    if known is None:
        here = _external(visitor.inbox_id, "")
        if not own.identities.filter(type=IdentityType.EXTERNAL, value__startswith=here).exists():
            prove(visitor, own)
    elif known.customer_id != own.pk and _is_only(visitor, own):
        merge_customers(agent=None, actor=SYSTEM, source=own, target=known.customer)
        visitor.customer = known.customer
        visitor.save(update_fields=["customer"])


def prove(visitor: Visitor, customer: Customer) -> None:
    """Note that this customer is the site's user. Call in a transaction."""
    value = _external(visitor.inbox_id, visitor.user)
    row = Identity.objects.filter(type=IdentityType.EXTERNAL, value=value).first()
    if row is None:
        add_identity(
            agent=None, actor=SYSTEM, customer=customer, type=IdentityType.EXTERNAL, value=value, verified=True
        )
    elif not row.verified:
        Identity.objects.filter(pk=row.pk).update(verified_at=timezone.now())


def _is_only(visitor: Visitor, customer: Customer) -> bool:
    """Whether the customer is this browser alone: nothing proven, no address but the one that was typed here."""
    others = customer.identities.exclude(type=IdentityType.CHAT, value=f"visitor-{visitor.pk}")
    typed = {"type": IdentityType.EMAIL, "value": visitor.email.casefold(), "verified_at__isnull": True}
    return not others.exclude(**typed).exists()


# --- what is given --------------------------------------------------------------------------------------------------


def _line(text: str, most: int) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:most]


def page_address(text: str) -> str:
    """A page's address; anything but http is no page."""
    text = _line(text, 1000)
    return text if text.lower().startswith(("http://", "https://")) else ""


def _language(code: str) -> str:
    return code if code in dict(settings.LANGUAGES) else ""


def _email(text: str) -> str:
    text = text.strip()
    if text and not is_address(text):
        raise BadEmail
    return text


def forget_idle() -> int:
    """Forget browsers that never wrote and were not seen for a month; how many.

    Proven or not: nothing refers to them yet, and the site proves its user anew.
    """
    old = Visitor.objects.filter(customer=None, seen_at__lt=timezone.now() - _IDLE, threads=None)
    ids = list(old.values_list("pk", flat=True)[:_AT_ONCE])
    Visitor.objects.filter(pk__in=ids).delete()
    return len(ids)
