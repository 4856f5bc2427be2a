"""Indexes by which another one begins go: whoever reads by them reads by that, and writes cost less."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sources", "0006_versions"),
    ]

    operations = [
        migrations.AlterField(
            model_name="sourcetext",
            name="source",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="texts",
                to="sources.source",
                verbose_name="source",
            ),
        ),
    ]
