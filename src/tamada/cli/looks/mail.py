"""Mail: our listeners, the servers of each inbox, and the installation's own letters."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from tamada.cli.words import gettext as _

from . import GOOD, WARNING, WRONG, Finding, runs_here

if TYPE_CHECKING:
    from tamada.channels.email.models import MailAccount

_SOON = timedelta(days=14)


def listeners() -> Iterator[Finding]:
    """They take connections while Tamada runs here, with a certificate that holds."""
    from tamada.core import health

    if runs_here("mail"):
        if health.mail_problem():
            text = _("Tamada runs, but takes no mail: another program may use its port; the log says more.")
            yield Finding(WRONG, text)
        else:
            yield Finding(GOOD, _("The mail listeners take connections."))
    yield from _certificate()


def _certificate() -> Iterator[Finding]:
    from cryptography import x509
    from django.conf import settings
    from django.utils import timezone

    from tamada.channels.email.listener import tls_context

    file = Path(settings.TAMADA.data_dir) / "tls" / "mail.crt"
    try:
        if tls_context() is None:
            return
        ends = x509.load_pem_x509_certificate(file.read_bytes()).not_valid_after_utc
    except (OSError, ValueError) as error:
        text = _("The certificate {path} can't be used: {reason}")
        yield Finding(WRONG, text.format(path=file, reason=str(error) or type(error).__name__))
        return
    if ends < timezone.now() + _SOON:
        text = _("The certificate {path} ends on {day}: renew it and restart Tamada.")
        state = WRONG if ends < timezone.now() else WARNING
        yield Finding(state, text.format(path=file, day=f"{ends:%Y-%m-%d}"))


def servers() -> Iterator[Finding]:
    """Each inbox's servers let us in, for sending and for fetching."""
    from tamada.channels.email.models import MailAccount
    from tamada.core import settings_store

    for key in settings_store.unreadable():
        text = _("The setting {key} was stored under another secret key: restore that key, or enter it anew.")
        yield Finding(WRONG, text.format(key=key))
    found = list(MailAccount.objects.select_related("inbox").filter(inbox__is_active=True))
    for account in found:
        yield from _account(account)
    yield Finding(GOOD, _("{count} mail inboxes were looked at.").format(count=len(found)))


def _account(account: "MailAccount") -> Iterator[Finding]:
    from tamada.channels.email import accounts, imap, reasons

    if accounts.is_sealed(account):
        text = _(
            "The passwords of {address} were stored under another secret key: restore that key, or enter them anew."
        )
        yield Finding(WRONG, text.format(address=account.address))
        return
    urls = accounts.credentials_of(account)
    if not urls.smtp_url:
        text = _("{address} can't send: set its server in the settings, or TAMADA_SMTP_URL.")
        yield Finding(WARNING, text.format(address=account.address))
    elif trouble := accounts.try_sending(account):
        text = _("{address} can't send: {reason}")
        yield Finding(WRONG, text.format(address=account.address, reason=reasons.in_words(trouble)))
    if urls.imap_url and (trouble := imap.try_fetching(account)):
        text = _("{address} can't fetch its mail: {reason}")
        yield Finding(WRONG, text.format(address=account.address, reason=reasons.in_words(trouble)))


def letters() -> Iterator[Finding]:
    """Invitations and resets can leave."""
    from tamada.accounts import mail

    if (trouble := mail.problem()) is None:
        yield Finding(GOOD, _("Invitations and password resets can be mailed."))
    else:
        yield Finding(WRONG if mail.is_configured() else WARNING, trouble)
