"""What other users of this machine could read of an installation."""

from collections.abc import Iterator
from pathlib import Path

from tamada.cli.words import gettext as _


def others_may_read() -> Iterator[str]:
    """A sentence for the data folder and each file of ours that is open to others, and says how to close it."""
    from django.conf import settings

    folder, shared = Path(settings.TAMADA.data_dir), Path(settings.TAMADA.shared_dir)
    for one in dict.fromkeys((folder, shared)):
        if one.stat().st_mode & 0o077:
            yield _("Others on this machine can look into {path}: chmod 700 it.").format(path=one)
    files = [folder / "secret.key", folder / "tamada.toml"]
    if settings.TAMADA.is_sqlite:
        database = Path(settings.DATABASES["default"]["NAME"])
        # A closed folder keeps what is in it; secrets must not depend on that.
        files += [database] if database.parent.stat().st_mode & 0o011 else []
    for file in files:
        if file.exists() and file.stat().st_mode & 0o077:
            yield _("Others on this machine can read {path}: chmod 600 it.").format(path=file)
