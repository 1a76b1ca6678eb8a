"""The formatting of what is folded away is kept apart from what is shown."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0001_initial")]

    operations = [migrations.AddField("message", "quoted_html", models.TextField(blank=True, default=""))]
