"""The tables."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
import django.db.models.lookups
from django.db import migrations, models

import sources.models.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("sources", "0001_functions"),
    ]

    operations = [
        migrations.CreateModel(
            name="Publisher",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=sources.models.fields.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("newspaper", "Newspaper"),
                            ("news_agency", "News agency"),
                            ("broadcaster", "Broadcaster"),
                            ("online", "Online medium"),
                            ("government", "Government body"),
                            ("fact_checker", "Fact-checker"),
                            ("other", "Other"),
                        ],
                        default="newspaper",
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                (
                    "country",
                    models.CharField(
                        blank=True,
                        help_text="ISO 3166-1 code of two letters, such as FR.",
                        max_length=2,
                        verbose_name="country",
                    ),
                ),
                (
                    "homepage",
                    sources.models.fields.CanonicalURLField(
                        blank=True, max_length=2048, null=True, verbose_name="homepage"
                    ),
                ),
                ("homepage_sha256", sources.models.fields.Sha256Field(null=True, of="homepage")),
                ("is_public", models.BooleanField(db_index=True, default=False, editable=False, verbose_name="public")),
                (
                    "sort_name",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func("name", function="fold_text", output_field=models.TextField()),
                        output_field=models.TextField(db_collation="C"),
                    ),
                ),
                (
                    "name_search",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            "name",
                            function="name_vector",
                            output_field=django.contrib.postgres.search.SearchVectorField(),
                        ),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
            ],
            options={
                "verbose_name": "publisher",
                "verbose_name_plural": "publishers",
                "ordering": ["sort_name", "id"],
                "indexes": [
                    models.Index(models.F("sort_name"), models.F("id"), name="publisher_by_name"),
                    django.contrib.postgres.indexes.GinIndex(models.F("name_search"), name="publisher_by_name_word"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("name__regex", "\\S")), name="publisher_has_a_name"),
                    models.CheckConstraint(
                        condition=models.Q(("country__regex", "^([A-Z]{2})?$")),
                        name="publisher_country_is_iso_3166",
                        violation_error_message="A country is two capital letters (ISO 3166-1), such as FR.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "newspaper",
                                    "news_agency",
                                    "broadcaster",
                                    "online",
                                    "government",
                                    "fact_checker",
                                    "other",
                                ],
                            )
                        ),
                        name="publisher_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("homepage__regex", "^https?://[^\\sA-Z/?#@]+/[^\\s#]*$")),
                        name="publisher_homepage_is_canonical",
                        violation_error_message="The address must be a canonical http or https address.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("homepage__isnull", True), ("homepage_sha256__isnull", True)),
                            models.Q(
                                ("homepage__isnull", False),
                                ("homepage_sha256", sources.models.fields.Sha256(models.F("homepage"))),
                                ("homepage_sha256__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="publisher_homepage_sha256_is_its_hash",
                    ),
                    models.UniqueConstraint(
                        fields=("homepage_sha256",),
                        name="publisher_homepage_is_unique",
                        violation_error_message="This address is already recorded.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Source",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=sources.models.fields.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("article", "Article"),
                            ("dispatch", "Agency dispatch"),
                            ("press_release", "Press release"),
                            ("transcript", "Transcript"),
                            ("speech", "Speech"),
                            ("report", "Report"),
                            ("video", "Video or audio"),
                            ("social_post", "Social media post"),
                            ("other", "Other"),
                        ],
                        default="article",
                        max_length=20,
                        verbose_name="type",
                    ),
                ),
                ("title", models.CharField(max_length=500, verbose_name="title")),
                (
                    "url",
                    sources.models.fields.CanonicalURLField(
                        blank=True,
                        help_text="Where it was published, if on the web.",
                        max_length=2048,
                        null=True,
                        verbose_name="address",
                    ),
                ),
                ("url_sha256", sources.models.fields.Sha256Field(null=True, of="url")),
                (
                    "authors",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="authors",
                    ),
                ),
                ("translator", models.CharField(blank=True, max_length=200, verbose_name="translator")),
                (
                    "language",
                    models.CharField(
                        help_text="BCP 47 tag, such as fr or en-GB.", max_length=35, verbose_name="language"
                    ),
                ),
                (
                    "published_at",
                    sources.models.fields.PartialDateField(
                        blank=True, max_length=24, null=True, verbose_name="published"
                    ),
                ),
                (
                    "published_earliest",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            "published_at",
                            models.Value(False),
                            function="partial_date_bound",
                            output_field=models.DateField(),
                        ),
                        output_field=models.DateField(),
                    ),
                ),
                (
                    "published_latest",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            "published_at",
                            models.Value(True),
                            function="partial_date_bound",
                            output_field=models.DateField(),
                        ),
                        output_field=models.DateField(),
                    ),
                ),
                ("retrieved_at", models.DateTimeField(blank=True, null=True, verbose_name="retrieved")),
                (
                    "archived_at",
                    sources.models.fields.CanonicalURLField(
                        blank=True,
                        help_text="Address of an archived copy (schema.org archivedAt).",
                        max_length=2048,
                        null=True,
                        verbose_name="archived at",
                    ),
                ),
                (
                    "licence",
                    models.CharField(
                        choices=[
                            ("unknown", "Unknown"),
                            ("all-rights-reserved", "All rights reserved"),
                            ("public-domain", "Public domain"),
                            ("CC0-1.0", "CC0 1.0"),
                            ("CC-BY", "CC BY"),
                            ("CC-BY-SA", "CC BY-SA"),
                            ("etalab-2.0", "Licence Ouverte 2.0"),
                        ],
                        default="unknown",
                        max_length=30,
                        verbose_name="licence",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="entered")),
                ("is_public", models.BooleanField(default=False, editable=False, verbose_name="public")),
                (
                    "sort_date",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.comparison.Coalesce(
                            models.Func(
                                "published_at", function="partial_date_for_sorting", output_field=models.DateField()
                            ),
                            models.Func("created_at", function="utc_date", output_field=models.DateField()),
                        ),
                        output_field=models.DateField(),
                    ),
                ),
                (
                    "name_search",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            "title",
                            function="name_vector",
                            output_field=django.contrib.postgres.search.SearchVectorField(),
                        ),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        blank=True,
                        help_text="The wire service it came from.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dispatched",
                        to="sources.publisher",
                        verbose_name="agency",
                    ),
                ),
                (
                    "copy_of",
                    models.ForeignKey(
                        blank=True,
                        help_text="The dispatch that this document repeats.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="copies",
                        to="sources.source",
                        verbose_name="copy of",
                    ),
                ),
                (
                    "publisher",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sources",
                        to="sources.publisher",
                        verbose_name="publisher",
                    ),
                ),
            ],
            options={
                "verbose_name": "source",
                "verbose_name_plural": "sources",
                "ordering": ["-sort_date", "-id"],
            },
        ),
        migrations.CreateModel(
            name="SourceText",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=sources.models.fields.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField(default=1, verbose_name="revision")),
                ("raw", models.BinaryField(verbose_name="bytes as they came")),
                ("media_type", models.CharField(default="text/plain", max_length=100, verbose_name="media type")),
                ("encoding", models.CharField(default="utf-8", max_length=40, verbose_name="encoding")),
                ("text", models.TextField(verbose_name="text")),
                ("sha256", sources.models.fields.Sha256Field(of="text")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="entered")),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="texts",
                        to="sources.source",
                        verbose_name="source",
                    ),
                ),
            ],
            options={
                "verbose_name": "text of a source",
                "verbose_name_plural": "texts of sources",
                "ordering": ["source_id", "number"],
            },
        ),
        migrations.CreateModel(
            name="PublisherSameAs",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=sources.models.fields.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("url", sources.models.fields.CanonicalURLField(max_length=2048, verbose_name="address")),
                ("url_sha256", sources.models.fields.Sha256Field(of="url")),
                (
                    "publisher",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="same_as",
                        to="sources.publisher",
                        verbose_name="publisher",
                    ),
                ),
            ],
            options={
                "verbose_name": "same as",
                "verbose_name_plural": "same as",
                "ordering": ["id"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("url__regex", "^https?://[^\\sA-Z/?#@]+/[^\\s#]*$")),
                        name="publishersameas_url_is_canonical",
                        violation_error_message="The address must be a canonical http or https address.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("url__isnull", True), ("url_sha256__isnull", True)),
                            models.Q(
                                ("url__isnull", False),
                                ("url_sha256", sources.models.fields.Sha256(models.F("url"))),
                                ("url_sha256__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="publishersameas_url_sha256_is_its_hash",
                    ),
                    models.UniqueConstraint(
                        fields=("url_sha256",),
                        name="publishersameas_url_is_unique",
                        violation_error_message="This address is already recorded.",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="source",
            index=models.Index(models.F("sort_date"), models.F("id"), name="source_by_date"),
        ),
        migrations.AddIndex(
            model_name="source",
            index=models.Index(
                models.F("sort_date"),
                models.F("id"),
                condition=models.Q(("is_public", True)),
                name="public_source_by_date",
            ),
        ),
        migrations.AddIndex(
            model_name="source",
            index=django.contrib.postgres.indexes.GinIndex(models.F("name_search"), name="source_by_title_word"),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.CheckConstraint(condition=models.Q(("title__regex", "\\S")), name="source_has_a_title"),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "type__in",
                        [
                            "article",
                            "dispatch",
                            "press_release",
                            "transcript",
                            "speech",
                            "report",
                            "video",
                            "social_post",
                            "other",
                        ],
                    )
                ),
                name="source_type_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "licence__in",
                        [
                            "unknown",
                            "all-rights-reserved",
                            "public-domain",
                            "CC0-1.0",
                            "CC-BY",
                            "CC-BY-SA",
                            "etalab-2.0",
                        ],
                    )
                ),
                name="source_licence_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.CheckConstraint(
                condition=models.Q(("language__regex", "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")),
                name="source_language_is_bcp_47",
                violation_error_message="A language is a BCP 47 tag, such as fr or en-GB.",
            ),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("archived_at__isnull", True), ("archived_at__regex", "^https?://[^\\s/]+/\\S*$"), _connector="OR"
                ),
                name="source_archived_at_is_http",
            ),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.CheckConstraint(
                condition=models.Q(("url__regex", "^https?://[^\\sA-Z/?#@]+/[^\\s#]*$")),
                name="source_url_is_canonical",
                violation_error_message="The address must be a canonical http or https address.",
            ),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("url__isnull", True), ("url_sha256__isnull", True)),
                    models.Q(
                        ("url__isnull", False),
                        ("url_sha256", sources.models.fields.Sha256(models.F("url"))),
                        ("url_sha256__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="source_url_sha256_is_its_hash",
            ),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.UniqueConstraint(
                fields=("url_sha256",),
                name="source_url_is_unique",
                violation_error_message="This address is already recorded.",
            ),
        ),
        migrations.AddIndex(
            model_name="sourcetext",
            index=models.Index(models.F("sha256"), name="source_text_by_hash"),
        ),
        migrations.AddConstraint(
            model_name="sourcetext",
            constraint=models.UniqueConstraint(fields=("source", "number"), name="source_text_number_is_unique"),
        ),
        migrations.AddConstraint(
            model_name="sourcetext",
            constraint=models.UniqueConstraint(fields=("source", "sha256"), name="source_text_is_new_to_its_source"),
        ),
        migrations.AddConstraint(
            model_name="sourcetext",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1)), name="source_text_number_starts_at_1"
            ),
        ),
        migrations.AddConstraint(
            model_name="sourcetext",
            constraint=models.CheckConstraint(
                condition=models.Q(("text__regex", "\\S")), name="source_text_is_not_empty"
            ),
        ),
        migrations.AddConstraint(
            model_name="sourcetext",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.LessThanOrEqual(
                    django.db.models.functions.text.Length("text"), 5000000
                ),
                name="source_text_has_a_limit",
            ),
        ),
        migrations.AddConstraint(
            model_name="sourcetext",
            constraint=models.CheckConstraint(
                condition=models.Q(("sha256", sources.models.fields.Sha256(models.F("text")))),
                name="source_text_sha256_is_its_hash",
            ),
        ),
    ]
