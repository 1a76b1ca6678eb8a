"""Signing in with OAuth 2 against an endpoint of ours that follows the published protocol."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.exceptions import PermissionDenied

from tamada.accounts.actions import set_members
from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent, Role
from tamada.channels.email import oauth
from tamada.channels.email.imap import ImapServer
from tamada.channels.email.models import ImapAuth, MailAccount
from tamada.core import secrets, settings_store
from tamada.core.actors import SYSTEM
from tamada.core.models import AuditEntry, StoredEvent
from tests.cast import make_agent

pytestmark = pytest.mark.sqlite

BACK = "http://testserver/oauth/back"


class Endpoint:
    """A token endpoint (RFC 6749 section 3.2) that checks what a provider checks."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.challenge = ""
        self.refuse = ""
        self.expires_in = 3600
        self.count = 0
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                form = {k: v[0] for k, v in parse_qs(self.rfile.read(length).decode()).items()}
                status, answer = endpoint.answer(form)
                body = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/token"

    def answer(self, form: dict[str, str]) -> tuple[int, dict[str, object]]:
        self.asked.append(form)
        if self.refuse or (form["client_id"], form["client_secret"]) != ("our-id", "our-secret"):
            return 400, {"error": self.refuse or "invalid_client"}
        if form["grant_type"] == "authorization_code":
            digest = hashlib.sha256(form["code_verifier"].encode()).digest()
            proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            if form["code"] != "good-code" or form["redirect_uri"] != BACK or proof != self.challenge:
                return 400, {"error": "invalid_grant"}
        elif form["refresh_token"] != "lasting":
            return 400, {"error": "invalid_grant"}
        self.count += 1
        token = {"access_token": f"token-{self.count}", "expires_in": self.expires_in, "token_type": "Bearer"}
        return 200, {**token, **({"refresh_token": "lasting"} if form["grant_type"] == "authorization_code" else {})}


@pytest.fixture
def endpoint(db) -> Iterator[Endpoint]:
    made = Endpoint()
    for provider in ("google", "microsoft"):
        settings_store.set(f"oauth.{provider}.client_id", "our-id", SYSTEM)
        settings_store.set(f"oauth.{provider}.client_secret", "our-secret", SYSTEM)
        settings_store.set(f"oauth.{provider}.token_url", made.url, SYSTEM)
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture(params=[ImapAuth.GOOGLE, ImapAuth.MICROSOFT])
def oauth_account(request, account: MailAccount) -> MailAccount:
    MailAccount.objects.update(auth=request.param)
    account.refresh_from_db()
    return account


def begin(account: MailAccount, agent: Agent) -> dict[str, list[str]]:
    """What the agent's browser brings to the provider."""
    return parse_qs(urlsplit(oauth.authorize_url(account, agent=agent, redirect_uri=BACK)).query)


def finish(agent: Agent, *, code: str = "good-code", state: str) -> MailAccount:
    return oauth.finish(agent=agent, actor=actor_of(agent), code=code, state=state, redirect_uri=BACK)


def connect(account: MailAccount, endpoint: Endpoint) -> None:
    """The whole sign-in: to the provider, and back with a code."""
    admin = Agent.objects.filter(role=Role.ADMIN).first() or make_agent("Olga", Role.ADMIN)
    query = begin(account, admin)
    endpoint.challenge = query["code_challenge"][0]
    finish(admin, state=query["state"][0])
    account.refresh_from_db()


def test_the_code_is_exchanged_and_the_tokens_are_kept_encrypted(oauth_account, endpoint):
    connect(oauth_account, endpoint)
    assert oauth.access_token(oauth_account) == "token-1"
    assert "token-1" not in oauth_account.oauth
    assert len(endpoint.asked) == 1


def test_a_token_near_its_end_is_renewed_and_the_refresh_token_kept(oauth_account, endpoint):
    endpoint.expires_in = 60
    connect(oauth_account, endpoint)
    assert oauth.access_token(oauth_account) == "token-2"
    oauth_account.refresh_from_db()
    assert json.loads(secrets.decrypt(oauth_account.oauth))["refresh_token"] == "lasting"


def test_a_withdrawn_permission_is_an_error_that_says_so(oauth_account, endpoint):
    endpoint.expires_in = 1
    connect(oauth_account, endpoint)
    endpoint.refuse = "invalid_grant"
    with pytest.raises(oauth.OAuthError, match="invalid_grant"):
        oauth.access_token(oauth_account)


def test_a_state_that_is_not_ours_or_a_code_of_somebody_else_is_refused(oauth_account, endpoint, owner):
    with pytest.raises(oauth.OAuthError, match="Start it again"):
        finish(owner, state="forged")
    query = begin(oauth_account, owner)
    with pytest.raises(oauth.OAuthError, match="invalid_grant"):
        finish(owner, code="stolen-code", state=query["state"][0])


def test_a_person_takes_their_time_at_the_provider(oauth_account, endpoint, owner, monkeypatch):
    """The proof (PKCE) is made twice, when they leave and when they are back: it must not depend on the second."""
    query = begin(oauth_account, owner)
    endpoint.challenge = query["code_challenge"][0]
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 100)
    finish(owner, state=query["state"][0])
    oauth_account.refresh_from_db()
    assert oauth.access_token(oauth_account) == "token-1"
    monkeypatch.setattr(time, "time", lambda: now + 1000)
    with pytest.raises(oauth.OAuthError, match="too long"):
        finish(owner, state=query["state"][0])


def test_who_did_not_begin_or_may_not_settle_the_inbox_connects_nothing(
    oauth_account, endpoint, owner, lead, teammate, other_team
):
    """A link begun by one person and opened by another would put a mailbox of theirs under our name."""
    begun = begin(oauth_account, owner)["state"][0]
    with pytest.raises(oauth.OAuthError, match="Start it again"):
        finish(lead, state=begun)
    mine = begin(oauth_account, lead)["state"][0]
    set_members(agent=None, actor=SYSTEM, team=oauth_account.inbox.team, members=[owner])
    with pytest.raises(PermissionDenied):
        finish(lead, state=mine)
    for agent in (lead, teammate):
        with pytest.raises(PermissionDenied):
            begin(oauth_account, agent)
    oauth_account.refresh_from_db()
    assert oauth_account.oauth == ""
    assert endpoint.asked == []


def test_a_connected_mailbox_is_written_down_without_its_tokens(oauth_account, endpoint):
    connect(oauth_account, endpoint)
    entry = AuditEntry.objects.get(action="mail_account.connected")
    assert (entry.actor_name, entry.object_id) == ("Olga", oauth_account.inbox_id)
    assert "token" not in str(entry.changes)
    assert StoredEvent.objects.filter(type="inbox.changed", data__inbox=oauth_account.inbox_id).exists()


def test_an_account_that_is_not_connected_says_so(oauth_account, endpoint):
    with pytest.raises(oauth.OAuthError, match="not connected"):
        oauth.access_token(oauth_account)


def test_without_a_client_id_the_admin_is_told(oauth_account, owner):
    with pytest.raises(oauth.OAuthError, match="client id"):
        begin(oauth_account, owner)


def test_xoauth2_says_what_the_protocol_wants():
    assert oauth.xoauth2("a@b.example", "t") == "user=a@b.example\x01auth=Bearer t\x01\x01"


@pytest.mark.servers
def test_imap_signs_in_with_the_token(oauth_account, endpoint):
    connect(oauth_account, endpoint)
    said: list[str] = []
    with FakeImap(said) as port:
        client = ImapServer.from_url(f"imap://127.0.0.1:{port}").connect(oauth_account)
        client.shutdown()
    challenge = base64.b64decode(next(line for line in said if line.startswith("XOAUTH2 ")).split()[-1]).decode()
    assert challenge == oauth.xoauth2(oauth_account.address, "token-1")


class FakeImap:
    """Enough of IMAP to sign in."""

    def __init__(self, said: list[str]) -> None:
        import socketserver

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self.wfile.write(b"* OK [CAPABILITY IMAP4rev1 AUTH=XOAUTH2 SASL-IR] ready\r\n")
                while line := self.rfile.readline():
                    text = line.decode().strip()
                    said.append(text)
                    tag, _, command = text.partition(" ")
                    if command.startswith("CAPABILITY"):
                        self.wfile.write(b"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2 SASL-IR\r\n")
                    elif command == "AUTHENTICATE XOAUTH2":
                        self.wfile.write(b"+ \r\n")
                        said.append("XOAUTH2 " + self.rfile.readline().decode().strip())
                    self.wfile.write(f"{tag} OK done\r\n".encode())

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True

    def __enter__(self) -> int:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return int(self.server.server_address[1])

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
