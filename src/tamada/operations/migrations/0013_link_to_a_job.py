import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("operations", "0012_boards_before")]

    operations = [
        migrations.AddField(
            model_name="requestlink",
            name="job",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="links",
                to="operations.job",
            ),
        ),
    ]
