"""An OpenID Connect provider that signs real tokens and lies where a test asks for it; it checks PKCE as it should."""

import base64
import hashlib
import json
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa


class LyingProvider:
    """`answer(url)` is what the provider's page would send back to us; `claims`, `sign` and `document` may be bent."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.kid = "one"
        self.claims: dict[str, Any] = {}
        self.document: dict[str, Any] = {}
        self.sign: Callable[[dict[str, Any]], str] = self.honest
        self.asked: dict[str, str] = {}
        self.token_requests: list[dict[str, str]] = []
        self.issuer = ""

    def honest(self, claims: dict[str, Any]) -> str:
        return jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": self.kid})

    def answer(self, url: str) -> dict[str, str]:
        """The query of the way back for a browser that was sent to `url`."""
        self.asked = dict(parse_qsl(urlsplit(url).query))
        return {"code": "a-code", "state": self.asked["state"]}

    def _get(self, path: str) -> dict[str, Any] | None:
        if path == "/.well-known/openid-configuration":
            named = {
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            }
            return {"issuer": self.issuer, **named, **self.document}
        if path == "/keys":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
            return {"keys": [{**public, "kid": self.kid, "use": "sig", "alg": "RS256"}]}
        return None

    def _token(self, form: dict[str, str]) -> dict[str, Any]:
        self.token_requests.append(form)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest())
        if challenge.rstrip(b"=").decode() != self.asked["code_challenge"]:
            return {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.issuer, "sub": "subject-1", "aud": self.asked["client_id"], "iat": now, "exp": now + 300,
            "nonce": self.asked["nonce"], "email": "tamar@desk.example", "email_verified": True, "name": "Tamar",
        }  # fmt: skip
        claims = {name: value for name, value in {**claims, **self.claims}.items() if value is not None}
        return {"access_token": "x", "token_type": "Bearer", "id_token": self.sign(claims)}


@contextmanager
def real_provider() -> Iterator[str]:
    """Somebody else's provider (`oidc-provider-mock`, on Authlib); its issuer. It says yes to every client secret."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Authlib's own, of its imports
        from oidc_provider_mock import run_server_in_thread
    with run_server_in_thread(require_nonce=True) as server:
        yield f"http://localhost:{server.server_port}"


@contextmanager
def lying_provider() -> Iterator[LyingProvider]:
    """Run one on this machine."""
    provider = LyingProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say(provider._get(self.path))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            form["authorization"] = self.headers.get("Authorization", "")
            self._say(provider._token(form))

        def _say(self, found: dict[str, Any] | None) -> None:
            body = json.dumps(found).encode()
            self.send_response(200 if found is not None else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()
