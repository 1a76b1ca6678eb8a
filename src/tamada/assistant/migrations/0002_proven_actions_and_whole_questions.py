"""Programs asked only for proven customers, and which messages were read as one question."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assistant", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="businessaction",
            name="proven_only",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddField(
            model_name="said",
            name="asked",
            field=models.JSONField(blank=True, null=True),
        ),
    ]
