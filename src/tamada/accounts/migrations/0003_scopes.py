"""The scope `admin` promised a limit that nothing ever asked about: tokens read, write, or both."""

from django.db import migrations


def drop_admin(apps, schema_editor):
    tokens = apps.get_model("accounts", "ApiToken").objects.all()
    for token in tokens.iterator():
        if "admin" in token.scopes:
            token.scopes = [scope for scope in token.scopes if scope != "admin"] or ["read"]
            token.save(update_fields=["scopes"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_default_team")]

    operations = [migrations.RunPython(drop_admin, migrations.RunPython.noop, elidable=True)]
