"""Indexes by which another one begins go: whoever reads by them reads by that, and writes cost less."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("proposals", "0002_versions"),
        ("sources", "0007_fewer_indexes"),
    ]

    operations = [
        migrations.AlterField(
            model_name="candidate",
            name="source_text",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="candidates",
                to="sources.sourcetext",
                verbose_name="text of the source",
            ),
        ),
    ]
