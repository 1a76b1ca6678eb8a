"""Changes tables and fills a new column, all in one transaction."""

from pathlib import Path
from typing import Any, ClassVar

from django.db import migrations, models

from tests.upgrade.later import MIDDLE, hold

LEAF = max(file.stem for file in Path(__file__).parent.glob("0*.py"))


def fill(apps: Any, editor: Any) -> None:
    messages = apps.get_model("conversations", "Message").objects.using(editor.connection.alias)
    for row in messages.order_by("pk"):
        row.mood = f"calm {row.seq}"
        row.save(update_fields=["mood"])
        if row.pk == MIDDLE:
            hold("9001_mood")


class Migration(migrations.Migration):
    dependencies: ClassVar = [("conversations", LEAF)]
    operations: ClassVar = [
        migrations.AddField("message", "mood", models.CharField(max_length=20, null=True)),
        # On SQLite this writes the whole table anew.
        migrations.AlterField("conversation", "subject", models.CharField(max_length=1200, blank=True, default="")),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
