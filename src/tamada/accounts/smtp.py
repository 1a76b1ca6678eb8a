"""The installation's own outgoing mail: Django's backend, with STARTTLS wherever the server offers it."""

import smtplib
import ssl
from typing import Any

from django.core.mail.backends import smtp


class Backend(smtp.EmailBackend):
    """As `TAMADA_SMTP_URL` promises: encrypted where offered; a password leaves only over a verified connection.

    Without a password the certificate is not checked: an unverified one is still better than plain text to a relay
    next door. On this machine itself a password may travel without encryption.
    """

    LOCAL = ("localhost", "127.0.0.1", "::1")

    def open(self) -> bool | None:
        """Connect; True when a connection was made. Raises OSError or SMTPException unless `fail_silently`."""
        username, password, self.username, self.password = self.username, self.password, "", ""
        try:
            opened = super().open()
            if opened and self.connection is not None:
                self._secure(bool(username))
                if username and password:
                    self.connection.login(username, password)
        except (OSError, smtplib.SMTPException):
            self.close()
            if not self.fail_silently:
                raise
            return None
        finally:
            self.username, self.password = username, password
        return opened

    def _secure(self, has_password: bool) -> None:
        connection: Any = self.connection
        if self.use_ssl:
            return
        connection.ehlo_or_helo_if_needed()
        if connection.has_extn("starttls"):
            connection.starttls(context=_context(verified=has_password and self.host not in self.LOCAL))
            connection.ehlo()
        elif has_password and self.host not in self.LOCAL:
            raise smtplib.SMTPNotSupportedError("The server offers no STARTTLS, so no password is sent to it.")


def _context(*, verified: bool) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if not verified:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
