"""What goes wrong only later where several machines are one Tamada: a pool, a folder, a key that is not the same."""

from collections.abc import Iterator
from itertools import chain

from tamada.cli.words import gettext as _

from . import WARNING, WRONG, Finding


def pool() -> Iterator[Finding]:
    """Whether a pool between us and PostgreSQL is told of, for it gives each transaction another connection.

    PgBouncer greets each client with a process number that it made up; the server names the real one.
    """
    from django.db import connection

    if connection.vendor != "postgresql" or connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"]:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        is_direct = cursor.fetchone()[0] == connection.connection.info.backend_pid
    if not is_direct:
        text = _("The database is behind a pool: add pooled=1 to TAMADA_DATABASE_URL, or requests fail at random.")
        yield Finding(WRONG, text)


def key() -> Iterator[Finding]:
    """Whether what others stored can be read here."""
    from tamada.core import secrets, settings_store

    if settings_store.unreadable() or None in map(secrets.opened, filter(None, _encrypted())):
        text = _("This database was written under another TAMADA_SECRET_KEY: give every machine the same, as it was.")
        yield Finding(WRONG, text)


def _encrypted() -> Iterator[str]:
    """Every secret in the database that a person can enter anew, except settings."""
    from tamada.accounts.models_sign_in import TotpKey
    from tamada.assistant.models import BusinessAction
    from tamada.channels.email.models import MailAccount
    from tamada.channels.telegram.models import Bot
    from tamada.webhooks.models import Endpoint

    for rows in (
        MailAccount.objects.values_list("smtp_url", "imap_url", "oauth"),
        Bot.objects.values_list("token", "secret"),
        Endpoint.objects.values_list("secret"),
        BusinessAction.objects.values_list("secret"),
        TotpKey.objects.values_list("secret"),
    ):
        yield from chain.from_iterable(rows)


def folder() -> Iterator[Finding]:
    """Whether a part that runs alone keeps what comes in where the others find it."""
    from django.conf import settings

    if not settings.TAMADA.is_sqlite and settings.TAMADA.given_shared_dir is None:
        text = _("TAMADA_SHARED_DIR is not set: mail that comes in here waits until a worker runs on {path}.")
        yield Finding(WARNING, text.format(path=settings.TAMADA.shared_dir))
