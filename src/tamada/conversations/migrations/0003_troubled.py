"""Lists show at once whose latest answer did not get through."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("conversations", "0002_quoted_html")]

    operations = [
        migrations.AddIndex(
            "message",
            models.Index(
                fields=["conversation"],
                condition=Q(delivery__in=("failed", "bounced", "uncertain")),
                name="message_troubled",
            ),
        )
    ]
