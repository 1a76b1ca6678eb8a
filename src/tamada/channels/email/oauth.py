"""Signing in to Google and Microsoft 365 mailboxes with OAuth 2 (RFC 6749, authorisation code with PKCE), and XOAUTH2.

An installation registers itself with the provider and stores client id and secret in the settings. Sources of the
protocol: developers.google.com/identity/protocols/oauth2/web-server, learn.microsoft.com/exchange/client-developer/
legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth.
"""

import base64
import hashlib
import json
import secrets as random
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.utils.crypto import salted_hmac

from tamada.accounts.models import Agent
from tamada.channels.email import reasons
from tamada.channels.email.models import ImapAuth, MailAccount
from tamada.conversations.actions import check_settles, inbox_changed
from tamada.core import secrets, settings_store
from tamada.core.actors import Actor

EARLY_SECONDS = 120
"""A token is renewed so long before it ends."""

_PASSING = ("temporarily_unavailable", "server_error", "slow_down")
_STATE_SALT = "mail.oauth"
_STATE_SECONDS = 900


class OAuthError(Exception):
    """The provider refused, or the account was never connected. `reason` may be shown to an admin.

    With `passing` the same question may be answered well later.
    """

    def __init__(self, reason: str, *, passing: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.passing = passing


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider's published endpoints and servers."""

    name: str
    authorize_url: str
    token_url: str
    scope: str
    imap_url: str
    smtp_url: str
    extra: tuple[tuple[str, str], ...] = ()


PROVIDERS = {
    ImapAuth.GOOGLE: Provider(
        name="google",
        authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
        token_url="https://oauth2.googleapis.com/token",  # noqa: S106  an address
        scope="https://mail.google.com/",
        imap_url="imaps://imap.gmail.com:993",
        smtp_url="smtp://smtp.gmail.com:587",
        extra=(("access_type", "offline"), ("prompt", "consent")),
    ),
    ImapAuth.MICROSOFT: Provider(
        name="microsoft",
        authorize_url="https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
        token_url="https://login.microsoftonline.com/common/oauth2/v2.0/token",  # noqa: S106  an address
        scope="https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access",
        imap_url="imaps://outlook.office365.com:993",
        smtp_url="smtp://smtp.office365.com:587",
    ),
}


def provider_of(account: MailAccount) -> Provider:
    """The account's provider. Raises OAuthError for one with a password."""
    try:
        return PROVIDERS[ImapAuth(account.auth)]
    except (KeyError, ValueError):
        raise OAuthError(reasons.USES_PASSWORD) from None


def authorize_url(account: MailAccount, *, agent: Agent, redirect_uri: str) -> str:
    """Where to send the agent's browser. The signed state names the account and who asked, and PKCE's verifier is
    derived from it: a link that somebody else began connects nothing.
    """
    check_settles(agent, account.inbox)
    provider = provider_of(account)
    client_id = _setting(provider, "client_id")
    if not client_id:
        raise OAuthError(reasons.NO_CLIENT)
    nonce = random.token_urlsafe(12)
    state = secrets.sign({"account": account.pk, "agent": agent.pk, "nonce": nonce}, _STATE_SALT)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(_verifier(nonce).encode()).digest()).rstrip(b"=").decode()
    query = {
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "response_type": "code",
        "scope": provider.scope,
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "login_hint": account.address,
        **dict(provider.extra),
    }
    return f"{_setting(provider, 'authorize_url')}?{urlencode(query)}"


def finish(*, agent: Agent, actor: Actor, code: str, state: str, redirect_uri: str, refusal: str = "") -> MailAccount:
    """Exchange the code that came back for tokens, and keep them.

    Raises OAuthError, also when the provider refused, and PermissionDenied.
    """
    if refusal:
        raise OAuthError(reasons.PROVIDER_REFUSED % {"words": refusal[:100]})
    try:
        named = secrets.unsign(state, _STATE_SALT, max_age=_STATE_SECONDS)
        account = MailAccount.objects.select_related("inbox").get(pk=named["account"])
        is_theirs = named["agent"] == agent.pk
    except (secrets.BadSecret, MailAccount.DoesNotExist, KeyError, TypeError):
        is_theirs = False
    if not is_theirs:
        raise OAuthError(reasons.SIGN_IN_LATE)
    check_settles(agent, account.inbox)
    provider = provider_of(account)
    answer = _ask(
        provider,
        grant_type="authorization_code",
        code=code,
        redirect_uri=redirect_uri,
        code_verifier=_verifier(named["nonce"]),
    )
    if "refresh_token" not in answer:
        raise OAuthError(reasons.NOT_LASTING)
    with transaction.atomic():
        _keep(account, answer)
        inbox_changed(account.inbox, actor, "mail_account.connected", provider=provider.name)
    return account


def access_token(account: MailAccount) -> str:
    """A token that is good for at least two minutes, renewed when needed. Raises OAuthError."""
    tokens = _tokens(account)
    if tokens["expires_at"] - EARLY_SECONDS > time.time():
        return str(tokens["access_token"])
    return _renewed(account, tokens)


def renewed_token(account: MailAccount, refused: str) -> str:
    """Another token than the one that a server refused before its time. Raises OAuthError."""
    account.refresh_from_db(fields=["oauth"])
    tokens = _tokens(account)
    if tokens["access_token"] != refused:  # another sender was here first
        return access_token(account)
    return _renewed(account, tokens)


def _renewed(account: MailAccount, tokens: dict[str, Any]) -> str:
    answer = _ask(provider_of(account), grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    # Microsoft gives a new refresh token each time, Google keeps the old one.
    return _keep(account, {"refresh_token": tokens["refresh_token"], **answer})


def xoauth2(user: str, token: str) -> str:
    """The initial response of SASL XOAUTH2, before base64."""
    return f"user={user}\x01auth=Bearer {token}\x01\x01"


def _tokens(account: MailAccount) -> dict[str, Any]:
    if not account.oauth:
        raise OAuthError(reasons.NOT_CONNECTED)
    try:
        tokens: dict[str, Any] = json.loads(secrets.decrypt(account.oauth))
    except secrets.BadSecret:
        raise OAuthError(reasons.OTHER_KEY) from None
    return tokens


def _keep(account: MailAccount, answer: dict[str, Any]) -> str:
    tokens = {
        "access_token": answer["access_token"],
        "refresh_token": answer["refresh_token"],
        "expires_at": time.time() + float(answer.get("expires_in") or 3600),
    }
    account.oauth = secrets.encrypt(json.dumps(tokens))
    with transaction.atomic():
        MailAccount.objects.filter(pk=account.pk).update(oauth=account.oauth)
    return str(tokens["access_token"])


def _ask(provider: Provider, **fields: str) -> dict[str, Any]:
    import httpx  # A heavy import that only this call needs.

    fields |= {name: _setting(provider, name) for name in ("client_id", "client_secret")}
    try:
        response = httpx.post(_setting(provider, "token_url"), data=fields, timeout=20, trust_env=False)
        answer = dict(response.json())
    except (httpx.HTTPError, ValueError, TypeError) as error:
        raise OAuthError(reasons.PROVIDER_AWAY % {"kind": type(error).__name__}, passing=True) from error
    if response.status_code == 200 and "access_token" in answer:
        return answer
    said = str(answer.get("error", response.status_code))[:100]
    if said in ("invalid_grant", "interaction_required"):
        raise OAuthError(reasons.WITHDRAWN % {"words": said})
    passing = response.status_code == 429 or response.status_code >= 500 or said in _PASSING
    raise OAuthError(reasons.PROVIDER_REFUSED % {"words": said}, passing=passing)


def _setting(provider: Provider, name: str) -> str:
    """A stored setting; endpoints are the provider's own unless another is stored (a national cloud, a test)."""
    return str(settings_store.get(f"oauth.{provider.name}.{name}") or getattr(provider, name, ""))


def _verifier(nonce: str) -> str:
    """PKCE's secret for one sign-in, the same each time it is made: nothing has to be kept meanwhile."""
    return salted_hmac("tamada.mail.oauth.verifier", nonce, algorithm="sha256").hexdigest()
