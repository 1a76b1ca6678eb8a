from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("operations", "0011_boards")]

    operations = [
        migrations.RemoveIndex(model_name="job", name="job_board"),
        migrations.RemoveIndex(model_name="job", name="job_risk"),
    ]
