"""A mailbox whose start date is set earlier is read further back: each folder knows how far that was."""

from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def note_how_far(apps, schema_editor):
    """Until now each folder was read from the date of its account."""
    del schema_editor
    account = apps.get_model("email", "MailAccount").objects.filter(pk=OuterRef("account"))
    apps.get_model("email", "ImapFolder").objects.update(read_since=Subquery(account.values("import_since")[:1]))


class Migration(migrations.Migration):
    dependencies = [("email", "0003_sending_error")]

    operations = [
        migrations.AddField("imapfolder", "read_since", models.DateTimeField(null=True, blank=True)),
        migrations.RunPython(note_how_far, migrations.RunPython.noop),
    ]
