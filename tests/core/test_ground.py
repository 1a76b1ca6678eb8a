"""Audit, settings, secrets, limits, registry, presence: the small parts of the ground."""

import os
import resource
import secrets as random
import time
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone

from tamada.conversations.models import Attachment
from tamada.core import audit, limits, realtime, secrets, settings_store, storage
from tamada.core.actors import SYSTEM, Actor
from tamada.core.models import AuditEntry, QueuedTask, StoredSetting
from tamada.core.presence import Present
from tamada.core.redact import redact
from tamada.core.registry import Registry
from tamada.core.tasks import run_pending
from tests.helpers.files import age

AGENT = Actor("agent", 7, "Ani")

settings_store.declare("test.name", str, default="nobody")
settings_store.declare("test.key", str, default="", secret=True)


# audit


@pytest.mark.django_db
def test_an_audit_entry_says_who_did_what_to_which_row() -> None:
    row = StoredSetting.objects.create(key="x", value=1)
    audit.record(AGENT, "setting.touched", row, value=[1, 2], when=None, kind=frozenset({"a"}))
    entry = AuditEntry.objects.get()
    assert (entry.actor_kind, entry.actor_id, entry.actor_name) == ("agent", 7, "Ani")
    assert (entry.action, entry.object_type) == ("setting.touched", "core.storedsetting")
    assert entry.changes == {"value": [1, 2], "when": None, "kind": ["a"]}


@pytest.mark.django_db
def test_an_audit_entry_is_neither_changed_nor_deleted() -> None:
    audit.record(SYSTEM, "test.done", None)
    entry = AuditEntry.objects.get()
    with pytest.raises(TypeError):
        entry.save()
    with pytest.raises(TypeError):
        entry.delete()


# settings


@pytest.mark.django_db
def test_a_setting_has_its_default_until_somebody_sets_it() -> None:
    settings_store.forget()
    assert settings_store.get("test.name") == "nobody"
    assert settings_store.get("test.name", "else") == "else"
    settings_store.set("test.name", "Nairi", AGENT)
    assert settings_store.get("test.name", "else") == "Nairi"
    assert AuditEntry.objects.get().changes == {"key": "test.name", "value": "Nairi"}
    settings_store.forget()


@pytest.mark.django_db
def test_a_secret_setting_is_not_in_the_audit() -> None:
    settings_store.set("test.key", "hunter2", AGENT)
    assert AuditEntry.objects.get().changes["value"] == "***"
    settings_store.forget()


@pytest.mark.django_db
def test_a_secret_setting_is_stored_encrypted() -> None:
    settings_store.set("test.key", "hunter2", AGENT)
    assert "hunter2" not in str(StoredSetting.objects.get(key="test.key").value)
    assert settings_store.get("test.key") == "hunter2"
    assert settings_store.unreadable() == []
    with override_settings(SECRET_KEY="another key " * 5):
        assert settings_store.get("test.key") == ""
        assert settings_store.unreadable() == ["test.key"]
    settings_store.forget()


@pytest.mark.django_db
def test_what_changes_while_the_settings_are_read_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    settings_store.forget()
    rows = StoredSetting.objects.values_list

    def read_while_another_writes(*fields: str) -> Any:
        old = list(rows(*fields))
        settings_store.set("test.name", "Nairi", AGENT)
        return old

    monkeypatch.setattr(StoredSetting.objects, "values_list", read_while_another_writes)
    assert settings_store.get("test.name") == "nobody"
    monkeypatch.undo()
    assert settings_store.get("test.name") == "Nairi"
    settings_store.forget()


@pytest.mark.django_db
def test_a_setting_takes_only_its_type_and_must_be_declared() -> None:
    with pytest.raises(TypeError, match="str"):
        settings_store.set("test.name", 5, AGENT)
    with pytest.raises(KeyError):
        settings_store.get("test.undeclared")
    with pytest.raises(TypeError, match="so a text"):
        settings_store.declare("test.secret", int, default=0, secret=True)
    with pytest.raises(ValueError, match="differently"):
        settings_store.declare("test.name", str, default="another")


# secrets


def test_what_was_signed_is_read_back_only_with_the_same_purpose() -> None:
    text = secrets.sign({"id": 5}, "reset")
    assert secrets.unsign(text, "reset") == {"id": 5}
    for bad, salt in ((text, "invite"), (text + "x", "reset"), ("", "reset")):
        with pytest.raises(secrets.BadSecret):
            secrets.unsign(bad, salt)
    with pytest.raises(secrets.BadSecret):
        secrets.unsign(text, "reset", max_age=-1)


def test_what_was_encrypted_is_read_back_only_with_the_same_key() -> None:
    text = secrets.encrypt("пароль")
    assert "пароль" not in text
    assert secrets.decrypt(text) == "пароль"
    with override_settings(SECRET_KEY="another key " * 5), pytest.raises(secrets.BadSecret):
        secrets.decrypt(text)
    with pytest.raises(secrets.BadSecret):
        secrets.decrypt("nonsense")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Authorization: Bearer abc.def", "Authorization: Bearer ***"),
        ("smtp://user:pa55@host:25", "smtp://user:***@host:25"),
        ("password=hunter2 and more", "password=*** and more"),
        ('{"api_key": "12345"}', '{"api_key": "***"}'),
        ("a bearing of 12 degrees", "a bearing of 12 degrees"),
    ],
)
def test_secrets_are_redacted(text: str, kept: str) -> None:
    assert redact(text) == kept


# limits


def test_hits_beyond_the_limit_are_refused_for_that_key_only() -> None:
    key = random.token_hex(8)
    assert [limits.hit(key, 3, 3600) for _ in range(5)] == [True, True, True, False, False]
    assert limits.hit(f"{key}-other", 3, 3600)
    limits.reset(key)
    assert limits.hit(key, 3, 3600)


def test_a_burst_at_the_border_of_two_windows_is_not_let_through_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    key, now = random.token_hex(8), 6_000_000_059.0
    monkeypatch.setattr("tamada.core.limits.time.time", lambda: now)
    assert all(limits.hit(key, 10, 60) for _ in range(10))
    now += 2
    assert not limits.hit(key, 10, 60)
    now += 120
    assert limits.hit(key, 10, 60)


# registry


def test_a_registry_keeps_order_and_takes_a_name_once() -> None:
    registry: Registry[Any] = Registry("things")
    registry.register("b", 1)
    registry.register("a", 2)
    assert list(registry) == [1, 2]
    assert registry.get("a") == 2
    assert "a" in registry
    with pytest.raises(ValueError, match="things has an entry named a already"):
        registry.register("a", 3)
    with pytest.raises(KeyError, match="no entry named c"):
        registry.get("c")


# presence


@pytest.mark.django_db
def test_who_looks_and_who_types_is_known_and_told_once() -> None:
    told: list[bytes] = []

    def sink(keys: frozenset[str], frame: bytes) -> None:
        assert keys == {"inbox:1"}
        told.append(frame)

    realtime.sinks.append(sink)
    try:
        for kind in ("viewing", "viewing", "typing", "left", "left"):
            realtime.touch(5, 900_001, kind, keys=["inbox:1"])
            if kind == "typing":
                assert realtime.present(900_001) == [Present(5, "typing")]
                assert realtime.present_in([900_001, 900_002]) == {900_001: realtime.present(900_001)}
    finally:
        realtime.sinks.remove(sink)
    assert realtime.present(900_001) == []
    assert [frame.split(b'"kind":"')[1].split(b'"')[0] for frame in told] == [b"viewing", b"typing", b"left"]
    assert all(frame.startswith(b"event: presence\ndata: ") for frame in told)


# storage


@pytest.mark.django_db
def test_the_same_bytes_are_one_file() -> None:
    content = random.token_bytes(3 << 20)
    key = storage.put(content)
    assert storage.put(BytesIO(content)) == key
    assert storage.read(key) == content
    assert storage.size(key) == len(content)
    assert storage.exists(key)
    storage.store().delete(key)
    storage.store().delete(key)
    assert not storage.exists(key)
    with pytest.raises(storage.MissingFile):
        storage.read(key)


def test_where_files_can_not_be_written_the_store_is_away(tmp_path: Path) -> None:
    disk, (soft, hard) = storage.Disk(tmp_path), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))  # the kernel writes no more than that, as where it is full
    try:
        with pytest.raises(storage.StoreAway, match="File too large"):
            disk.put(iter([b"x" * 2000]))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
def test_what_no_row_names_is_swept_away_when_it_is_a_day_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = storage.Disk(tmp_path)
    monkeypatch.setattr(storage, "store", lambda: disk)
    named, stray, fresh = (disk.put(iter([word])) for word in (b"named", b"stray", b"fresh"))
    Attachment.objects.create(name="a", type="text/plain", size=5, blob=named)
    for key in (named, stray):
        os.utime(disk.path(key), (9, 9))
    (tmp_path / ".new-left").write_bytes(b"left by a death")
    assert storage.sweep() == 1
    assert (disk.exists(named), disk.exists(stray), disk.exists(fresh)) == (True, False, True)
    storage.delete(named, stray)
    assert disk.exists(named), "a row names it"
    storage.delete(named, without=Attachment.objects.all())
    assert not disk.exists(named)


@pytest.mark.django_db
def test_what_is_stored_again_while_somebody_lets_go_of_it_is_there_to_be_named() -> None:
    key = storage.put(b"a logo")
    first = Attachment.objects.create(name="a", type="image/png", size=6, blob=key)
    age()
    storage.put(b"a logo")  # by a mail that is being read
    first.delete()
    storage.delete(key)
    second = Attachment.objects.create(name="a", type="image/png", size=6, blob=key)
    task = QueuedTask.objects.get(name__endswith="delete_files")
    assert task.run_after > timezone.now() + timedelta(seconds=storage.SETTLED_SECONDS)

    def an_hour_later() -> None:
        age()
        QueuedTask.objects.update(run_after=timezone.now())
        run_pending()

    an_hour_later()
    assert storage.read(key) == b"a logo"
    second.delete()
    storage.put(b"a logo")
    storage.delete(key)
    assert storage.exists(key)
    an_hour_later()
    assert not storage.exists(key)
    assert not QueuedTask.objects.exists()


def test_a_file_is_discarded_a_day_after_it_was_last_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = storage.Disk(tmp_path)
    key = disk.put(iter([b"once"]))
    path, day_ago = disk.path(key), time.time() - storage.GRACE_SECONDS
    assert not disk.discard(key, day_ago)
    os.utime(path, (day_ago - 9, day_ago - 9))
    disk.put(iter([b"once"]))
    assert not disk.discard(key, day_ago)

    os.utime(path, (day_ago - 9, day_ago - 9))
    rename = Path.rename

    def stored_again_first(self: Path, target: Path) -> Path:
        monkeypatch.undo()
        disk.put(iter([b"once"]))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", stored_again_first)
    assert not disk.discard(key, day_ago)
    assert path.read_bytes() == b"once"

    os.utime(path, (day_ago - 9, day_ago - 9))
    assert disk.discard(key, day_ago)
    assert not disk.discard(key, day_ago)
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "a" * 63, "A" * 64, "a" * 64 + "/"])
def test_what_is_no_key_finds_nothing(key: str) -> None:
    with pytest.raises(storage.MissingFile):
        storage.open(key)


def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    class Broken(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError("cut off")

    disk = storage.Disk(tmp_path)
    with pytest.raises(OSError, match="cut off"):
        disk.put(storage._chunks(Broken()))
    assert not list(tmp_path.iterdir())
