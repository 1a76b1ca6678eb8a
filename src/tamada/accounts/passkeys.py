"""Passkeys (WebAuthn): what the browser is asked, and whether its answer holds. `webauthn` does the cryptography.

A challenge is drawn by us, kept in the session, good for five minutes and for one answer. User verification (a
fingerprint, a PIN) is required, so a passkey stands for both factors.
"""

import ipaddress
import json
import time
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any, Literal

from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac

from .models import Agent, Passkey

type_purpose = Literal["add", "sign_in", "prove"]

CHALLENGE = "passkey_challenge"
CHALLENGE_SECONDS = 300
MOST_BYTES = 20_000


class BadPasskey(Exception):
    """The answer does not hold: forged, replayed, meant for another name, or from a key we don't know."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where the browser is: a passkey is bound to the name, an answer to the origin."""

    host: str
    origin: str


@dataclass(frozen=True, slots=True)
class Fresh:
    """A new key pair's public half."""

    credential: str
    public_key: str
    sign_count: int


def site_of(request: HttpRequest) -> Site:
    """This installation as the request reached it; which names it answers to was checked (`TAMADA_ALLOWED_HOSTS`)."""
    host = request.get_host()
    return Site(host=_name(host), origin=f"{request.scheme}://{host}")


def _name(host: str) -> str:
    return host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() and not host.endswith("]") else host


def is_possible(site: Site) -> bool:
    """Browsers make no passkey for a bare address, nor without encryption but on this machine."""
    try:
        ipaddress.ip_address(site.host.strip("[]"))
    except ValueError:
        return site.origin.startswith("https://") or site.host == "localhost" or site.host.endswith(".localhost")
    return False


def handle_of(agent: Agent) -> bytes:
    """What an authenticator keeps as the owner of the key: nothing about the person."""
    return salted_hmac("tamada.accounts.passkey", str(agent.pk), algorithm="sha256").digest()


# What is asked -------------------------------------------------------------------------------------------------------


def creation_options(session: MutableMapping[str, Any], site: Site, agent: Agent, *, company: str) -> dict[str, Any]:
    """What `navigator.credentials.create` takes, to make a key that knows its owner by itself."""
    from webauthn import generate_registration_options
    from webauthn.helpers import base64url_to_bytes, options_to_json_dict, structs

    known = [
        structs.PublicKeyCredentialDescriptor(id=base64url_to_bytes(row.credential))
        for row in agent.passkeys.filter(host=site.host)
    ]
    options = generate_registration_options(
        rp_id=site.host,
        rp_name=company,
        user_id=handle_of(agent),
        user_name=agent.email,
        user_display_name=agent.name,
        challenge=_draw(session, "add"),
        exclude_credentials=known,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
    )
    return options_to_json_dict(options)


def request_options(
    session: MutableMapping[str, Any], site: Site, purpose: type_purpose, agent: Agent | None = None
) -> dict[str, Any]:
    """What `navigator.credentials.get` takes. For nobody in particular, the authenticator offers whom it knows."""
    from webauthn import generate_authentication_options
    from webauthn.helpers import base64url_to_bytes, options_to_json_dict, structs

    rows = agent.passkeys.filter(host=site.host) if agent else ()
    options = generate_authentication_options(
        rp_id=site.host,
        challenge=_draw(session, purpose),
        allow_credentials=[
            structs.PublicKeyCredentialDescriptor(id=base64url_to_bytes(row.credential)) for row in rows
        ],
        user_verification=structs.UserVerificationRequirement.REQUIRED,
    )
    return options_to_json_dict(options)


def _draw(session: MutableMapping[str, Any], purpose: type_purpose) -> bytes:
    from webauthn.helpers import bytes_to_base64url, generate_challenge

    challenge = generate_challenge()
    session[CHALLENGE] = {"is": bytes_to_base64url(challenge), "for": purpose, "at": int(time.time())}
    return challenge


def _take(session: MutableMapping[str, Any], purpose: type_purpose) -> bytes:
    """The challenge that was drawn for this; it is gone from now on, whatever becomes of the answer."""
    from webauthn.helpers import base64url_to_bytes

    drawn = session.pop(CHALLENGE, None)
    if not drawn or drawn["for"] != purpose or not 0 <= time.time() - drawn["at"] <= CHALLENGE_SECONDS:
        raise BadPasskey
    return base64url_to_bytes(drawn["is"])


# What is answered ----------------------------------------------------------------------------------------------------


def read_new(session: MutableMapping[str, Any], site: Site, answer: str) -> Fresh:
    """The key pair that the browser made. Raises `BadPasskey`."""
    from webauthn import verify_registration_response
    from webauthn.helpers import bytes_to_base64url

    challenge = _take(session, "add")
    try:
        found = verify_registration_response(
            credential=_parsed(answer),
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except Exception as error:  # the library raises many kinds for bytes that a stranger made
        raise BadPasskey from error
    return Fresh(
        credential=bytes_to_base64url(found.credential_id),
        public_key=bytes_to_base64url(found.credential_public_key),
        sign_count=found.sign_count,
    )


def read_used(session: MutableMapping[str, Any], site: Site, answer: str, purpose: type_purpose) -> tuple[Passkey, int]:
    """Whose key signed the challenge, and its new count. Raises `BadPasskey`.

    A counter that does not grow is refused: the key was copied, or the answer is an old one.
    """
    from webauthn import verify_authentication_response
    from webauthn.helpers import base64url_to_bytes

    challenge = _take(session, purpose)
    given = _parsed(answer)
    known = Passkey.objects.select_related("agent").filter(credential=str(given.get("id", ""))[:1400]).first()
    if known is None or known.host != site.host or not _is_owners(given, known.agent):
        raise BadPasskey
    try:
        found = verify_authentication_response(
            credential=given,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=base64url_to_bytes(known.public_key),
            credential_current_sign_count=known.sign_count,
            require_user_verification=True,
        )
    except Exception as error:  # as above
        raise BadPasskey from error
    return known, found.new_sign_count


def _parsed(answer: str) -> dict[str, Any]:
    if len(answer) > MOST_BYTES:
        raise BadPasskey
    try:
        parsed = json.loads(answer)
    except ValueError as error:
        raise BadPasskey from error
    if not isinstance(parsed, dict):
        raise BadPasskey
    return parsed


def _is_owners(given: dict[str, Any], agent: Agent) -> bool:
    """An authenticator that names the owner must name this one; it must where nobody was asked for by name."""
    from webauthn.helpers import bytes_to_base64url

    response = given.get("response")
    handle = response.get("userHandle") if isinstance(response, dict) else None
    return handle is None or constant_time_compare(str(handle), bytes_to_base64url(handle_of(agent)))
