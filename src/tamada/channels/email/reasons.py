"""Why mail could not be sent or fetched: kept in English, and read in the language of whoever looks."""

from django.utils.translation import gettext_noop

from tamada.channels.reasons import (
    BROKE_OFF,
    DATABASE_AWAY,
    FILE_GONE,
    RESTORED,
    STOPPED_BEFORE,
    STOPPED_WHILE,
    UNREADABLE,
    declare,
    in_words,
)

__all__ = [
    "BROKE_OFF",
    "DATABASE_AWAY",
    "FILE_GONE",
    "RESTORED",
    "STOPPED_BEFORE",
    "STOPPED_WHILE",
    "UNREADABLE",
    "in_words",
]

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
PAUSED = gettext_noop("Mail to this address came back too often; it is paused.")
NOT_YET = gettext_noop("Not taken yet for %(addresses)s: %(words)s")

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

declare(
    globals(),
    in_settings=(
        NO_SERVER,
        NO_ENCRYPTION,
        NO_TLS,
        BAD_CERTIFICATE,
        PASSWORD_REFUSED,
        TOKEN_REFUSED,
        UNKNOWN_NAME,
        NOT_LISTENING,
        OVER_CAP,
        NO_CLIENT,
        NOT_CONNECTED,
        OTHER_KEY,
        WITHDRAWN,
    ),
)
