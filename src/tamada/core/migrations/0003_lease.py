"""Leases: what only one process of all machines may do."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0002_audit_guard")]

    operations = [
        migrations.CreateModel(
            name="StoredLease",
            fields=[
                ("name", models.CharField(max_length=100, primary_key=True, serialize=False)),
                ("owner", models.CharField(blank=True, default="", max_length=120)),
                ("until", models.DateTimeField()),
            ],
            options={"db_table": "core_lease"},
        ),
    ]
