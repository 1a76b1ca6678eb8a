"""Credentials that stood in plain text: the providers' are encrypted, the webhook's key gives way to its digest."""

import hashlib

from django.db import migrations

from tamada.core.settings_store import sealed

SECRETS = ("mail.mailgun.signing_key", "oauth.google.client_secret", "oauth.microsoft.client_secret")


def seal(apps, editor):
    """What is sealed already is no text any more."""
    database = editor.connection.alias
    for row in apps.get_model("core", "StoredSetting").objects.using(database).filter(key__in=SECRETS):
        if isinstance(row.value, str) and row.value:
            row.value = sealed(row.value)
            row.save(update_fields=["value"])
    for account in apps.get_model("email", "MailAccount").objects.using(database).exclude(webhook_digest=""):
        account.webhook_digest = hashlib.sha256(account.webhook_digest.encode()).hexdigest()
        account.save(update_fields=["webhook_digest"])


class Migration(migrations.Migration):
    dependencies = [("email", "0004_read_since"), ("core", "0001_initial")]

    operations = [
        migrations.RenameField("mailaccount", "webhook_key", "webhook_digest"),
        migrations.RunPython(seal, migrations.RunPython.noop),
    ]
