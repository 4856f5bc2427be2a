"""Indexes of what statements are asked for by: roles as printed, and what changed last."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0009_search"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="mention",
            index=django.contrib.postgres.indexes.GinIndex(
                models.Func(
                    "role_exact",
                    function="name_vector",
                    output_field=django.contrib.postgres.search.SearchVectorField(),
                ),
                name="mention_by_role_word",
            ),
        ),
        migrations.AddIndex(
            model_name="statement",
            index=models.Index(
                models.F("updated_at"),
                models.F("id"),
                condition=models.Q(("status", "published")),
                name="public_statement_by_change",
            ),
        ),
    ]
