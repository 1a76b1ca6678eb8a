from django.db import migrations, models

from tamada.core.migrating import AddIndexOnline


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("operations", "0010_began")]

    operations = [
        AddIndexOnline(
            model_name="job",
            index=models.Index(
                condition=models.Q(("finished_at", None)),
                fields=["service", "stage", "risk", "promised_at", "id"],
                name="job_board_of_service",
            ),
        ),
        AddIndexOnline(
            model_name="job",
            index=models.Index(
                condition=models.Q(("finished_at", None)),
                fields=["risk", "status", "promised_at", "id"],
                name="job_board_of_all",
            ),
        ),
    ]
