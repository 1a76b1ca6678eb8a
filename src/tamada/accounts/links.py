"""What stands in one-time links. No table and no task keeps it: links are made anew from rows and the secret key."""

import hashlib
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from tamada.core import secrets

from .errors import LinkGone
from .models import Agent, Invitation

RESET_SECONDS = 3600
_RESET = "accounts.reset"


def absolute(path: str) -> str:
    """The address of a page as it stands in a mail."""
    return f"{settings.TAMADA.base_url}{path}"


def lead_here_only() -> bool:
    """Whether our links begin with a name that each computer gives itself, so that no other can follow them."""
    host = urlsplit(settings.TAMADA.base_url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def digest(token: str) -> str:
    """How a token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def reset_token(agent: Agent) -> str:
    """Lets its holder set the agent's password: signed, good for an hour, and only until the password changes."""
    return secrets.sign({"agent": agent.pk, "of": fingerprint(agent)}, _RESET)


def agent_of_reset(token: str) -> Agent:
    """Whose password the link may set. Raises `LinkGone`."""
    try:
        value = secrets.unsign(token, _RESET, max_age=RESET_SECONDS)
        agent = Agent.objects.get(pk=value["agent"], is_active=True)
    except (secrets.BadSecret, Agent.DoesNotExist):
        raise LinkGone from None
    if not constant_time_compare(fingerprint(agent), value["of"]):
        raise LinkGone
    return agent


def fingerprint(agent: Agent) -> str:
    """Changes with the password, so that a reset link works once."""
    return salted_hmac(_RESET, f"{agent.pk}|{agent.email}|{agent.password}", algorithm="sha256").hexdigest()[:32]


def invitation_token(invitation: Invitation) -> str:
    """Lets its holder take the place that was offered; another `expires_at` makes another token."""
    value = f"{invitation.email}|{invitation.expires_at.isoformat()}"
    return salted_hmac("tamada.accounts.invitation", value, algorithm="sha256").hexdigest()


def invitation_url(invitation: Invitation) -> str:
    """The link of an invitation: mailed, and shown to the admin who must hand it over by other means."""
    return absolute(f"/join/{invitation_token(invitation)}")


def reset_url(agent: Agent) -> str:
    """The link of a password reset."""
    return absolute(f"/reset/{reset_token(agent)}")
