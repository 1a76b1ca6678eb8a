from django.db import migrations, models

from tamada.core.migrating import AddIndexOnline


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("automation", "0005_tried_unsaved")]

    operations = [
        AddIndexOnline(
            model_name="deadline",
            index=models.Index(
                fields=["due_at"], condition=models.Q(("breached_at__isnull", False)), name="deadline_breached"
            ),
        ),
    ]
