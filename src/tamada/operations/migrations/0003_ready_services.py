"""The services that come along: there before anybody signs in, and the company's own from then on."""

from importlib.resources import files
from typing import Any

from django.db import migrations
from django.utils import timezone


def add_ready(apps: Any, editor: Any) -> None:
    """Each as its first version, where the company has none of its id."""
    alias, now = editor.connection.alias, timezone.now()
    services = apps.get_model("operations", "Service").objects.using(alias)
    versions = apps.get_model("operations", "ServiceVersion").objects.using(alias)
    ready = files("tamada.operations").joinpath("ready")
    for file in sorted(ready.iterdir(), key=lambda one: one.name):
        key, dot, kind = file.name.rpartition(".")
        if kind != "yaml" or services.filter(key=key).exists():
            continue
        service = services.create(key=key, version=1, changed_at=now)
        versions.create(service=service, number=1, text=file.read_text(encoding="utf-8"))


class Migration(migrations.Migration):
    dependencies = [("operations", "0002_services_and_jobs")]

    operations = [migrations.RunPython(add_ready, migrations.RunPython.noop)]
