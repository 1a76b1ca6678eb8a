from django.db import migrations, models

from tamada.core.migrating import AddIndexOnline


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("assistant", "0003_waits")]

    operations = [
        AddIndexOnline(model_name="said", index=models.Index(fields=["created_at"], name="said_created")),
    ]
