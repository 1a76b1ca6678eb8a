"""What differs between the databases."""

import pytest
from django.db import connection

from tamada.core.db import refresh_statistics
from tamada.core.models import StoredSetting


@pytest.mark.django_db(transaction=True)
@pytest.mark.sqlite
def test_what_statements_are_planned_by_follows_what_tables_hold() -> None:
    StoredSetting.objects.bulk_create(StoredSetting(key=f"some.{n}", value=n) for n in range(50))
    refresh_statistics()
    with connection.cursor() as cursor:
        cursor.execute("SELECT stat FROM sqlite_stat1 WHERE tbl = 'core_setting'")
        assert {int(stat.split()[0]) for (stat,) in cursor.fetchall()} == {50}
        cursor.execute("PRAGMA schema_version")
        [before] = cursor.fetchone()
    StoredSetting.objects.all().delete()
    refresh_statistics()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'core_setting'")
        assert cursor.fetchone() == (0,)
        cursor.execute("PRAGMA schema_version")
        assert cursor.fetchone()[0] > before, "so other connections read it"
