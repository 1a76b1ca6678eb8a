"""What answers carry that Django does not give: files of ours, streams, probes. Django's own have middleware for it."""

from django.conf import settings

# Nothing of these is a page: were one opened as such, it could load, run and be framed by nothing.
_GUARDS = [
    (b"content-security-policy", b"default-src 'none'; base-uri 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
]


def guards() -> list[tuple[bytes, bytes]]:
    """The headers; over https with the promise to be asked over nothing else."""
    if not settings.TAMADA.https:
        return _GUARDS
    return [*_GUARDS, (b"strict-transport-security", f"max-age={settings.HSTS_SECONDS}".encode())]
