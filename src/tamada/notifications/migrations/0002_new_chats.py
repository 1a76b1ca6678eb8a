from django.db import migrations, models
from django.db.models import Q

from tamada.core.migrating import AddIndexOnline


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("notifications", "0001_initial")]

    operations = [
        AddIndexOnline(
            model_name="notification",
            index=models.Index(
                fields=["conversation_id"],
                name="notification_new_chat",
                condition=Q(type="new_chat", seen_at__isnull=True),
            ),
        ),
    ]
