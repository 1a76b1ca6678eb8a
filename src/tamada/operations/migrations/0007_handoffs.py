
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_away_until'),
        ('conversations', '0011_telegram'),
        ('customers', '0003_erased'),
        ('operations', '0006_request_links'),
        ('webhooks', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Handoff',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', models.CharField(blank=True, default='', max_length=60)),
                ('takes_conversation', models.BooleanField(default=False)),
                ('status', models.CharField(choices=[('waiting', 'waiting'), ('accepted', 'accepted'), ('returned', 'returned'), ('withdrawn', 'withdrawn')], default='waiting', max_length=9)),
                ('cause', models.CharField(blank=True, choices=[('left', 'Who was to take it works here no more.'), ('away', 'Who was to take it is absent.'), ('nobody', 'There is nobody in this team who could take it.'), ('silent', 'The outside system is switched off.'), ('ended', 'There is nothing to hand over any more.')], default='', max_length=7)),
                ('reason', models.CharField(blank=True, default='', max_length=500)),
                ('reference', models.CharField(blank=True, default='', max_length=100)),
                ('note', models.CharField(blank=True, default='', max_length=2000)),
                ('brief', models.JSONField(blank=True, default=dict)),
                ('offered_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('told', models.BooleanField(default=False)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('limbo', models.PositiveIntegerField(blank=True, null=True)),
                ('changed_at', models.DateTimeField()),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('conversation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='handoffs', to='conversations.conversation')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='handoffs', to='customers.customer')),
                ('giver', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('job', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='handoffs', to='operations.job')),
                ('offered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('to_agent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('to_endpoint', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='webhooks.endpoint')),
                ('to_team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.team')),
            ],
            options={
                'ordering': ('-offered_at', '-id'),
                'indexes': [models.Index(condition=models.Q(('status', 'waiting')), fields=['due_at'], name='handoff_waiting'), models.Index(fields=['changed_at', 'id'], name='handoff_changed'), models.Index(fields=['offered_at'], name='handoff_offered')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('job__isnull', False), ('status', 'waiting')), fields=('job', 'step'), name='handoff_waits_once')],
            },
        ),
    ]
