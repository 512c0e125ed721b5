# Payments at Toss: intents, looks, and messages that wait.

from django.db import migrations, models

import common.storage.indexes


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0002_currency_of_the_settings"),
    ]

    operations = [
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "message_id",
                    models.CharField(
                        db_column="_id",
                        max_length=200,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("payment_id", models.CharField(db_index=True, max_length=120)),
                ("order_id", models.CharField(max_length=100)),
                ("topic", models.CharField(max_length=100)),
                ("headers", models.TextField()),
                ("value", models.BinaryField()),
                ("asked_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["asked_at", "message_id"],
            },
        ),
        migrations.AddField(
            model_name="payment",
            name="attention",
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name="payment",
            name="attention_since",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="payment",
            name="call_key",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="payment",
            name="calls",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="payment",
            name="expires_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="payment",
            name="looks",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="payment",
            name="next_look_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="payment",
            name="provider",
            field=models.CharField(
                blank=True,
                choices=[("", ""), ("simulator", "simulator"), ("toss", "toss")],
                default="",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="payment",
            name="toss_data",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="refund",
            name="call_key",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="refund",
            name="calls",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="refund",
            name="failure",
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name="refund",
            name="status",
            field=models.CharField(
                choices=[
                    ("PENDING", "Pending"),
                    ("DONE", "Done"),
                    ("REFUSED", "Refused"),
                ],
                default="DONE",
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=common.storage.indexes.NullIndex(
                condition=models.Q(("next_look_at__isnull", False)),
                fields=["next_look_at"],
                name="payment_due",
            ),
        ),
    ]
