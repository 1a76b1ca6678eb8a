"""A mailbox whose start date is set earlier is read further back: each folder knows how far that was."""

from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def note_how_far(apps, editor):
    """Until now each folder was read from the date of its account."""
    database = editor.connection.alias
    account = apps.get_model("email", "MailAccount").objects.using(database).filter(pk=OuterRef("account"))
    folders = apps.get_model("email", "ImapFolder").objects.using(database)
    folders.update(read_since=Subquery(account.values("import_since")[:1]))


class Migration(migrations.Migration):
    dependencies = [("email", "0003_sending_error")]

    operations = [
        migrations.AddField("imapfolder", "read_since", models.DateTimeField(null=True, blank=True)),
        migrations.RunPython(note_how_far, migrations.RunPython.noop),
    ]
