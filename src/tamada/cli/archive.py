"""One file with everything: what `tamada backup` writes and `tamada restore` reads.

A gzipped tar: `manifest.json`, one JSON Lines file a table, then the files (attachments, raw mail, journal, the secret
key). Rows are read in one snapshot while the server runs, and are the same whatever the database, so a backup from
SQLite restores into PostgreSQL. Files are written before the rows that name them and never change, so copying them
after the snapshot misses none. The search index is made anew.

The manifest names the migrations that the database had. A backup of an older version is read into tables as those
migrations make them, and is then migrated like any database that is upgraded; see docs/decisions/0013-upgrades.md.
"""

import io
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from django.apps import apps
from django.apps.registry import Apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from tamada.channels.email.reasons import RESTORED
from tamada.cli.words import gettext as _
from tamada.config import startup
from tamada.core import audit_guard, storage
from tamada.privacy import ledger

FORMAT: Final = 1
KEY_FILE: Final = "secret.key"
# Made by migrations, or of no use elsewhere: browsers' sessions, the log of events that open desks were reading, and
# which process does what.
_LEFT_OUT: Final = frozenset(
    {
        "contenttypes.ContentType",
        "auth.Permission",
        "auth.Group",
        "auth.Group_permissions",
        "sessions.Session",
        "accounts.OpenSession",
        "core.StoredEvent",
        "core.StoredLease",
    }
)
# In this order: what waits in the journal moves into the folder of raw mail while we copy, never back.
_SHARED: Final = ("journal", "raw")
_FOLDERS: Final = ("tls", *_SHARED)
_FILES: Final = "files"
_CHUNK: Final = 500


class ArchiveError(Exception):
    """Why a backup can't be written or read, in one line."""


def tables(version: Apps = apps) -> list[type[models.Model]]:
    """Every table that is kept of this version or another, those of many-to-many relations too."""
    found = version.get_models(include_auto_created=True)
    return [m for m in found if m._meta.managed and m._meta.label not in _LEFT_OUT]


# --- writing ----------------------------------------------------------------------------------------------------


def write(target: Path) -> dict[str, int]:
    """Write a backup beside `target` and rename it into place; returns how many rows and files. Raises ArchiveError."""
    if target.exists():
        raise _exists(target)
    partial = target.with_name(target.name + ".part")
    try:
        with tarfile.open(partial, "w:gz", compresslevel=3, format=tarfile.PAX_FORMAT) as tar:
            with snapshot():
                rows = _write_rows(tar)
            copied = sum(_write_file(tar, path, name) for path, name in _files()) + _write_stored(tar)
        _sync(partial)
        os.link(partial, target)  # unlike a rename this refuses when somebody made the file meanwhile
    except FileExistsError:
        raise _exists(target) from None
    except OSError as error:
        raise ArchiveError(_("The backup could not be written: {reason}").format(reason=error)) from error
    finally:
        partial.unlink(missing_ok=True)
    return {"rows": rows, "files": copied, "bytes": target.stat().st_size}


def _exists(target: Path) -> ArchiveError:
    return ArchiveError(_("{file} exists already; nothing was overwritten.").format(file=target))


@contextmanager
def snapshot() -> Iterator[None]:
    """See one moment of the database without keeping anybody from writing."""
    begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if connection.vendor == "postgresql" else "BEGIN DEFERRED"
    with connection.cursor() as cursor:
        cursor.execute(begin)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK")


def _write_rows(tar: tarfile.TarFile) -> int:
    counts: dict[str, int] = {}
    parts: list[tuple[str, Any]] = []
    for model in tables():
        spool = tempfile.SpooledTemporaryFile(max_size=32 * 1024 * 1024)  # noqa: SIM115  closed when it is copied
        counts[model._meta.label] = _write_table(model, spool)
        parts.append((model._meta.label, spool))
    manifest = {
        "format": FORMAT,
        "version": version("tamada"),
        "made_at": timezone.now().isoformat(),
        "migrations": sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()),
        "rows": counts,
    }
    _add(tar, "manifest.json", io.BytesIO(json.dumps(manifest, indent=1).encode()))
    for label, spool in parts:
        with spool:
            _add(tar, f"rows/{label}.jsonl", spool)
    return sum(counts.values())


def _write_table(model: type[models.Model], out: Any) -> int:
    names = [f.attname for f in model._meta.concrete_fields if not f.generated]
    total = 0
    rows = everything(model).order_by("pk").values_list(*names)
    for row in rows.iterator(chunk_size=2000):
        out.write(json.dumps(dict(zip(names, row, strict=True)), default=_plain, ensure_ascii=False).encode())
        out.write(b"\n")
        total += 1
    return total


def _plain(value: object) -> str:
    """Moments to the microsecond (Django's own encoder cuts them); whatever else JSON doesn't know, as text."""
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _files() -> Iterator[tuple[Path, str]]:
    """Everything on disk that rows name, and the key that encrypts what they hide."""
    for name in (KEY_FILE, "tamada.toml", ledger.NAME):
        if (path := _root_of(name) / name).is_file():
            yield path, name
    for folder in _FOLDERS:
        root = _root_of(folder)
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and not path.name.endswith((".tmp", ".lock")):
                yield path, path.relative_to(root).as_posix()


def _root_of(name: str) -> Path:
    """Where a file of a backup lies: some are the machine's own, some are shared by all machines."""
    is_shared = name in (*_SHARED, ledger.NAME)
    return Path(settings.TAMADA.shared_dir if is_shared else settings.TAMADA.data_dir).resolve()


def _write_file(tar: tarfile.TarFile, path: Path, name: str) -> int:
    try:
        with path.open("rb") as file:
            _add(tar, f"data/{name}", file, size=os.fstat(file.fileno()).st_size)
    except FileNotFoundError:
        return 0  # it went into the folder of raw mail, which is copied after this one
    return 1


def _write_stored(tar: tarfile.TarFile) -> int:
    """Every file that a row names, wherever they are stored."""
    total = 0
    for key in storage.every_named():
        try:
            with storage.open(key) as file, tempfile.SpooledTemporaryFile(max_size=1 << 24) as spool:
                shutil.copyfileobj(file, spool)
                _add(tar, f"data/{_FILES}/{key[:2]}/{key[2:4]}/{key}", spool)
        except storage.MissingFile:
            continue  # its row says so wherever it is shown
        total += 1
    return total


def _add(tar: tarfile.TarFile, name: str, content: Any, *, size: int | None = None) -> None:
    if size is None:
        content.seek(0, os.SEEK_END)
        size = content.tell()
        content.seek(0)
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = size, 0o600, int(timezone.now().timestamp())
    tar.addfile(member, content)


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


# --- reading ----------------------------------------------------------------------------------------------------


def read(source: Path) -> dict[str, int]:
    """Bring a backup into an empty installation; returns how many rows and files. Raises ArchiveError.

    All rows or none; files are put in place before, where nothing names them yet. What was on its way out when the
    backup was made may have left since: it becomes `uncertain` and is never sent by itself. Rows of an older version
    are committed in that version's tables and migrated from there; if that is interrupted, the next start goes on.
    """
    try:
        with tarfile.open(source, "r:gz") as tar:
            manifest = _manifest(tar)
            _refuse_unless_empty()
            past = _tables_as_of(manifest["migrations"])
            with transaction.atomic():
                done = _read_everything(tar, manifest, past)
    except storage.StoreAway as error:  # an OSError, too, and not the backup's
        raise ArchiveError(str(error)) from error
    except (tarfile.TarError, EOFError, OSError) as error:
        text = _("{file} can't be read as a backup: {reason}")
        raise ArchiveError(text.format(file=source, reason=error)) from error
    call_command("migrate", verbosity=0, interactive=False)
    return {"rows": sum(done["by_table"].values()), "files": done["files"]}


def _manifest(tar: tarfile.TarFile) -> dict[str, Any]:
    first = tar.next()
    stream = tar.extractfile(first) if first is not None and first.name == "manifest.json" else None
    if stream is None:
        raise ArchiveError(_("This is not a backup of Tamada."))
    manifest: dict[str, Any] = json.load(stream)
    known = {f"{app}.{name}" for app, name in MigrationExecutor(connection).loader.graph.nodes}
    if manifest.get("format") != FORMAT or set(manifest["migrations"]) - known:
        text = _("This backup is of a newer version of Tamada ({theirs}; this is {ours}); upgrade first.")
        raise ArchiveError(text.format(theirs=manifest.get("version", "?"), ours=version("tamada")))
    return manifest


def _refuse_unless_empty() -> None:
    if trouble := startup.too_new():
        raise ArchiveError(trouble)
    with connection.cursor() as cursor:
        there = connection.introspection.table_names(cursor)
    for label in ("accounts.Agent", "conversations.Conversation"):
        model = apps.get_model(label)
        if model._meta.db_table in there and everything(model).exists():
            raise ArchiveError(_("There is something here already; restore into an empty data folder and database."))


def _tables_as_of(migrations: Collection[str]) -> Apps:
    """Make the database's tables what these migrations leave, going forward or back; returns their models.

    Only for a database without anything of its own: going back drops what later migrations made.
    """
    wanted = {(app, name) for app, _dot, name in (migration.partition(".") for migration in migrations)}
    executor = MigrationExecutor(connection)
    applied = executor.loader.applied_migrations.keys()
    in_order = [m for m, _back in executor.migration_plan(executor.loader.graph.leaf_nodes(), clean_start=True)]
    beyond = [m for m in reversed(in_order) if (m.app_label, m.name) in applied - wanted]
    executor.migrate([], plan=[(migration, True) for migration in beyond])
    executor = MigrationExecutor(connection)
    missing = [m for m in in_order if (m.app_label, m.name) in wanted - applied]
    executor.migrate([], plan=[(migration, False) for migration in missing])
    past: Apps = executor.loader.project_state(sorted(wanted)).apps
    return past


def _read_everything(tar: tarfile.TarFile, manifest: dict[str, Any], past: Apps) -> dict[str, Any]:
    """The rows and files behind the manifest, into the tables of `past`. Call in a transaction."""
    labels = {m._meta.label: m for m in tables(past)}
    _empty(labels)
    done = _read_members(tar, labels)
    missing = [label for label, n in manifest["rows"].items() if label in labels and done["by_table"].get(label) != n]
    if missing:
        raise ArchiveError(_("The backup is incomplete: {tables}.").format(tables=", ".join(missing)))
    _hold_back_deliveries(past)
    _hold_back_notices(past)
    _reset_sequences(labels)
    return done


def _empty(labels: dict[str, type[models.Model]]) -> None:
    """Take away what migrations put there: the backup has its own. Our own rows refuse to be deleted one by one."""
    with audit_guard.lifted(), connection.cursor() as cursor:
        for model in labels.values():
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608  our own names


def _read_members(tar: tarfile.TarFile, labels: dict[str, type[models.Model]]) -> dict[str, Any]:
    by_table: dict[str, int] = {}
    files = 0
    for member in tar:
        stream = tar.extractfile(member)
        if stream is None or member.name == "manifest.json":
            continue
        if member.name.startswith("rows/"):
            label = member.name.removeprefix("rows/").removesuffix(".jsonl")
            if label in labels:
                by_table[label] = _read_table(labels[label], stream)
        elif member.name.startswith("data/"):
            files += _read_file(member.name.removeprefix("data/"), stream)
    return {"by_table": by_table, "files": files}


def _read_table(model: type[models.Model], stream: Any) -> int:
    fields = {f.attname: f for f in model._meta.concrete_fields if not f.generated}
    total, rows = 0, []
    for line in stream:
        values = {name: _value(fields[name], value) for name, value in json.loads(line).items() if name in fields}
        rows.append(model(**values))
        if len(rows) == _CHUNK:
            total += len(_insert(model, rows))
            rows = []
    return total + len(_insert(model, rows))


def _insert(model: type[models.Model], rows: list[models.Model]) -> list[models.Model]:
    """Store rows as they were: dates that are set on saving keep their stored value."""
    dates = [f for f in model._meta.concrete_fields if isinstance(f, models.DateField)]
    flags = [(f, f.auto_now, f.auto_now_add) for f in dates]
    for field in dates:
        field.auto_now = field.auto_now_add = False
    try:
        return list(everything(model).bulk_create(rows))
    finally:
        for field, now, add in flags:
            field.auto_now, field.auto_now_add = now, add


def everything(model: type[models.Model]) -> models.Manager[models.Model]:
    """Every row, whatever the model's own manager hides."""
    return model._base_manager  # noqa: SLF001  Django's documented name for it


def _value(field: Any, value: Any) -> Any:
    return value if isinstance(field, models.JSONField) else field.to_python(value)


def _read_file(name: str, stream: Any) -> int:
    if name.startswith(f"{_FILES}/"):
        if storage.put(stream) != name.rpartition("/")[2]:
            raise ArchiveError(_("The backup holds a file in a strange place: {name}").format(name=name))
        return 1
    root = _root_of(name.partition("/")[0])
    if name == ledger.NAME:
        # Whom this folder was told of as erased stays so: the backup's lines are added.
        ledger.add(stream.read())
        return 1
    target = (root / name).resolve()
    if not target.is_relative_to(root) or name.split("/", maxsplit=1)[0] not in {*_FOLDERS, KEY_FILE, "tamada.toml"}:
        raise ArchiveError(_("The backup holds a file in a strange place: {name}").format(name=name))
    target.parent.mkdir(parents=True, exist_ok=True)
    is_key_in_use = name == KEY_FILE and target.is_file() and target.read_text().strip() == settings.SECRET_KEY
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        while chunk := stream.read(1024 * 1024):
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    if is_key_in_use:
        # The key made for this empty folder gives way to the one that the backup's secrets were encrypted with, at
        # once: a migration may encrypt more.
        settings.SECRET_KEY = target.read_text().strip()
    return 1


def has_other_key() -> bool:
    """Whether the key in use is not the one that lies in the data folder, which is the backup's once it was read."""
    file = Path(settings.TAMADA.data_dir) / KEY_FILE
    return file.is_file() and file.read_text().strip() != settings.SECRET_KEY


def _hold_back_deliveries(past: Apps) -> None:
    delivery, message = past.get_model("conversations.Delivery"), past.get_model("conversations.Message")
    waiting = everything(delivery).filter(settled_at__isnull=True)
    everything(message).filter(outbox__in=waiting).update(delivery="uncertain")
    waiting.update(settled_at=timezone.now(), last_error=RESTORED)


def _hold_back_notices(past: Apps) -> None:
    """Customers may have heard of it since the backup was made."""
    with suppress(LookupError):  # a version without notices
        waiting = everything(past.get_model("operations.Notice")).filter(state="waiting")
        waiting.update(state="dropped", why="restored", settled_at=timezone.now())


def _reset_sequences(labels: dict[str, type[models.Model]]) -> None:
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(labels.values())):
            cursor.execute(statement)
