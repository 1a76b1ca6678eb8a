"""An authenticator in software: makes passkeys and signs with them, and lies where a test asks for it."""

import base64
import hashlib
import json
import secrets
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, HAS_KEY = 0x01, 0x04, 0x40


def b64(data: bytes) -> str:
    """Base64url without padding, as everywhere in WebAuthn."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class SoftKey:
    """One passkey. `handle` is what it remembers of its owner."""

    def __init__(self) -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(32)
        self.count = 0
        self.handle: str | None = None

    def create(self, asked: dict[str, Any], origin: str, *, flags: int = PRESENT | VERIFIED) -> str:
        """What `navigator.credentials.create` answers."""
        self.handle = asked["user"]["id"]
        numbers = self.private.public_key().public_numbers()
        cose = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})
        held = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cose
        known = self._data(asked["rp"]["id"], flags | HAS_KEY) + held
        response = {
            "clientDataJSON": b64(self._client("webauthn.create", asked["challenge"], origin)),
            "attestationObject": b64(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": known})),
        }
        return self._answer(response)

    def sign(
        self,
        asked: dict[str, Any],
        origin: str,
        *,
        host: str = "",
        flags: int = PRESENT | VERIFIED,
        count: int | None = None,
    ) -> str:
        """What `navigator.credentials.get` answers."""
        self.count = self.count + 1 if count is None else count
        known = self._data(host or asked["rpId"], flags)
        client = self._client("webauthn.get", asked["challenge"], origin)
        signature = self.private.sign(known + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": b64(client),
            "authenticatorData": b64(known),
            "signature": b64(signature),
            "userHandle": self.handle,
        }
        return self._answer(response)

    def _data(self, host: str, flags: int) -> bytes:
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str, origin: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": False}).encode()

    def _answer(self, response: dict[str, Any]) -> str:
        whole = {"id": b64(self.id), "rawId": b64(self.id), "type": "public-key", "response": response}
        return json.dumps(whole)
