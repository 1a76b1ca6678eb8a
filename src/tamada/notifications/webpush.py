"""The Web Push protocol: encrypting for a browser (RFC 8291 over RFC 8188) and signing as this server (RFC 8292).

Pure: bytes in, bytes out. Keys travel as unpadded base64url.
"""

import base64
import json
import os
from dataclasses import dataclass
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

RECORD_SIZE = 4096
# 4096 of a record less 86 of header, 16 of tag and one delimiter: what every push service must take (RFC 8291, 4).
MOST_BYTES = 3993
POINT_LENGTH = 65
AUTH_LENGTH = 16


def b64(data: bytes) -> str:
    """Unpadded base64url."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def unb64(text: str) -> bytes:
    """The bytes of base64url, padded or not. Raises ValueError."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


@dataclass(frozen=True, slots=True)
class Recipient:
    """A browser's public key (an uncompressed P-256 point) and its secret, as its subscription tells them."""

    public: bytes
    auth: bytes

    @classmethod
    def of(cls, p256dh: str, auth: str) -> "Recipient":
        """Read the two from a subscription. Raises ValueError when they are none."""
        public, secret = unb64(p256dh), unb64(auth)
        if len(public) != POINT_LENGTH or len(secret) != AUTH_LENGTH:
            raise ValueError("The keys of the subscription have the wrong length.")
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
        return cls(public, secret)


def encrypt(
    plain: bytes, to: Recipient, *, key: ec.EllipticCurvePrivateKey | None = None, salt: bytes | None = None
) -> bytes:
    """One `aes128gcm` record that only this browser reads. `key` and `salt` are fresh unless a test gives them."""
    if len(plain) > MOST_BYTES:
        raise ValueError(f"A push message holds at most {MOST_BYTES} bytes.")
    key, salt = key or ec.generate_private_key(ec.SECP256R1()), salt or os.urandom(16)
    sender = public_bytes(key)
    secret = key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), to.public))
    material = _derive(secret, to.auth, b"WebPush: info\0" + to.public + sender, 32)
    content_key = _derive(material, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derive(material, salt, b"Content-Encoding: nonce\0", 12)
    # 2 marks the last record.
    sealed = AESGCM(content_key).encrypt(nonce, plain + b"\x02", None)
    return salt + RECORD_SIZE.to_bytes(4, "big") + bytes([len(sender)]) + sender + sealed


def _derive(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


def new_key() -> str:
    """A server key (VAPID), as it is kept: the 32 bytes of its private value."""
    return b64(ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value.to_bytes(32, "big"))


def load_key(text: str) -> ec.EllipticCurvePrivateKey:
    """The key that `new_key` made."""
    return ec.derive_private_key(int.from_bytes(unb64(text), "big"), ec.SECP256R1())


def public_bytes(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The uncompressed point of a key."""
    return key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def authorization(endpoint: str, key: ec.EllipticCurvePrivateKey, *, subject: str, expires: int) -> str:
    """The `Authorization` header: a JWT for the endpoint's origin, signed by us. `expires` in seconds since 1970."""
    parts = urlsplit(endpoint)
    claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": expires, "sub": subject}
    head = b64(json.dumps({"typ": "JWT", "alg": "ES256"}, separators=(",", ":")).encode())
    body = b64(json.dumps(claims, separators=(",", ":")).encode())
    der = key.sign(f"{head}.{body}".encode("ascii"), ec.ECDSA(hashes.SHA256()))
    r, s = utils.decode_dss_signature(der)
    signature = b64(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    return f"vapid t={head}.{body}.{signature}, k={b64(public_bytes(key))}"
