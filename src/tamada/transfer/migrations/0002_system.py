from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('transfer', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='import',
            name='system',
            field=models.CharField(blank=True, default='', max_length=80),
        ),
        migrations.AddField(
            model_name='importedthing',
            name='system',
            field=models.CharField(blank=True, default='', max_length=80),
        ),
        migrations.RemoveConstraint(
            model_name='importedthing',
            name='one_imported_thing',
        ),
        migrations.AddConstraint(
            model_name='importedthing',
            constraint=models.UniqueConstraint(fields=('source', 'system', 'kind', 'key'), name='one_thing_a_system'),
        ),
    ]
