"""Letters of the installation itself: resets, invitations, digests. They leave by `TAMADA_SMTP_URL`."""

import smtplib
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import formataddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from tamada.core.language import as_label

from . import company
from .models import Agent


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What is said: paragraphs, a list of lines (each a text and perhaps an address), one button, a last small word."""

    subject: str
    greeting: str = ""
    paragraphs: Sequence[str] = ()
    items: Sequence[tuple[str, str]] = ()
    button: str = ""
    url: str = ""
    foot: str = ""


def is_configured() -> bool:
    """True if an outgoing mail server is named."""
    return bool(settings.TAMADA.smtp_url)


def language_of(agent: Agent) -> str:
    """What to write to somebody in."""
    return agent.language or company.language()


def sender() -> str:
    """Who the letters are from: the mail account if it is an address, else `tamada@` this host."""
    user = settings.EMAIL_HOST_USER
    return formataddr((company.name(), user if "@" in user else settings.DEFAULT_FROM_EMAIL))


def send(*, to: str, language: str, letter: Letter) -> None:
    """Hand the letter to the mail server now. Raises OSError or SMTPException: the task that called tries again."""
    with translation.override(language):
        context = {"letter": letter, "language": language, "company": company.name(), "label": as_label(letter.button)}
        text = render_to_string("accounts/mail/letter.txt", context)
        html = render_to_string("accounts/mail/letter.html", context)
    headers = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
    message = EmailMultiAlternatives(letter.subject, text, sender(), [to], headers=headers)
    message.attach_alternative(html, "text/html")
    message.send()


def problem() -> str | None:
    """One sentence on why letters can't leave, or None after greeting the server: for `tamada check` and settings."""
    if not is_configured():
        return _(
            "No outgoing mail server is set (TAMADA_SMTP_URL), so invitations and password resets can't be mailed."
        )
    connection = get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        return _("The outgoing mail server %(host)s doesn't work: %(reason)s.") % {
            "host": settings.EMAIL_HOST,
            "reason": str(error) or type(error).__name__,
        }
    finally:
        connection.close()
    return None
