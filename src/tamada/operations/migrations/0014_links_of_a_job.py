from django.db import migrations, models

from tamada.core.migrating import AddIndexOnline


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("operations", "0013_link_to_a_job")]

    operations = [
        AddIndexOnline(
            model_name="requestlink",
            index=models.Index(fields=["job"], condition=models.Q(("job__isnull", False)), name="request_link_job"),
        ),
    ]
