"""The database refuses to change the audit trail, whoever asks and however."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from tamada.accounts import tasks
from tamada.core import audit, audit_guard, settings_store
from tamada.core.actors import SYSTEM, Actor
from tamada.core.models import AuditEntry

pytestmark = pytest.mark.django_db

OLD = timedelta(days=audit_guard.FLOOR_DAYS + 10)


def refused(sql: str) -> None:
    before = list(AuditEntry.objects.order_by("pk").values())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert list(AuditEntry.objects.order_by("pk").values()) == before


@pytest.fixture
def entry() -> AuditEntry:
    audit.record(Actor("agent", 7, "Ani"), "customer.updated", None, name=["Karine", "Karine G."])
    return AuditEntry.objects.get()


def test_the_guard_stands_after_every_migration() -> None:
    """A migration that has SQLite build the table anew loses the triggers: it must call `audit_guard.put`."""
    assert audit_guard.is_there()


@pytest.mark.parametrize(
    "change",
    [
        "action = 'nothing'",
        "actor_id = 8",
        "actor_id = NULL",
        "actor_name = 'Somebody else'",
        "object_id = 5",
        "object_type = 'x'",
        "at = '2020-01-01 00:00:00'",
        "changes = '{}'",
        "id = id + 100",
    ],
)
def test_no_column_is_rewritten(change: str, entry: AuditEntry) -> None:
    refused(f"UPDATE core_audit SET {change}")


@pytest.mark.sqlite
@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "REPLACE"])
def test_no_entry_is_replaced(verb: str, entry: AuditEntry) -> None:
    columns = [field.column for field in AuditEntry._meta.concrete_fields]
    values = ", ".join("'nothing'" if name == "action" else f'"{name}"' for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    refused(f"{verb} INTO core_audit ({names}) SELECT {values} FROM core_audit")


def test_no_entry_is_deleted(entry: AuditEntry) -> None:
    refused("DELETE FROM core_audit")
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEntry.objects.all().delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEntry.objects.update(action="nothing")


@pytest.mark.postgres
def test_the_table_is_not_emptied_at_once(entry: AuditEntry) -> None:
    refused("TRUNCATE core_audit")


def test_what_an_entry_says_of_a_person_can_be_taken_out(entry: AuditEntry) -> None:
    AuditEntry.objects.update(changes={"erased": True}, actor_name="")
    after = AuditEntry.objects.get()
    assert (after.action, after.actor_id, after.changes, after.actor_name) == (
        "customer.updated", 7, {"erased": True}, "",
    )  # fmt: skip


def test_old_entries_are_pruned_by_policy_and_younger_ones_never(entry: AuditEntry) -> None:
    AuditEntry.objects.create(at=timezone.now() - timedelta(days=800), actor_kind="system", action="old")
    tasks.prune_audit()
    assert AuditEntry.objects.count() == 2  # For ever, until somebody chooses.
    settings_store.set("audit.keep_years", 1, SYSTEM)
    tasks.prune_audit()
    assert not AuditEntry.objects.filter(action="old").exists()
    assert AuditEntry.objects.filter(pk=entry.pk).exists()
    AuditEntry.objects.create(at=timezone.now() - OLD, actor_kind="system", action="middle")
    assert audit.prune(0) == 1
    assert AuditEntry.objects.filter(pk=entry.pk).exists()


def test_a_restore_may_bring_its_own(entry: AuditEntry) -> None:
    with transaction.atomic(), audit_guard.lifted(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM core_audit")
    assert audit_guard.is_there()
    audit.record(SYSTEM, "test", None)
    refused("DELETE FROM core_audit")
