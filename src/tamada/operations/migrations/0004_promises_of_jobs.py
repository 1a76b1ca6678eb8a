from django.db import migrations, models

from tamada.core.migrating import AddIndexOnline


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("operations", "0003_ready_services")]

    operations = [
        AddIndexOnline(
            model_name="commitment",
            index=models.Index(
                fields=["job"], condition=models.Q(("job__isnull", False)), name="commitment_job"
            ),
        ),
    ]
