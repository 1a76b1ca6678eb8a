"""Limits of one mail. Whatever lies beyond them is cut with a named problem; the raw bytes stay as they came."""

MAX_MESSAGE_BYTES = 100 * 1024 * 1024
"""Bytes of a mail that are looked at (the listener refuses far smaller ones; an import may meet larger)."""

MAX_HEADER_BYTES = 256 * 1024
"""Bytes of the header block that are read; real mail stays under 64 KiB."""

MAX_HEADER_LINES = 2_000
"""Header fields kept, counted per field and not per folded line."""

MAX_HEADER_VALUE = 64 * 1024
"""Characters kept of one header field."""

MAX_SUBJECT = 998
"""Characters of a subject: the longest line that RFC 5322 allows."""

MAX_NAME = 255
"""Characters of a display name or a file name."""

MAX_ADDRESS = 320
"""Characters of an address: 64 for the local part, 255 for the domain."""

MAX_ADDRESSES = 1_000
"""Addresses kept from one header field."""

MAX_MESSAGE_ID = 500
"""Characters of a Message-ID; a longer one is replaced by its hash."""

MAX_REFERENCES = 200
"""Message-IDs kept from References: the first one and the newest."""

MAX_PARTS = 500
"""Leaves of the MIME tree that are looked at."""

MAX_DEPTH = 20
"""Levels of MIME nesting that count as ordinary; a deeper mail carries the problem `nesting-limit`."""

MAX_TEXT = 1_000_000
"""Characters kept of the text of a mail."""

MAX_HTML = 2_000_000
"""Characters kept of the HTML of a mail."""

MAX_RECIPIENTS_IN_REPORT = 1_000
"""Recipients read from one delivery report."""
