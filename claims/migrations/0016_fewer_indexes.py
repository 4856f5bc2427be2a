"""Indexes by which another one begins go: whoever reads by them reads by that, and writes cost less."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0015_quick_search_vector"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="attribution",
            name="attribution_is_given_once",
        ),
        migrations.AlterField(
            model_name="attribution",
            name="speaker",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="attributions",
                to="claims.speaker",
                verbose_name="speaker",
            ),
        ),
        migrations.AlterField(
            model_name="attribution",
            name="statement",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="attributions",
                to="claims.statement",
                verbose_name="statement",
            ),
        ),
        migrations.AlterField(
            model_name="mention",
            name="appearance",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="mentions",
                to="claims.appearance",
                verbose_name="appearance",
            ),
        ),
        migrations.AlterField(
            model_name="position",
            name="statement",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="positions",
                to="claims.statement",
                verbose_name="statement",
            ),
        ),
        migrations.AlterField(
            model_name="relation",
            name="statement",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="relations",
                to="claims.statement",
                verbose_name="statement",
            ),
        ),
        migrations.AlterField(
            model_name="relay",
            name="appearance",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="relays",
                to="claims.appearance",
                verbose_name="appearance",
            ),
        ),
        migrations.AlterField(
            model_name="relay",
            name="speaker",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="relayed",
                to="claims.speaker",
                verbose_name="relayed by",
            ),
        ),
        migrations.AlterField(
            model_name="segment",
            name="appearance",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="segments",
                to="claims.appearance",
                verbose_name="appearance",
            ),
        ),
        migrations.AlterField(
            model_name="speakername",
            name="speaker",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="names",
                to="claims.speaker",
                verbose_name="speaker",
            ),
        ),
        migrations.AlterField(
            model_name="statementsearch",
            name="statement",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="search",
                to="claims.statement",
            ),
        ),
        migrations.AlterField(
            model_name="statementtopic",
            name="statement",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                to="claims.statement",
                verbose_name="statement",
            ),
        ),
        # Django takes any index of this one column for the one to go, that of this rule too.
        migrations.RemoveConstraint(
            model_name="wording",
            name="wording_original_is_one",
        ),
        migrations.AlterField(
            model_name="wording",
            name="statement",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="wordings",
                to="claims.statement",
                verbose_name="statement",
            ),
        ),
        migrations.AddConstraint(
            model_name="wording",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_original", True)),
                fields=("statement",),
                name="wording_original_is_one",
                violation_error_message="Only one wording is the original.",
            ),
        ),
        migrations.AddConstraint(
            model_name="attribution",
            constraint=models.UniqueConstraint(
                fields=("statement", "kind", "speaker"),
                name="attribution_is_given_once",
                violation_error_message="This speaker has this part already.",
            ),
        ),
    ]
