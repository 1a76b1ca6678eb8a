"""Makes a table."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("conversations", "9001_mood")]
    operations: ClassVar = [
        migrations.CreateModel(
            "Echo",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("message", models.OneToOneField("conversations.Message", models.CASCADE, related_name="echo")),
            ],
        )
    ]
