"""Sessions: noted when they open, used, kept under a new key, ended. Who may end which, `actions.sessions` decides.

A session lives in Django's table; a row of `OpenSession` beside it tells its owner about it. Ending one deletes both,
so that looking at a request costs no more than before.
"""

import ipaddress
import time
from collections.abc import MutableMapping
from datetime import timedelta
from typing import Any

from django.contrib import auth
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from .models import Agent, OpenSession
from .programs import program_of

ROW = "open_session"
PROVED_AT = "proved_at"
MUST_ENROL = "must_enrol"
_AWAITED = "awaits_second"
FRESH_SECONDS = 600
USED_EVERY = 300


def coarse(address: str) -> str:
    """The network an address is in, which says roughly where: a /24, or a /48 of IPv6. "" for what is no address."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    if parsed.is_loopback:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, 24 if parsed.version == 4 else 48), strict=False))


def opened(request: HttpRequest, agent: Agent) -> OpenSession:
    """Note that this session is the agent's, and that they proved just now who they are."""
    session = request.session
    if session.session_key is None:
        session.save()
    now = timezone.now()
    row, _created = OpenSession.objects.update_or_create(
        key=session.session_key,
        defaults={
            "agent": agent,
            "program": program_of(request.META.get("HTTP_USER_AGENT", "")),
            "network": coarse(request.META.get("REMOTE_ADDR", "")),
            "created_at": now,
            "last_used_at": now,
        },
    )
    session[ROW] = row.pk
    proved(session)
    return row


def on_login(sender: object, request: HttpRequest, user: object, **_signal: Any) -> None:
    """Whatever opened the session (`django.contrib.auth.login` tells), it is noted."""
    del sender
    if isinstance(user, Agent):
        opened(request, user)


def note_used(request: HttpRequest, agent: Agent) -> None:
    """Remember that the session is in use, once in five minutes. One of an earlier version gets its row here."""
    row = row_of(request)
    if row is None:
        proved_at = request.session.get(PROVED_AT, 0)
        opened(request, agent)
        request.session[PROVED_AT] = proved_at
    elif cache.add(f"session-used:{row}", 1, USED_EVERY):
        OpenSession.objects.filter(pk=row).update(last_used_at=timezone.now())


def row_of(request: HttpRequest) -> int | None:
    """The id of this session's row."""
    found = request.session.get(ROW)
    return found if isinstance(found, int) else None


def of(agent: Agent) -> QuerySet[OpenSession]:
    """Where this agent is signed in, what was used last first."""
    living = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    return OpenSession.objects.filter(agent=agent, key__in=living)


def end(rows: QuerySet[OpenSession]) -> int:
    """End these sessions; returns how many. The caller's transaction also tells the streams (`access_changed`)."""
    keys = list(rows.values_list("key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    OpenSession.objects.filter(key__in=keys).delete()
    return len(keys)


def end_all(agent: Agent, *, but: int | None = None) -> None:
    """End every session of an agent, save one that `keep` takes along; the caller changes what all of them carry."""
    end(OpenSession.objects.filter(agent=agent).exclude(pk=but or 0))


def keep(request: HttpRequest, agent: Agent) -> None:
    """Let this session live on, under a new key, after what all sessions carry has changed."""
    auth.update_session_auth_hash(request, agent)
    OpenSession.objects.filter(pk=row_of(request) or 0).update(key=request.session.session_key)


def proved(session: MutableMapping[str, Any]) -> None:
    """The person proved just now who they are."""
    session[PROVED_AT] = int(time.time())


def is_fresh(session: MutableMapping[str, Any]) -> bool:
    """Whether they did within the last ten minutes. A moment that is yet to come is none."""
    ago = time.time() - float(session.get(PROVED_AT, 0))
    return -5 <= ago <= FRESH_SECONDS


def forget() -> None:
    """Drop sessions that ran out, and rows whose session is gone."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    # A row is written a moment before its session is.
    old = OpenSession.objects.filter(last_used_at__lt=timezone.now() - timedelta(hours=1))
    old.exclude(key__in=Session.objects.values("session_key")).delete()


# Between a right password and the second factor -----------------------------------------------------------------------


def await_second(request: HttpRequest, agent: Agent) -> None:
    """This browser gave the agent's password; nobody is signed in yet. The session's key is a new one from here on."""
    request.session.cycle_key()
    request.session[_AWAITED] = {"agent": agent.pk, "hash": agent.get_session_auth_hash(), "at": int(time.time())}
    request.session.set_expiry(FRESH_SECONDS)


def awaited(request: HttpRequest) -> Agent | None:
    """Whose second factor is owed: within ten minutes, and as long as the password that was given is still theirs."""
    noted = request.session.get(_AWAITED)
    if not noted or not 0 <= time.time() - noted["at"] <= FRESH_SECONDS:
        return None
    agent = Agent.objects.filter(pk=noted["agent"], is_active=True).first()
    if agent is None or not constant_time_compare(agent.get_session_auth_hash(), noted["hash"]):
        return None
    return agent


def settle(request: HttpRequest) -> None:
    """Somebody signed in: what stood in the session of nobody in particular is over."""
    request.session.pop(_AWAITED, None)
    request.session.set_expiry(None)
