from django.db import migrations, models
from django.db.models import Exists, OuterRef, Q


def keep_those_of_notes(apps, schema_editor):
    """Until now an assignment and following opened a door for good: what stays open is what a note opened."""
    del schema_editor
    Access, Mention = apps.get_model("conversations", "Access"), apps.get_model("conversations", "Mention")
    Membership = apps.get_model("accounts", "Membership")
    named = Mention.objects.filter(agent=OuterRef("agent"), conversation=OuterRef("conversation"))
    mine = Membership.objects.filter(agent=OuterRef("agent"))
    inside = mine.filter(Q(team=OuterRef("conversation__team")) | Q(team=OuterRef("conversation__inbox__team")))
    rows = Access.objects.filter(~Exists(named) | Exists(inside)).values("pk")
    Access.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).update(is_open=False)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("conversations", "0005_change_record"),
    ]

    operations = [
        migrations.AddField(
            model_name="access",
            name="is_open",
            field=models.BooleanField(default=True),
        ),
        migrations.RunPython(keep_those_of_notes, migrations.RunPython.noop),
    ]
