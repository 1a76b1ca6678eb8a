from django.db import migrations, models


def seen_up_to_the_cursor(apps, schema_editor):
    """What lies below a folder's cursor was read."""
    for folder in apps.get_model("email", "ImapFolder").objects.filter(last_uid__gt=0):
        folder.seen = f"1:{folder.last_uid}"
        folder.save(update_fields=["seen"])


class Migration(migrations.Migration):
    dependencies = [("email", "0001_initial")]

    operations = [
        migrations.AddField("imapfolder", "seen", models.TextField(blank=True, default="")),
        migrations.RunPython(seen_up_to_the_cursor, migrations.RunPython.noop),
        migrations.RemoveField("imapfolder", "seen_count"),
    ]
