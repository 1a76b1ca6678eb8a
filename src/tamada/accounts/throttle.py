"""Counting failed sign-ins: after so many, each further one costs a growing wait.

An attempt is counted before its password is looked at and taken back when it was right, so that a volley of parallel
guesses counts as what it is. Accounts that don't exist are counted alike: nothing here tells who works here.
"""

import ipaddress
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from tamada.core.db import is_postgres

from .errors import LockedOut
from .models import SignInAttempt

PER_ACCOUNT = 5
PER_ADDRESS = 20
ACCOUNT_WINDOW = timedelta(hours=24)
ADDRESS_WINDOW = timedelta(minutes=15)
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=15)


def account_key(email: str) -> str:
    """What an account is counted under, whether or not it exists."""
    return email.strip().lower().replace("\0", "")[:254]


def address_key(address: str) -> str:
    """What an address is counted under: an IPv6 customer has a whole /64, so that counts as one."""
    parsed = ipaddress.ip_address(address or "0.0.0.0")  # noqa: S104  an unknown peer, not a bind
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)
    return str(parsed)


def wait_for(times: Iterable[datetime], free: int, now: datetime) -> timedelta:
    """How long until the next try after failures at these times, of which `free - 1` cost nothing. It doubles."""
    failures = sorted(times)
    over = len(failures) - free
    if over < 0:
        return timedelta(0)
    pause: timedelta = min(FIRST_WAIT * (1 << min(over, 10)), LONGEST_WAIT)
    # A failure that lies in the future was counted by a clock that was ahead: nobody waits longer for it.
    return min(max(failures[-1] + pause - now, timedelta(0)), pause)


def begin(email: str, address: str, *, now: datetime | None = None) -> SignInAttempt:
    """Count a try that is about to be made, or raise `LockedOut` with the seconds to wait."""
    now = now or timezone.now()
    account, peer = account_key(email), address_key(address)
    attempts = SignInAttempt.objects
    with transaction.atomic():
        _one_at_a_time(account)
        of_account = attempts.filter(account=account, at__gt=now - ACCOUNT_WINDOW).values_list("at", flat=True)
        of_address = attempts.filter(address=peer, at__gt=now - ADDRESS_WINDOW).values_list("at", flat=True)
        wait = max(wait_for(of_account, PER_ACCOUNT, now), wait_for(of_address, PER_ADDRESS, now))
        if wait:
            raise LockedOut(max(1, round(wait.total_seconds())))
        return attempts.create(account=account, address=peer, at=now)


def take_back(attempt: SignInAttempt) -> None:
    """This try was right, but it does not open the door alone: those before it still count.

    Otherwise who knows a password could guess at the second factor for ever, by giving the password in between.
    """
    attempt.delete()


def succeeded(email: str) -> None:
    """The password was right, or was set anew: what was counted against the account is forgotten."""
    SignInAttempt.objects.filter(account=account_key(email)).delete()


def prune(now: datetime | None = None) -> None:
    """Drop attempts that count no longer."""
    SignInAttempt.objects.filter(at__lte=(now or timezone.now()) - ACCOUNT_WINDOW).delete()


def _one_at_a_time(account: str) -> None:
    """On PostgreSQL two tries of one account must not both see the count before either; SQLite has one writer."""
    if is_postgres():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"sign-in:{account}"])
