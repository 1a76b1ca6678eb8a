"""Passwords: the rules, and hashing that can't eat the machine."""

import unicodedata
from functools import lru_cache
from threading import BoundedSemaphore

from django.contrib.auth import hashers, password_validation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import company
from .errors import Invalid
from .models import Agent

SHORTEST = 12
LONGEST = 1024
_SHORTEST_NAME = 4
_OURS = "Tamada"

# Argon2 is slow and hungry by design: two at a time, so that a flood of sign-ins can't take every thread's memory.
_turns = BoundedSemaphore(2)


class Argon2Hasher(hashers.Argon2PasswordHasher):
    """Argon2id with OWASP's parameters (19 MiB, two passes, one lane); Django's own take 100 MiB a sign-in."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1


def hash_password(password: str) -> str:
    """The hash to keep. Slow on purpose: never call it inside a transaction."""
    with _turns:
        return hashers.make_password(normalised(password))


def matches(password: str, agent: Agent | None) -> bool:
    """True if this is the agent's password. As slow when there is no such agent, or they have no password yet."""
    if agent is None or not agent.has_usable_password():
        hash_password(password)
        return False
    with _turns:
        right, outdated = hashers.verify_password(normalised(password), agent.password)
    if right and outdated:
        agent.password = hash_password(password)
        Agent.objects.filter(pk=agent.pk).update(password=agent.password)
    return right


def normalised(password: str) -> str:
    """NFKC, so that the same keys on another system make the same password (RFC 8265's OpaqueString is as strict)."""
    return unicodedata.normalize("NFKC", password)


def check_rules(
    password: str, *, name: str = "", email: str = "", company_name: str = "", field: str = "password"
) -> None:
    """Raise `Invalid` with what is wrong: too short, too long, well known, or made of a name that others know.

    These are the person's own, their address, and the company's; `company_name` is what it is about to be called.
    """
    if len(password) < SHORTEST:
        raise Invalid(
            ngettext(
                "A password needs at least %(count)d character.",
                "A password needs at least %(count)d characters.",
                SHORTEST,
            )
            % {"count": SHORTEST},
            field,
        )
    if len(password) > LONGEST:
        raise Invalid(_("This password is too long."), field)
    if _is_common(password):
        raise Invalid(_("This password is among those that are guessed first. Choose another one."), field)
    if _is_made_of(password, name, email, company_name, company.given_name(), _OURS):
        text = _("This password is too close to your name, your address or the company's name. Choose another one.")
        raise Invalid(text, field)


def _is_common(password: str) -> bool:
    """True for one of the commonest, also with digits and signs behind it or said over again."""
    plain = password.casefold().strip()
    base = plain.rstrip("0123456789!?.,*#@$%&+-_ ")
    once = plain[: (plain + plain).find(plain, 1)]
    return len(set(plain)) <= 2 or not base or bool({plain, base, once} & _common())


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    return frozenset(password_validation.CommonPasswordValidator().passwords)


def _is_made_of(password: str, *names: str) -> bool:
    """True if little is left of the password once the words of these names are taken out of it."""
    left = password.casefold()
    words = [word for name in names for word in name.casefold().replace("@", " ").replace(".", " ").split()]
    for word in sorted(words, key=len, reverse=True):
        if len(word) >= _SHORTEST_NAME:
            left = left.replace(word, "")
    return len(left) < len(password) and len(left) < SHORTEST - _SHORTEST_NAME
