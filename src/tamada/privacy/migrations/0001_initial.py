"""Purposes of consent, the ledger, and who looked."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('customers', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Purpose',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('texts', models.JSONField(default=dict)),
                ('version', models.PositiveIntegerField(default=1)),
                ('is_active', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ('name', 'id'),
            },
        ),
        migrations.CreateModel(
            name='Look',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('at', models.DateTimeField()),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='looks', to='customers.customer')),
            ],
            options={
                'ordering': ('-id',),
                'constraints': [models.UniqueConstraint(fields=('customer', 'agent', 'day'), name='one_look_a_day')],
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('given', models.BooleanField()),
                ('version', models.PositiveIntegerField()),
                ('language', models.CharField(blank=True, default='', max_length=5)),
                ('text', models.TextField(blank=True, default='')),
                ('source', models.CharField(choices=[('written', 'In a message'), ('phone', 'By phone'), ('person', 'In person'), ('paper', 'On paper'), ('site', 'On the web site'), ('other', 'In another way')], max_length=8)),
                ('note', models.CharField(blank=True, default='', max_length=300)),
                ('actor_kind', models.CharField(max_length=12)),
                ('actor_name', models.CharField(blank=True, default='', max_length=200)),
                ('at', models.DateTimeField()),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='consents', to='customers.customer')),
                ('purpose', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='privacy.purpose')),
            ],
            options={
                'ordering': ('-id',),
                'indexes': [models.Index(fields=['customer', 'purpose', '-id'], name='consent_latest')],
            },
        ),
    ]
