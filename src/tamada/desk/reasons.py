"""Why a message did not leave, in the language of who reads it.

The sender writes its reasons down in English, for the log and the API. Those it knows are said here in the reader's
words; what another mail server said stands as it said it.
"""

import re
from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

_KNOWN: Final[Sequence[str]] = (
    gettext_noop("No server for outgoing mail is set up for this inbox."),
    gettext_noop("Mail to this address came back too often."),
    gettext_noop("Mail to this address came back too often; it is paused."),
    gettext_noop("Tamada stopped while the message was leaving."),
    gettext_noop("Tamada stopped before the message left."),
    gettext_noop("The limit of %(count)s messages an hour is reached; confirm this inbox to lift it."),
    gettext_noop("The database was away; nothing was sent."),
    gettext_noop("Not taken yet for %(addresses)s."),
    gettext_noop("The attachment “%(name)s” can't be found any more."),
    gettext_noop("The connection broke before the server's answer (%(error)s)."),
    gettext_noop("The server can't take addresses with letters beyond ASCII (SMTPUTF8)."),
    gettext_noop("The server's certificate is not trusted: %(error)s."),
    gettext_noop("The server did not answer in time."),
    gettext_noop("The server's name is not known."),
    gettext_noop("The server refuses connections."),
    gettext_noop("The connection failed (%(error)s)."),
)


def _pattern(sentence: str) -> re.Pattern[str]:
    parts = re.split(r"%\((\w+)\)s", sentence)
    return re.compile("".join(f"(?P<{part}>.*)" if i % 2 else re.escape(part) for i, part in enumerate(parts)))


_PATTERNS: Final = [(sentence, _pattern(sentence)) for sentence in _KNOWN]


def in_words(reason: str) -> str:
    """The reason for the reader: translated where it is one of ours."""
    for sentence, pattern in _PATTERNS:
        if reason and (found := pattern.fullmatch(reason)):
            return _(sentence) % found.groupdict()
    return reason
