# What a retry job refused: rows instead of a list that was written anew each time.

from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def move(apps: Any, schema_editor: Any) -> None:
    """The lists of the jobs there are become rows; old code may go on reading them."""
    jobs = apps.get_model("engine", "RetryJob").objects.all()
    refusals = apps.get_model("engine", "RetryRefusal").objects
    for job in jobs.iterator(chunk_size=1):
        places = {saga_id: number for number, saga_id in enumerate(job.saga_ids)}
        rows = [
            refusals.model(
                refusal_id=f"{job.job_id}/{places[one['sagaId']]}",
                job_id=job.job_id,
                number=places[one["sagaId"]],
                saga_id=one["sagaId"],
                code=one["code"],
            )
            for one in job.refused
        ]
        refusals.bulk_create(rows, batch_size=500)


class Migration(migrations.Migration):
    dependencies = [
        ("engine", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="RetryRefusal",
            fields=[
                (
                    "refusal_id",
                    models.CharField(
                        db_column="_id",
                        max_length=80,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("saga_id", models.TextField()),
                ("code", models.CharField(max_length=60)),
                (
                    "job",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="refusals",
                        to="engine.retryjob",
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
                "indexes": [
                    models.Index(fields=["job", "number"], name="refusal_of_job")
                ],
            },
        ),
        migrations.RunPython(move, migrations.RunPython.noop),
    ]
