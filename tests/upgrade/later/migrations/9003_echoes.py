"""Fills the table row by row, each in a transaction of its own: what is there already is left out."""

from typing import Any, ClassVar

from django.db import migrations

from tests.upgrade.later import MIDDLE, hold


def fill(apps: Any, editor: Any) -> None:
    message, echo = (apps.get_model("conversations", name) for name in ("Message", "Echo"))
    alias = editor.connection.alias
    for row in message.objects.using(alias).filter(echo=None).order_by("pk"):
        echo.objects.using(alias).create(message=row)
        if row.pk == MIDDLE:
            hold("9003_echoes")


class Migration(migrations.Migration):
    atomic = False
    dependencies: ClassVar = [("conversations", "9002_echo")]
    operations: ClassVar = [migrations.RunPython(fill, migrations.RunPython.noop)]
