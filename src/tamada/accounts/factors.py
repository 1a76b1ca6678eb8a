"""What somebody can prove themselves with beside their password: an authenticator app, recovery codes, passkeys."""

import re
import secrets as random
import time
from typing import Literal

from django.utils.crypto import salted_hmac

from tamada.core import secrets, settings_store

from . import totp
from .models import Agent, Passkey, RecoveryCode, Role, TotpKey

type_kind = Literal["totp", "recovery"]

settings_store.declare("accounts.second_factor_roles", list, default=[])

RECOVERY_CODES = 10
# Without letters and digits that look alike; ten of them are 50 bits.
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
_CODE_LENGTH = 10


def has_second(agent: Agent) -> bool:
    """Whether a password alone does not let them in."""
    return TotpKey.objects.filter(agent=agent).exists() or Passkey.objects.filter(agent=agent).exists()


def required_roles() -> frozenset[str]:
    """The roles that must have a second factor."""
    return frozenset(settings_store.get("accounts.second_factor_roles")) & frozenset(Role.values)


def must_enrol(agent: Agent) -> bool:
    """Whether they owe a second factor."""
    return agent.role in required_roles() and not has_second(agent)


def use_code(agent: Agent, code: str) -> type_kind | None:
    """Use up a code of the app or a recovery code; which it was, or None for a wrong or used one.

    Of two who send the same code at once one wins: the row says who.
    """
    plain = re.sub(r"[\s\-\u2010-\u2015]", "", code).lower()
    if plain.isascii() and plain.isdigit() and len(plain) == totp.DIGITS:
        return "totp" if _use_totp(agent, plain) else None
    used, _rows = RecoveryCode.objects.filter(agent=agent, digest=code_digest(agent, plain)).delete()
    return "recovery" if used else None


def _use_totp(agent: Agent, code: str) -> bool:
    key = TotpKey.objects.filter(agent=agent).first()
    if key is None:
        return False
    try:
        secret = secrets.decrypt(key.secret)
    except secrets.BadSecret:
        return False
    step = totp.step_of(secret, code, time.time(), key.last_step)
    return step is not None and bool(
        TotpKey.objects.filter(pk=key.pk, secret=key.secret, last_step__lt=step).update(last_step=step)
    )


def new_codes() -> list[str]:
    """Fresh recovery codes, in two groups of five."""
    drawn = ["".join(random.choice(_ALPHABET) for _ in range(_CODE_LENGTH)) for _ in range(RECOVERY_CODES)]
    return [f"{code[:5]}-{code[5:]}" for code in drawn]


def code_digest(agent: Agent, plain: str) -> str:
    """How a code is kept. Keyed with the installation's secret, so a stolen table alone can't be guessed against."""
    return salted_hmac("tamada.accounts.recovery", f"{agent.pk}|{plain}", algorithm="sha256").hexdigest()
