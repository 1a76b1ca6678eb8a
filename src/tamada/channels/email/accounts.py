"""The e-mail side of inboxes: opening one, changing its servers, trying them, and the credentials that senders use."""

import re
import secrets as random
import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tamada.accounts.links import digest
from tamada.accounts.models import Agent, Team
from tamada.accounts.permissions import allowed
from tamada.channels.base import Troubles
from tamada.channels.email import oauth, reasons, send
from tamada.channels.email.book import normal_key
from tamada.channels.email.models import ImapAuth, MailAccount
from tamada.conversations.actions import check_settles, create_inbox, inbox_changed, try_postponed, update_inbox
from tamada.conversations.models import Channel, Inbox
from tamada.core import secrets, settings_store
from tamada.core.actors import Actor

_SECRET = frozenset({"smtp_url", "imap_url"})
_PLAIN = frozenset(
    {"aliases", "from_name", "auth", "reply_domain", "trusted_authserv", "follow_sent", "import_since", "hourly_cap"}
)

_AUTHSERV = re.compile(r"[a-z0-9_](?:[a-z0-9._-]*[a-z0-9])?")

FIRST_LOOK = timedelta(days=1)
"""How far back a mailbox is read when it is connected; older mail comes in by choosing an earlier date, quietly."""


class BadAccountError(ValueError):
    """A setting that can't be; `field` names it, the text says why."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


@dataclass(frozen=True, slots=True)
class Credentials:
    """The servers of an account with their passwords; "" where none is set."""

    smtp_url: str
    imap_url: str


def credentials_of(account: MailAccount) -> Credentials:
    """Decrypted. Outgoing mail falls back on the provider's server, then on the installation's."""
    provider = oauth.PROVIDERS.get(ImapAuth(account.auth))
    own = servers_of(account)
    if provider is not None and account.oauth:
        return Credentials(_provided(own.smtp_url, provider.smtp_url), _provided(own.imap_url, provider.imap_url))
    return Credentials(own.smtp_url or settings.TAMADA.smtp_url or "", own.imap_url)


def _provided(own: str, providers: str) -> str:
    """The server that may be shown the provider's token: another than theirs only when no desk named it."""
    is_theirs = urlsplit(own).hostname == urlsplit(providers).hostname
    return own if own and (is_theirs or not send.is_guarded(own)) else providers


def servers_of(account: MailAccount) -> Credentials:
    """The account's own servers alone, decrypted, without what stands in for them."""
    return Credentials(_decrypted(account.smtp_url), _decrypted(account.imap_url))


def is_sealed(account: MailAccount) -> bool:
    """Whether what is stored of its servers can't be read, because it was encrypted under another secret key."""
    return None in map(secrets.opened, filter(None, (account.smtp_url, account.imap_url, account.oauth)))


def _decrypted(stored: str) -> str:
    if not stored:
        return ""  # and cryptography is not loaded for nothing
    return secrets.opened(stored) or ""  # of another key: as good as not set, and `tamada check` says so


def sender_login(account: MailAccount) -> send.type_login | None:
    """How to sign in for sending, where it is not the URL's password."""
    if account.auth == ImapAuth.PASSWORD or not account.oauth:
        return None

    def login(client: smtplib.SMTP) -> None:
        token = oauth.access_token(account)
        try:
            send.sign_in_with_token(client, oauth.xoauth2(account.address, token))
        except send.TokenRefused as error:
            if error.smtp_code < 500:  # busy; this says nothing of the token
                raise
            other = oauth.renewed_token(account, token)
            send.sign_in_with_token(client, oauth.xoauth2(account.address, other))

    return login


def open_mail_inbox(
    *,
    agent: Agent | None,
    actor: Actor,
    name: str,
    address: str,
    smtp_url: str = "",
    imap_url: str = "",
    team: Team | None = None,
) -> MailAccount:
    """Make an inbox for an address; it takes mail at once. `agent` None is the command line. Raises BadAccountError."""
    address = checked_address(address)
    _check_servers({"smtp_url": smtp_url, "imap_url": imap_url})
    with transaction.atomic():
        if _is_taken(address):
            raise BadAccountError("address", _("{address} belongs to an inbox already.").format(address=address))
        inbox = create_inbox(agent=agent, actor=actor, name=name, channel=Channel.EMAIL, address=address, team=team)
        return MailAccount.objects.create(
            inbox=inbox,
            address=address,
            smtp_url=_sealed(smtp_url, agent),
            imap_url=_sealed(imap_url, agent),
            import_since=timezone.now() - FIRST_LOOK,
        )


def _sealed(url: str, agent: Agent | None) -> str:
    """A server's URL as it is stored. What a person entered in the desk is marked so; the command line is trusted."""
    return secrets.encrypt(url if agent is None else send.guarded(url)) if url else ""


def update_mail_account(*, agent: Agent | None, actor: Actor, account: MailAccount, **changes: Any) -> MailAccount:
    """Change servers, aliases, name, reply domain and the rest; an empty URL removes a server.

    Raises BadAccountError, PermissionDenied.
    """
    check_settles(agent, account.inbox)
    if unknown := changes.keys() - _SECRET - _PLAIN:
        raise TypeError(f"no such field: {', '.join(sorted(unknown))}")
    if "aliases" in changes:
        changes["aliases"] = [checked_address(alias, field="aliases") for alias in changes["aliases"]]
    _check_fetching(changes)
    _check_servers({name: changes[name] for name in _SECRET & changes.keys()})
    with transaction.atomic():
        if any(_is_taken(alias, except_for=account) for alias in changes.get("aliases", ())):
            raise BadAccountError("aliases", _("One of these addresses belongs to another inbox."))
        for name, value in changes.items():
            setattr(account, name, _sealed(value, agent) if name in _SECRET else value)
        if "smtp_url" in changes:
            account.sending_error = ""  # that was the other server
            try_postponed(inbox=account.inbox)
        account.save(update_fields=[*changes, "sending_error"])
        if "aliases" in changes:
            told = {**account.inbox.settings, "aliases": changes["aliases"]}
            update_inbox(agent=agent, actor=actor, inbox=account.inbox, settings=told)
        inbox_changed(account.inbox, actor, "mail_account.updated", fields=sorted(changes))
    return account


def choose_provider(
    *,
    agent: Agent,
    actor: Actor,
    account: MailAccount,
    provider: ImapAuth,
    client_id: str = "",
    client_secret: str = "",
) -> MailAccount:
    """Sign in to the mailbox through a provider from now on; an admin may name our application there too.

    The application is the installation's, so what a lead says about it is passed over. Raises PermissionDenied.
    """
    client = {"client_id": client_id.strip(), "client_secret": client_secret.strip()}
    with transaction.atomic():
        update_mail_account(agent=agent, actor=actor, account=account, auth=provider)
        for name, value in client.items():
            if value and allowed(agent, "inbox.create"):
                settings_store.set(f"oauth.{oauth.PROVIDERS[provider].name}.{name}", value, actor)
    return account


def confirm_cap(*, agent: Agent, actor: Actor, account: MailAccount) -> None:
    """Lift the hourly limit of a new inbox. Raises PermissionDenied."""
    check_settles(agent, account.inbox)
    with transaction.atomic():
        MailAccount.objects.filter(pk=account.pk).update(cap_confirmed_at=timezone.now())
        inbox_changed(account.inbox, actor, "mail_account.confirmed")


def checked_address(address: str, *, field: str = "address") -> str:
    """The address as it is stored: trimmed, its domain in lower case. Raises BadAccountError."""
    local, _at, domain = address.strip().rpartition("@")
    try:
        EmailValidator(allowlist=["localhost"])(f"{local if local.isascii() else 'x'}@{domain}")
    except ValidationError:
        text = _("{address} is no e-mail address.").format(address=address.strip()[:100])
        raise BadAccountError(field, text) from None
    return f"{local}@{domain.lower()}"


def _is_taken(address: str, *, except_for: MailAccount | None = None) -> bool:
    key = normal_key(address)
    others = MailAccount.objects.exclude(pk=except_for.pk) if except_for else MailAccount.objects.all()
    return any(
        key in {normal_key(a) for a in (own, *aliases)} for own, aliases in others.values_list("address", "aliases")
    )


def _check_fetching(changes: dict[str, Any]) -> None:
    """Put names of servers in order, and refuse a start that would keep all mail away."""
    since = changes.get("import_since")
    if since is not None and since > timezone.now():
        raise BadAccountError("import_since", _("This day is still to come."))
    if "trusted_authserv" in changes:
        names = [name.strip().lower() for name in changes["trusted_authserv"].split(",") if name.strip()]
        if bad := next((name for name in names if not _AUTHSERV.fullmatch(name)), None):
            text = _("{name} is no name of a server.").format(name=bad[:100])
            raise BadAccountError("trusted_authserv", text)
        changes["trusted_authserv"] = ",".join(names)  # never longer than it was given
    if changes.get("hourly_cap", 1) < 1:
        raise BadAccountError("hourly_cap", _("At least one mail an hour."))


def _check_servers(urls: dict[str, str]) -> None:
    from tamada.channels.email.imap import ImapServer

    known: dict[str, tuple[Callable[[str], object], str]] = {
        "smtp_url": (
            send.Server.from_url,
            _("An outgoing server is written smtp://user:password@host:port or smtps://…."),
        ),
        "imap_url": (ImapServer.from_url, _("A mailbox is written imaps://user:password@host:port or imap://….")),
    }
    for name, url in urls.items():
        if url:
            parse, text = known[name]
            try:
                parse(url)
            except ValueError:
                raise BadAccountError(name, text) from None


def try_sending(account: MailAccount) -> str:
    """Connect and sign in to the outgoing server; "" when that works, else what went wrong. Sends nothing.

    How it went is what we know of the server from now on.
    """
    url = credentials_of(account).smtp_url
    if not url:
        return reasons.NO_SERVER
    trouble = _trouble_at(url, account)[:500]
    MailAccount.objects.filter(pk=account.pk).exclude(sending_error=trouble).update(sending_error=trouble)
    return trouble


def _trouble_at(url: str, account: MailAccount) -> str:
    try:
        client = send.connect(send.Server.from_url(url), sender_login(account))
    except oauth.OAuthError as error:
        return error.reason
    except (OSError, smtplib.SMTPException, ValueError) as error:
        return send.failure(error).detail
    client.close()
    return ""


def troubles_of(inbox: Inbox) -> Troubles:
    """What is the matter with an inbox's servers."""
    account = MailAccount.objects.filter(inbox=inbox).first()
    if account is None:
        return Troubles()
    lacks = not credentials_of(account).smtp_url
    sending = reasons.NO_SERVER if lacks else account.sending_error
    return Troubles(reasons.in_words(sending), reasons.in_words(fetching_trouble(account)), lacks)


def fetching_trouble(account: MailAccount) -> str:
    """Why the mailbox can't be read; "" when it can."""
    is_newer = account.last_error_at and (account.last_ok_at is None or account.last_error_at > account.last_ok_at)
    return account.last_error if is_newer else ""


def new_webhook_key(*, agent: Agent, actor: Actor, account: MailAccount) -> str:
    """Make the secret with which a provider posts mail for this inbox, in place of an older one.

    Raises PermissionDenied.
    """
    check_settles(agent, account.inbox)
    key = random.token_urlsafe(24)
    with transaction.atomic():
        MailAccount.objects.filter(pk=account.pk).update(webhook_digest=digest(key))
        inbox_changed(account.inbox, actor, "mail_account.webhook_key")
    return key
