"""Single sign-on with an OpenID Connect provider: authorisation code with PKCE, state and nonce (RFC 9700).

The provider is found by discovery and its signatures are checked with its published keys. Addresses go through the
SSRF guard; only the host of `TAMADA_SSO_ISSUER`, which the installation's owner named, may be inside.
"""

import base64
import hashlib
import secrets as random
import time
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode, urlsplit

from django.conf import settings
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from tamada.core import settings_store

from .models import Agent, Role

if TYPE_CHECKING:
    from jwt import PyJWK

settings_store.declare("sso.issuer", str, default="")
settings_store.declare("sso.client_id", str, default="")
settings_store.declare("sso.client_secret", str, default="", secret=True)
settings_store.declare("sso.label", str, default="")
settings_store.declare("sso.create", bool, default=False)
settings_store.declare("sso.role", str, default=Role.AGENT.value)
settings_store.declare("sso.only", bool, default=False)

PENDING: Final = "sso"
PENDING_SECONDS: Final = 900
CONFIRMED_WITHIN: Final = 600
_LEEWAY: Final = 60
_KEPT_SECONDS: Final = 600
_AGAIN_SECONDS: Final = 30
# Signatures by a key pair only: with a shared secret, or none, anybody who knows the client could sign.
_ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
_CLAIMS: Final = ("exp", "iat", "iss", "aud", "sub")


class SsoError(Exception):
    """Why it did not work, as a sentence for a person."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is, by the provider's word. `email` is empty unless the provider has verified it."""

    issuer: str
    subject: str
    email: str
    name: str
    auth_time: int | None = None


@dataclass(frozen=True, slots=True)
class Provider:
    """What discovery told."""

    issuer: str
    authorize_url: str
    token_url: str
    keys_url: str
    userinfo_url: str
    takes_post: bool


# What is set ---------------------------------------------------------------------------------------------------------


def issuer() -> str:
    """The provider's name for itself; the environment goes before the settings. "" without single sign-on."""
    return settings.TAMADA.sso_issuer or str(settings_store.get("sso.issuer"))


def is_on() -> bool:
    """Whether people can sign in by it."""
    return bool(issuer() and settings_store.get("sso.client_id"))


def label() -> str:
    """What stands on the button."""
    return str(settings_store.get("sso.label")) or urlsplit(issuer()).hostname or ""


def may_use_password(agent: Agent) -> bool:
    """Whether somebody may sign in without the provider. Admins always may: else its failure locks everybody out."""
    return agent.is_admin or not (settings_store.get("sso.only") and is_on())


# There and back ------------------------------------------------------------------------------------------------------


def begin(session: MutableMapping[str, Any], *, back: str, target: str, confirms: bool = False) -> str:
    """Where to send the browser. What must come back unchanged is kept in its session, once. Raises `SsoError`."""
    provider = discover()
    state, nonce, verifier = (random.token_urlsafe(32) for _n in range(3))
    session[PENDING] = {
        "state": state, "nonce": nonce, "verifier": verifier, "next": target, "confirms": confirms,
        "at": int(time.time()),
    }  # fmt: skip
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": str(settings_store.get("sso.client_id")),
        "redirect_uri": back,
        "scope": "openid email profile",
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        **({"prompt": "login", "max_age": "0"} if confirms else {}),
    }
    return f"{provider.authorize_url}{'&' if '?' in provider.authorize_url else '?'}{urlencode(asked)}"


def take_pending(session: MutableMapping[str, Any], state: str) -> dict[str, Any]:
    """What was kept for this return; gone from now on. Raises `SsoError` for a return that nobody here began."""
    kept = session.pop(PENDING, None)
    if (
        not isinstance(kept, dict)
        or not constant_time_compare(str(kept.get("state")), state)
        or not 0 <= time.time() - kept["at"] <= PENDING_SECONDS
    ):
        raise SsoError(_("This sign-in took too long, or was begun elsewhere. Try again."))
    return kept


def finish(answer: Mapping[str, str], kept: Mapping[str, Any], *, back: str) -> Identity:
    """Who the provider says that it is. Raises `SsoError`."""
    if refusal := answer.get("error", ""):
        raise SsoError(_("The provider refused: %(reason)s") % {"reason": refusal[:100]})
    provider = discover()
    if answer.get("iss", provider.issuer) != provider.issuer:  # RFC 9207: an answer of another provider
        raise SsoError(_("The answer came from another provider."))
    tokens = _exchange(provider, answer.get("code", ""), str(kept["verifier"]), back)
    claims = _read_id_token(provider, str(tokens.get("id_token", "")), str(kept["nonce"]))
    if "email" not in claims:
        claims = {**_userinfo(provider, str(tokens.get("access_token", "")), claims["sub"]), **claims}
    verified = claims.get("email_verified") in (True, "true")
    return Identity(
        issuer=provider.issuer,
        subject=str(claims["sub"]),
        email=str(claims.get("email", "")) if verified else "",
        name=str(claims.get("name") or ""),
        auth_time=int(claims["auth_time"]) if isinstance(claims.get("auth_time"), int) else None,
    )


def _exchange(provider: Provider, code: str, verifier: str, back: str) -> dict[str, Any]:
    client_id, secret = str(settings_store.get("sso.client_id")), _client_secret()
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    if not secret or provider.takes_post:
        form |= {"client_id": client_id, **({"client_secret": secret} if secret else {})}
    else:
        pair = f"{quote(client_id, safe='')}:{quote(secret, safe='')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    found = _ask("POST", provider.token_url, headers=headers, content=urlencode(form).encode())
    if "error" in found or "id_token" not in found:
        raise SsoError(_("The provider refused: %(reason)s") % {"reason": str(found.get("error", "?"))[:100]})
    return found


def _client_secret() -> str:
    if "sso.client_secret" in settings_store.unreadable():
        raise SsoError(_("The client secret was stored under another key. Enter it again."))
    return str(settings_store.get("sso.client_secret"))


def _userinfo(provider: Provider, access_token: str, subject: str) -> dict[str, Any]:
    """More about the same person; what is said of another subject counts for nothing."""
    if not provider.userinfo_url or not access_token:
        return {}
    found = _ask("GET", provider.userinfo_url, headers={"Authorization": f"Bearer {access_token}"})
    return found if found.get("sub") == subject else {}


def _read_id_token(provider: Provider, token: str, nonce: str) -> dict[str, Any]:
    """Its claims: signed by the provider, for us, now, and for this very sign-in. Raises `SsoError`."""
    import jwt

    client_id = str(settings_store.get("sso.client_id"))
    try:
        header = jwt.get_unverified_header(token)
        if header.get("alg") not in _ALGORITHMS:
            raise SsoError(_("The provider's answer is not signed as it must be."))
        claims: dict[str, Any] = jwt.decode(
            token,
            _key(provider, header.get("kid")),
            algorithms=[header["alg"]],
            audience=client_id,
            issuer=provider.issuer,
            leeway=_LEEWAY,
            options={"require": list(_CLAIMS)},
        )
    except jwt.PyJWTError as error:
        text = _("The provider's answer does not hold: %(reason)s.")
        raise SsoError(text % {"reason": type(error).__name__}) from error
    if not constant_time_compare(str(claims.get("nonce", "")), nonce):
        raise SsoError(_("The provider's answer belongs to another sign-in."))
    if claims.get("azp", client_id) != client_id or not 0 < len(str(claims["sub"])) <= 255:
        raise SsoError(_("The provider's answer is not meant for this installation."))
    return claims


# What the provider publishes -----------------------------------------------------------------------------------------

_known: dict[str, tuple[float, Any]] = {}


def forget() -> None:
    """Ask the provider anew next time."""
    _known.clear()


def discover() -> Provider:
    """The provider's addresses, asked at most every ten minutes. Raises `SsoError`."""
    if not is_on():
        raise SsoError(_("Single sign-on is not set up."))
    name = issuer()
    document = _kept(f"{name.rstrip('/')}/.well-known/openid-configuration")
    if document.get("issuer") != name:
        raise SsoError(_("The provider calls itself %(name)s.") % {"name": str(document.get("issuer"))[:200]})
    methods = document.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    try:
        return Provider(
            issuer=name,
            authorize_url=_address(document["authorization_endpoint"]),
            token_url=_address(document["token_endpoint"]),
            keys_url=_address(document["jwks_uri"]),
            userinfo_url=_address(document["userinfo_endpoint"]) if document.get("userinfo_endpoint") else "",
            takes_post="client_secret_basic" not in methods,
        )
    except KeyError as error:
        raise SsoError(_("The provider does not say where to sign in.")) from error


def _address(url: object) -> str:
    """Encrypted, or on the host that the owner of the installation named."""
    parts = urlsplit(str(url))
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _trusted()):
        raise SsoError(_("The provider must be reached by https."))
    return str(url)


def _trusted() -> frozenset[str]:
    named = urlsplit(settings.TAMADA.sso_issuer or "").hostname
    return frozenset({named}) if named else frozenset()


def _key(provider: Provider, kid: str | None) -> "PyJWK":
    """The key that signed. One that is not known yet was made since, so the list is fetched again, now and then."""
    import jwt

    for fresh in (_KEPT_SECONDS, _AGAIN_SECONDS):
        document = _kept(provider.keys_url, fresh)
        try:
            keys = jwt.PyJWKSet.from_dict(document).keys
        except jwt.PyJWTError as error:
            raise SsoError(_("The provider's keys can't be read.")) from error
        usable = [key for key in keys if key.public_key_use in (None, "sig") and (kid is None or key.key_id == kid)]
        if len(usable) == 1 or (usable and kid is not None):
            return usable[0]
    raise SsoError(_("The provider's answer is signed by a key that it does not publish."))


def try_provider() -> str:
    """Look whether the provider is there, and how many keys it signs with. Raises `SsoError`."""
    forget()
    provider = discover()
    keys = _kept(provider.keys_url).get("keys") or []
    if not keys:
        raise SsoError(_("The provider publishes no keys."))
    return provider.issuer


def _kept(url: str, seconds: float = _KEPT_SECONDS) -> dict[str, Any]:
    at, found = _known.get(url, (0.0, None))
    if found is None or time.monotonic() - at > seconds:
        found = _ask("GET", _address(url), headers={"Accept": "application/json"})
        _known[url] = (time.monotonic(), found)
    return dict(found)


def _ask(method: str, url: str, *, headers: dict[str, str], content: bytes | None = None) -> dict[str, Any]:
    from tamada.kit import http  # It brings httpx along.

    try:
        answer = http.fetch(
            method, url, headers=headers, content=content, max_bytes=500_000, redirects=0, allow=_trusted()
        )
        found = answer.json()
    except http.HttpError as error:
        raise SsoError(_("The provider can't be reached: %(reason)s") % {"reason": str(error)}) from error
    if not isinstance(found, dict):
        raise SsoError(_("The provider's answer can't be read."))
    if not answer.ok and "error" not in found:
        raise SsoError(_("The provider can't be reached: %(reason)s") % {"reason": f"HTTP {answer.status}"})
    return found
