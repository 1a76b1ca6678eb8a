"""Why mail could not be sent or fetched: kept in English, and read in the language of whoever looks."""

import re
from functools import lru_cache

from django.utils.translation import gettext, gettext_noop

NO_ENCRYPTION = gettext_noop("The server offers no encryption (STARTTLS), so we don't sign in there.")
TOKEN_REFUSED = gettext_noop("The server refused our permission for the mailbox: %(words)s")
PASSWORD_REFUSED = gettext_noop("The server refused our password: %(words)s")
BAD_CERTIFICATE = gettext_noop("The server's certificate is not trusted: %(words)s.")
NO_TLS = gettext_noop("No encrypted connection to the server could be made.")
LATE = gettext_noop("The server did not answer in time.")
UNKNOWN_NAME = gettext_noop("The server's name is not known.")
INSIDE = gettext_noop(
    "The server stands inside this network. Who runs Tamada can allow it (TAMADA_INNER_HOSTS), or name it by command."
)
NOT_LISTENING = gettext_noop("The server refuses connections.")
CLOSED = gettext_noop("The server closed the connection.")
BROKEN = gettext_noop("The connection failed (%(kind)s).")
CUT_SHORT = gettext_noop("The connection broke while the message was leaving (%(kind)s).")
LATE_AT_THE_END = gettext_noop("The server did not answer in time. It may have taken the message.")
GONE_AT_THE_END = gettext_noop("The server hung up without an answer. It may have taken the message.")
NO_ANSWER = gettext_noop("The server's last answer was none: %(words)s")
NO_SMTPUTF8 = gettext_noop("The server can't take addresses with letters beyond ASCII (SMTPUTF8).")

NO_SERVER = gettext_noop("No server for outgoing mail is set up for this inbox.")
OVER_CAP = gettext_noop("The limit of %(count)s messages an hour is reached; confirm this inbox to lift it.")
UNREADABLE = gettext_noop("The message and its files can't be read now (%(kind)s).")
FILE_GONE = gettext_noop("The attachment “%(name)s” can't be found any more.")
PAUSED = gettext_noop("Mail to this address came back too often; it is paused.")
DATABASE_AWAY = gettext_noop("The database was away; nothing was sent.")
BROKE_OFF = gettext_noop("Sending broke off at its end (%(kind)s).")
STOPPED_BEFORE = gettext_noop("Tamada stopped before the message left.")
STOPPED_WHILE = gettext_noop("Tamada stopped while the message was leaving.")
NOT_YET = gettext_noop("Not taken yet for %(addresses)s: %(words)s")
RESTORED = gettext_noop("Restored from a backup: it may have been sent since.")

USES_PASSWORD = gettext_noop("This account signs in with a password.")
NO_CLIENT = gettext_noop("No client id is stored for this provider.")
PROVIDER_REFUSED = gettext_noop("The provider refused: %(words)s.")
SIGN_IN_LATE = gettext_noop("The sign-in took too long or was not begun here. Start it again.")
NOT_LASTING = gettext_noop("The provider gave no lasting permission (refresh token).")
NOT_CONNECTED = gettext_noop("The account is not connected yet.")
OTHER_KEY = gettext_noop("The stored permission can't be read with this installation's key. Connect again.")
PROVIDER_AWAY = gettext_noop("The provider could not be asked (%(kind)s).")
WITHDRAWN = gettext_noop("The provider no longer lets us in (%(words)s). Connect the mailbox again in the settings.")

NO_MAILBOX = gettext_noop("No mailbox to fetch from is set up for this inbox.")
NOT_OPENED = gettext_noop("The mailbox can't be opened: %(words)s")
DISK_SHORT = gettext_noop("The disk is short of room; mail stays on the server.")
MAILBOX_UNREADABLE = gettext_noop("%(kind)s: the mailbox can't be read.")
FETCHING_FAILED = gettext_noop("Fetching mail failed; see the log.")


def in_words(reason: str) -> str:
    """A stored reason in the language that is active; what servers said themselves stays as they said it."""
    for template, pattern in _patterns():
        if found := pattern.fullmatch(reason):
            return gettext(template) % found.groupdict()
    return reason


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    """The sentences above, those with the most words of their own first."""
    templates = [value for name, value in globals().items() if name.isupper() and isinstance(value, str)]
    templates.sort(key=lambda template: len(re.sub(r"%\(\w+\)s", "", template)), reverse=True)
    return [(template, re.compile(_as_pattern(template), re.DOTALL)) for template in templates]


def _as_pattern(template: str) -> str:
    pieces = re.split(r"%\((\w+)\)s", template)
    return "".join(f"(?P<{piece}>.*?)" if number % 2 else re.escape(piece) for number, piece in enumerate(pieces))
