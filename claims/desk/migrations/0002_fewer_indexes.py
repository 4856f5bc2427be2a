"""Indexes by which another one begins go: whoever reads by them reads by that, and writes cost less."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0001_tables"),
        ("sources", "0007_fewer_indexes"),
    ]

    operations = [
        migrations.AlterField(
            model_name="castmember",
            name="source",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="cast",
                to="sources.source",
                verbose_name="source",
            ),
        ),
    ]
