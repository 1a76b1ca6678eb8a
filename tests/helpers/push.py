"""A push service of our own and a browser that reads what it is sent: the other side of Web Push."""

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tamada.notifications.webpush import b64, public_bytes, unb64


def _hmac(key: bytes, data: bytes) -> bytes:
    sealed = hmac.HMAC(key, hashes.SHA256())
    sealed.update(data)
    return sealed.finalize()


class Browser:
    """Subscribes and decrypts as RFC 8291 tells a user agent to, written from the RFC and not from our sender."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.secret = os.urandom(16)
        self.p256dh = b64(public_bytes(self.key))
        self.auth = b64(self.secret)

    def decrypt(self, body: bytes) -> bytes:
        """The plain text of one record. Raises InvalidTag when it was meant for another browser."""
        salt, length = body[:16], body[20]
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
        info = b"WebPush: info\x00" + public_bytes(self.key) + sender
        material = _hmac(_hmac(self.secret, shared), info + b"\x01")
        root = _hmac(salt, material)
        key = _hmac(root, b"Content-Encoding: aes128gcm\x00\x01")[:16]
        nonce = _hmac(root, b"Content-Encoding: nonce\x00\x01")[:12]
        padded = AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\x00")
        assert padded.endswith(b"\x02")
        return padded[:-1]


@dataclass(slots=True)
class Pushed:
    """One request that the service accepted or refused."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class PushService:
    """Answers `status` (with `Retry-After` when set) to what is signed for it, 403 to what isn't."""

    base_url: str
    status: int = 201
    retry_after: str = ""
    received: list[Pushed] = field(default_factory=list)

    def endpoint(self, name: str = "one") -> str:
        return f"{self.base_url}/send/{name}"

    def is_signed(self, pushed: Pushed) -> bool:
        """Whether the VAPID token is for this service and made by the key it names."""
        token, _, public = pushed.headers.get("authorization", "").removeprefix("vapid t=").partition(", k=")
        try:
            head, body, signature = token.split(".")
            raw = unb64(signature)
            der = utils.encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
            key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unb64(public))
            key.verify(der, f"{head}.{body}".encode(), ec.ECDSA(hashes.SHA256()))
        except (ValueError, InvalidSignature):
            return False
        return bool(json.loads(unb64(body))["aud"] == self.base_url)


@contextmanager
def push_service() -> Iterator[PushService]:
    """A push service that listens on 127.0.0.1 while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            pushed = Pushed(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
            service.received.append(pushed)
            self.send_response(service.status if service.is_signed(pushed) else 403)
            if service.retry_after:
                self.send_header("Retry-After", service.retry_after)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            """Silence."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service = PushService(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
