"""The audit trail is searched by who, what and when, and the database keeps anybody from editing it."""

from django.db import migrations, models

from tamada.core import audit_guard


def put(apps, schema_editor):
    audit_guard.put(schema_editor)


def take(apps, schema_editor):
    audit_guard.take(schema_editor)


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["actor_id", "-id"], name="core_audit_actor"),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["action", "-id"], name="core_audit_action"),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["at"], name="core_audit_at"),
        ),
        migrations.RunPython(put, take),
    ]
