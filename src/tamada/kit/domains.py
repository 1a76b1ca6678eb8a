"""Names of domains in ASCII, as mail and the web go to them today (IDNA 2008)."""

from contextlib import suppress

import idna


def in_ascii(domain: str) -> str:
    """`почта.рф` → `xn--80a1acny.xn--p1ai`, `straße.example` → `xn--strae-oqa.example`; ASCII stays as it is.

    Raises UnicodeError for what can be no domain. Python's own codec is that of 2003, to which ß is ss.
    """
    return domain if domain.isascii() else idna.encode(domain, uts46=True).decode("ascii")


def comparable(domain: str) -> str:
    """The form in which two spellings of a domain are one; what can be no domain stays as it is, in small letters."""
    domain = domain.rstrip(".").lower()
    with suppress(UnicodeError):
        return in_ascii(domain)
    return domain
