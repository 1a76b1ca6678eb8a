"""Settings, versions, the data folder, the file store and Redis: what can be looked at without the database."""

import contextlib
import errno
import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Final

from tamada.cli.privacy import others_may_read
from tamada.cli.words import gettext as _

from . import GOOD, WARNING, WRONG, Finding, first_line

_LITTLE_SPACE: Final = 1024**3
_NO_SPACE: Final = 200 * 1024**2
# Folders into which the running server writes.
_WRITTEN: Final = (".", "run", "tmp")
_WRITTEN_BY_ALL: Final = (".", "journal", "journal/incoming", "journal/tmp", "raw", "files")


def _data_dir() -> Path:
    from django.conf import settings

    return Path(settings.TAMADA.data_dir)


def _shared_dir() -> Path:
    from django.conf import settings

    return Path(settings.TAMADA.shared_dir)


def _folders() -> list[Path]:
    """Each once, the shared ones where all machines have them."""
    own, shared = _data_dir(), _shared_dir()
    return list(dict.fromkeys([*(own / name for name in _WRITTEN), *(shared / name for name in _WRITTEN_BY_ALL)]))


def _opened() -> list[Path]:
    """Files that the running server opens for writing."""
    from django.conf import settings

    files = [_shared_dir() / "journal" / "lock"]
    if settings.TAMADA.is_sqlite:
        database = settings.DATABASES["default"]["NAME"]
        files += [Path(f"{database}{suffix}") for suffix in ("", "-wal", "-shm", "-writer")]
    return [file for file in files if file.exists()]


def configuration() -> Iterator[Finding]:
    """Who can read the data, whose it is, and what is set."""
    from django.conf import settings

    config, root = settings.TAMADA, _data_dir()
    yield from (Finding(WRONG, text) for text in others_may_read())
    if config.debug:
        yield Finding(WARNING, _("TAMADA_DEBUG is on: never for real customers."))
    if not config.base_url_is_set:
        yield Finding(
            WARNING, _("TAMADA_BASE_URL is not set: links in mails lead to {url}.").format(url=config.base_url)
        )
    yield Finding(GOOD, _("Settings are readable; data is in {path}.").format(path=root))


def versions() -> Iterator[Finding]:
    """Of Python and SQLite; PostgreSQL tells its own where the database is looked at."""
    import sqlite3

    from django.conf import settings

    from tamada.config import sqlite_warning

    warning = sqlite_warning() if settings.TAMADA.is_sqlite else None
    if warning:
        yield Finding(WARNING, warning)
        return
    python = ".".join(map(str, sys.version_info[:3]))
    text = _("Tamada {version} on Python {python} and {database}.")
    database = f"SQLite {sqlite3.sqlite_version}" if settings.TAMADA.is_sqlite else "PostgreSQL"
    yield Finding(GOOD, text.format(version=version("tamada"), python=python, database=database))


def data_folder() -> Iterator[Finding]:
    """Room, and that everything the server writes can be written and belongs to one user."""
    root = _data_dir()
    yield from [*_unwritable(), *_strangers(root)]
    free = shutil.disk_usage(root).free
    state = WRONG if free < _NO_SPACE else WARNING if free < _LITTLE_SPACE else GOOD
    yield Finding(state, _("{free} MB are free in {path}.").format(free=free // 1024**2, path=root))
    inodes = os.statvfs(root)
    if inodes.f_files and inodes.f_favail < 1000:
        yield Finding(WRONG, _("The disk of {path} takes no more files (inodes); mail is refused.").format(path=root))


def _unwritable() -> Iterator[Finding]:
    text = _("{path} can't be written: {reason}. Tamada can't work while that is so.")
    for folder in _folders():
        if folder.is_dir():
            probe = folder / f".check-{os.getpid()}"
            try:
                probe.write_bytes(b"x")
            except OSError as error:
                yield Finding(WRONG, text.format(path=folder, reason=error.strerror))
            finally:
                with contextlib.suppress(OSError):
                    probe.unlink()  # a full disk leaves it empty
    for file in _opened():
        if not os.access(file, os.R_OK | os.W_OK):
            yield Finding(WRONG, text.format(path=file, reason=os.strerror(errno.EACCES)))


def _strangers(root: Path) -> Iterator[Finding]:
    """A command that was once run as root leaves files behind that the service can't open."""
    owner = root.stat().st_uid
    for path in [*_folders(), *_opened()]:
        if path.exists() and (found := path.stat()).st_uid != owner and not found.st_mode & 0o022:
            text = _("{path} belongs to another user than the data folder, and Tamada can't write it: chown it.")
            yield Finding(WRONG, text.format(path=path))


def storage() -> Iterator[Finding]:
    """The file store gives back what it takes."""
    from tamada.core import storage as store

    probe = secrets.token_bytes(16)  # its own each time, so that it can be taken away again
    try:
        key = store.put(probe)
        same = store.read(key) == probe
        store.store().delete(key)  # no row can name it, and the database is looked at elsewhere
    except Exception as error:  # noqa: BLE001  a disk's, a bucket's or a missing library's: all say what is wrong
        yield Finding(WRONG, _("The file store can't be used: {reason}").format(reason=first_line(error)))
        return
    if same:
        yield Finding(GOOD, _("The file store keeps what is put into it."))
    else:
        yield Finding(WRONG, _("The file store does not give back what was put into it."))


def redis() -> Iterator[Finding]:
    """Redis answers, where it is used."""
    from django.conf import settings

    if not settings.TAMADA.redis_url:
        return
    from redis import Redis
    from redis.exceptions import RedisError

    try:
        Redis.from_url(settings.TAMADA.redis_url, socket_timeout=3, socket_connect_timeout=3).ping()
    except (RedisError, ValueError) as error:
        text = _("Redis does not answer ({reason}): desks of other processes hear of changes late.")
        yield Finding(WRONG, text.format(reason=first_line(error)))
    else:
        yield Finding(GOOD, _("Redis answers."))
