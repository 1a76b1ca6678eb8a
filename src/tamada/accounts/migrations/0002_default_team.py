"""The team that newcomers and new inboxes join exists from the start."""

from typing import Any

from django.db import migrations


def make_default_team(apps: Any, schema_editor: object) -> None:
    apps.get_model("accounts", "Team").objects.get_or_create(is_default=True, defaults={"name": "Everybody"})


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunPython(make_default_team, migrations.RunPython.noop)]
