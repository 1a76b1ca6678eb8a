"""Rules, macros and routing."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_scopes'),
        ('automation', '0001_initial'),
        ('conversations', '0007_inbox_calendar'),
        ('customers', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Rule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('position', models.PositiveSmallIntegerField(default=10)),
                ('is_active', models.BooleanField(default=True)),
                ('trigger', models.CharField(max_length=40)),
                ('minutes', models.PositiveIntegerField(default=0)),
                ('match', models.CharField(choices=[('all', 'all of these hold'), ('any', 'one of these holds')], default='all', max_length=3)),
                ('conditions', models.JSONField(blank=True, default=list)),
                ('steps', models.JSONField(default=list)),
                ('is_last', models.BooleanField(default=False)),
                ('off_reason', models.CharField(blank=True, default='', max_length=200)),
                ('fired_count', models.PositiveIntegerField(default=0)),
                ('last_fired_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ('position', 'id'),
            },
        ),
        migrations.CreateModel(
            name='RuleBook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('edition', models.CharField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name='AgentRouting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cap', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('languages', models.JSONField(blank=True, default=list)),
                ('turn', models.BigIntegerField(default=0)),
                ('agent', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='routing', to=settings.AUTH_USER_MODEL)),
                ('skills', models.ManyToManyField(blank=True, related_name='+', to='customers.tag')),
            ],
        ),
        migrations.CreateModel(
            name='DryRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('total', models.PositiveIntegerField(default=0)),
                ('seen', models.PositiveIntegerField(default=0)),
                ('matched', models.PositiveIntegerField(default=0)),
                ('examples', models.JSONField(default=list)),
                ('before', models.BigIntegerField(null=True)),
                ('error', models.CharField(blank=True, default='', max_length=200)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('rule', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='dry_runs', to='automation.rule')),
            ],
            options={
                'ordering': ('-id',),
            },
        ),
        migrations.CreateModel(
            name='TeamRouting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('method', models.CharField(choices=[('manual', 'Nobody: they are taken by hand'), ('turn', 'Everybody in turn'), ('load', 'Whoever has the fewest open')], default='manual', max_length=6)),
                ('cap', models.PositiveSmallIntegerField(default=0)),
                ('by_skill', models.BooleanField(default=False)),
                ('by_language', models.BooleanField(default=False)),
                ('in_hours', models.BooleanField(default=True)),
                ('reassigns', models.BooleanField(default=False)),
                ('alert_minutes', models.PositiveIntegerField(default=60)),
                ('team', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='routing', to='accounts.team')),
            ],
        ),
        migrations.CreateModel(
            name='Macro',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('visibility', models.CharField(choices=[('all', 'Everybody'), ('team', 'One team'), ('me', 'Only me')], default='all', max_length=4)),
                ('bodies', models.JSONField(blank=True, default=dict)),
                ('steps', models.JSONField(blank=True, default=list)),
                ('used_count', models.PositiveIntegerField(default=0)),
                ('last_used_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='macros', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='macros', to='accounts.team')),
            ],
            options={
                'ordering': ('name', 'id'),
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('team__isnull', False), ('visibility', 'team')), ('team__isnull', True), _connector='OR'), name='macro_team'), models.CheckConstraint(condition=models.Q(models.Q(('owner__isnull', False), ('visibility', 'me')), ('owner__isnull', True), _connector='OR'), name='macro_owner')],
            },
        ),
        migrations.CreateModel(
            name='RuleTrace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=80, unique=True)),
                ('trigger', models.CharField(max_length=40)),
                ('depth', models.PositiveSmallIntegerField(default=0)),
                ('fired', models.PositiveSmallIntegerField(default=0)),
                ('results', models.JSONField(default=list)),
                ('created_at', models.DateTimeField()),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rule_traces', to='conversations.conversation')),
            ],
            options={
                'ordering': ('-id',),
                'indexes': [models.Index(fields=['conversation', '-id'], name='trace_conversation'), models.Index(fields=['trigger', '-id'], name='trace_trigger'), models.Index(fields=['created_at'], name='trace_created'), models.Index(condition=models.Q(('fired__gt', 0)), fields=['conversation', 'created_at'], name='trace_fired')],
            },
        ),
        migrations.CreateModel(
            name='UnownedAlert',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField()),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='unowned_alerts', to='conversations.conversation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('conversation', 'since'), name='one_unowned_alert')],
            },
        ),
    ]
