from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("channels", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="rawinput",
            index=models.Index(fields=["-id"], name="raw_blocked", condition=Q(state="blocked")),
        ),
    ]
