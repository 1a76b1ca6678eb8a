"""For how long the assistant of an inbox waits for an answer to its question."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assistant", "0002_proven_actions_and_whole_questions"),
    ]

    operations = [
        migrations.AddField(
            model_name="inboxassistant",
            name="waits",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
    ]
