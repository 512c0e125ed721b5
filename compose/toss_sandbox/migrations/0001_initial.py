# Toss's books.

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "key",
                    models.CharField(max_length=64, primary_key=True, serialize=False),
                ),
                ("status", models.PositiveIntegerField(null=True)),
                ("body", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Behaviour",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("path", models.CharField(max_length=20)),
                ("action", models.CharField(max_length=20)),
                ("seconds", models.FloatField(default=0)),
                ("status", models.PositiveIntegerField(default=500)),
                ("code", models.CharField(blank=True, max_length=100)),
                ("times", models.PositiveIntegerField(null=True)),
                ("rate", models.FloatField(default=1)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="LoggedRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("at", models.DateTimeField()),
                ("method", models.CharField(max_length=8)),
                ("path", models.CharField(max_length=300)),
                (
                    "order_id",
                    models.CharField(blank=True, db_index=True, max_length=100),
                ),
                ("payment_key", models.CharField(blank=True, max_length=200)),
                ("idempotency_key", models.CharField(blank=True, max_length=300)),
                ("body", models.TextField(blank=True)),
                ("status", models.PositiveIntegerField(null=True)),
                ("code", models.CharField(blank=True, max_length=100)),
                ("replayed", models.BooleanField(default=False)),
                ("ms", models.FloatField(null=True)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="TossPayment",
            fields=[
                (
                    "payment_key",
                    models.CharField(max_length=200, primary_key=True, serialize=False),
                ),
                ("order_id", models.CharField(db_index=True, max_length=100)),
                ("order_name", models.CharField(blank=True, max_length=100)),
                ("kind", models.CharField(default="NORMAL", max_length=10)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("READY", "Ready"),
                            ("IN_PROGRESS", "In Progress"),
                            ("DONE", "Done"),
                            ("CANCELED", "Canceled"),
                            ("PARTIAL_CANCELED", "Partial Canceled"),
                            ("ABORTED", "Aborted"),
                            ("EXPIRED", "Expired"),
                        ],
                        max_length=20,
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("total", models.DecimalField(decimal_places=2, max_digits=14)),
                ("balance", models.DecimalField(decimal_places=2, max_digits=14)),
                ("card_number", models.CharField(max_length=20)),
                ("secret", models.CharField(max_length=60)),
                ("transaction_key", models.CharField(blank=True, max_length=64)),
                ("failure_code", models.CharField(blank=True, max_length=100)),
                ("failure_message", models.CharField(blank=True, max_length=300)),
                ("mishaps", models.PositiveIntegerField(default=0)),
                ("requested_at", models.DateTimeField()),
                ("approved_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-requested_at", "-payment_key"],
            },
        ),
        migrations.CreateModel(
            name="Webhook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("body", models.TextField()),
                ("tries", models.PositiveIntegerField(default=0)),
                ("next_try_at", models.DateTimeField(db_index=True)),
            ],
            options={
                "ordering": ["next_try_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Cancel",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=14)),
                ("reason", models.CharField(max_length=200)),
                ("transaction_key", models.CharField(max_length=64)),
                ("canceled_at", models.DateTimeField()),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="cancels",
                        to="toss_sandbox.tosspayment",
                    ),
                ),
            ],
            options={
                "ordering": ["canceled_at", "id"],
            },
        ),
    ]
