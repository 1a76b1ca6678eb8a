"""Who calls: the token behind `Authorization: Bearer`, its person, and what both may do."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent, ApiToken, Role
from tamada.accounts.queries import token_for
from tamada.core.actors import Actor
from tamada.core.callers import bearer

from .problems import Problem


@dataclass(frozen=True, slots=True)
class Caller:
    """One authenticated request's token, person and the actor its writes are signed with."""

    token: ApiToken
    agent: Agent
    actor: Actor


def authenticate(request: HttpRequest) -> Caller:
    """Whoever has the request's token. Raises Problem 401."""
    return caller_with(token_in(request.headers.get("Authorization", "")))


def token_in(authorization: str) -> str:
    """The token of an Authorization header. Raises Problem 401 without one."""
    token = bearer(authorization)
    if not token:
        challenge = {"WWW-Authenticate": 'Bearer realm="Tamada"'}
        raise Problem(401, _("Send a token: Authorization: Bearer TOKEN."), headers=challenge)
    return token


def caller_with(raw: str) -> Caller:
    """Whoever has this token. Raises Problem 401."""
    token = token_for(raw)
    if token is None:
        challenge = {"WWW-Authenticate": 'Bearer realm="Tamada", error="invalid_token"'}
        raise Problem(401, _("The token is not valid, or is no longer."), headers=challenge)
    return Caller(token, token.agent, Actor("api", token.agent_id, token.agent.name))


def authorise(caller: Caller, method: str) -> None:
    """A token does what its scopes say, an observer only reads. Raises Problem 403, before anything is looked up."""
    reads = method in ("GET", "HEAD")
    if reads and "read" not in caller.token.scopes:
        raise Problem(403, _("This token may not read."))
    if (caller.agent.role == Role.OBSERVER and method != "GET") or not (reads or "write" in caller.token.scopes):
        raise Problem(403, _("This token may only read."))


def caller_of(request: HttpRequest) -> Caller:
    """The caller that the door let in."""
    caller: Caller = request.caller  # type: ignore[attr-defined]
    return caller
