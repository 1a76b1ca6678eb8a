"""Trouble with sending is told apart from trouble with fetching: one goes on while the other is well."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("email", "0002_seen_uids")]

    operations = [
        migrations.AddField("mailaccount", "sending_error", models.CharField(blank=True, default="", max_length=500))
    ]
