"""The tables."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.constraints
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

import sources.models.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("sources", "0002_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Appearance",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=sources.models.fields.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "quotation_type",
                    models.CharField(
                        choices=[("direct", "Direct"), ("indirect", "Indirect"), ("mixed", "Mixed")],
                        default="indirect",
                        max_length=10,
                        verbose_name="quotation",
                    ),
                ),
                ("language", models.CharField(max_length=35, verbose_name="language")),
                ("cue_start", models.PositiveIntegerField(blank=True, null=True, verbose_name="cue from")),
                ("cue_end", models.PositiveIntegerField(blank=True, null=True, verbose_name="cue to")),
                (
                    "cue_exact",
                    models.CharField(
                        blank=True, help_text="The words of saying: “a déclaré”.", max_length=300, verbose_name="cue"
                    ),
                ),
                ("is_headline", models.BooleanField(default=False, verbose_name="in a headline")),
                (
                    "anchor_state",
                    models.CharField(
                        choices=[
                            ("exact", "In place"),
                            ("moved", "Moved"),
                            ("ambiguous", "Ambiguous"),
                            ("orphaned", "Gone"),
                        ],
                        default="exact",
                        editable=False,
                        max_length=10,
                        verbose_name="anchor",
                    ),
                ),
                (
                    "source_text",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appearances",
                        to="sources.sourcetext",
                        verbose_name="text of the source",
                    ),
                ),
            ],
            options={
                "verbose_name": "appearance",
                "verbose_name_plural": "appearances",
                "ordering": ["statement_id", "id"],
            },
        ),
        migrations.CreateModel(
            name="Claim",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=sources.models.fields.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "text",
                    sources.models.fields.LabelsField(
                        help_text="One sentence that can be true or false, in each language.", verbose_name="text"
                    ),
                ),
                ("is_public", models.BooleanField(default=False, editable=False, verbose_name="public")),
                (
                    "name_search",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            models.Func("text", function="labels_text", output_field=models.TextField()),
                            function="name_vector",
                            output_field=django.contrib.postgres.search.SearchVectorField(),
                        ),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
            ],
            options={
                "verbose_name": "claim",
                "verbose_name_plural": "claims",
                "ordering": ["-id"],
                "indexes": [models.Index(models.F("id"), condition=models.Q(("is_public", True)), name="public_claim")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Func("text", function="is_labels", output_field=models.BooleanField())
                        ),
                        name="claim_text_are_texts_by_language",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=sources.models.fields.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=300, verbose_name="name")),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("press_conference", "Press conference"),
                            ("summit", "Summit"),
                            ("meeting", "Meeting"),
                            ("speech", "Speech"),
                            ("interview", "Interview"),
                            ("statement", "Written statement"),
                            ("hearing", "Hearing"),
                            ("conference", "Conference"),
                            ("visit", "Visit"),
                            ("other", "Other"),
                        ],
                        default="other",
                        max_length=20,
                        verbose_name="type",
                    ),
                ),
                ("location", models.CharField(blank=True, max_length=200, verbose_name="location")),
                (
                    "date",
                    sources.models.fields.PartialDateField(blank=True, max_length=24, null=True, verbose_name="date"),
                ),
                (
                    "date_earliest",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            "date", models.Value(False), function="partial_date_bound", output_field=models.DateField()
                        ),
                        output_field=models.DateField(),
                    ),
                ),
                (
                    "date_latest",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            "date", models.Value(True), function="partial_date_bound", output_field=models.DateField()
                        ),
                        output_field=models.DateField(),
                    ),
                ),
                ("is_public", models.BooleanField(default=False, editable=False, verbose_name="public")),
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
                "verbose_name": "event",
                "verbose_name_plural": "events",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(models.F("id"), condition=models.Q(("is_public", True)), name="public_event"),
                    django.contrib.postgres.indexes.GinIndex(models.F("name_search"), name="event_by_name_word"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("name__regex", "\\S")), name="event_has_a_name"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "type__in",
                                [
                                    "press_conference",
                                    "summit",
                                    "meeting",
                                    "speech",
                                    "interview",
                                    "statement",
                                    "hearing",
                                    "conference",
                                    "visit",
                                    "other",
                                ],
                            )
                        ),
                        name="event_type_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IntensityPhrase",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=sources.models.fields.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("language", models.CharField(default="fr", max_length=35, verbose_name="language")),
                (
                    "phrase",
                    models.CharField(
                        help_text="As it begins in texts: “profond” finds “profondes” too.",
                        max_length=100,
                        verbose_name="phrase",
                    ),
                ),
                (
                    "intensity",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "1 mild"), (2, "2 marked"), (3, "3 extreme")], verbose_name="intensity"
                    ),
                ),
                (
                    "folded",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func("phrase", function="fold_text", output_field=models.TextField()),
                        output_field=models.TextField(db_collation="C"),
                    ),
                ),
            ],
            options={
                "verbose_name": "intensity phrase",
                "verbose_name_plural": "intensity lexicon",
                "ordering": ["language", "-intensity", "folded"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("language", "folded"),
                        name="intensity_phrase_is_given_once",
                        violation_error_message="This phrase is in the lexicon already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("phrase__regex", "\\S")), name="intensity_phrase_is_not_blank"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("intensity__in", [1, 2, 3])), name="intensity_phrase_intensity_is_1_to_3"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("language__regex", "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")),
                        name="intensity_phrase_language_is_bcp_47",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Role",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=sources.models.fields.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("head_of_state", "Head of state"),
                            ("head_of_government", "Head of government"),
                            ("foreign_minister", "Foreign minister"),
                            ("defence_minister", "Defence minister"),
                            ("minister", "Other minister"),
                            ("spokesperson", "Spokesperson"),
                            ("ambassador", "Ambassador"),
                            ("diplomat", "Diplomat"),
                            ("legislator", "Legislator"),
                            ("military", "Military"),
                            ("official", "Other official"),
                            ("expert", "Expert"),
                            ("journalist", "Journalist"),
                            ("other", "Other"),
                        ],
                        default="other",
                        max_length=30,
                        verbose_name="category",
                    ),
                ),
                (
                    "labels",
                    sources.models.fields.LabelsField(
                        help_text="Without the body: “foreign minister”, not “of Japan”.", verbose_name="labels"
                    ),
                ),
                (
                    "name_search",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            models.Func("labels", function="labels_text", output_field=models.TextField()),
                            function="name_vector",
                            output_field=django.contrib.postgres.search.SearchVectorField(),
                        ),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
            ],
            options={
                "verbose_name": "role",
                "verbose_name_plural": "roles",
                "ordering": ["id"],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(models.F("name_search"), name="role_by_label_word")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "category__in",
                                [
                                    "head_of_state",
                                    "head_of_government",
                                    "foreign_minister",
                                    "defence_minister",
                                    "minister",
                                    "spokesperson",
                                    "ambassador",
                                    "diplomat",
                                    "legislator",
                                    "military",
                                    "official",
                                    "expert",
                                    "journalist",
                                    "other",
                                ],
                            )
                        ),
                        name="role_category_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Func("labels", function="is_labels", output_field=models.BooleanField())
                        ),
                        name="role_labels_are_texts_by_language",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Speaker",
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
                            ("person", "Person"),
                            ("organization", "Organization"),
                            ("state", "State"),
                            ("group", "Group"),
                        ],
                        default="person",
                        max_length=20,
                        verbose_name="type",
                    ),
                ),
                (
                    "is_named",
                    models.BooleanField(
                        default=True,
                        help_text="Off for “a senior official” and the like, whose name is not given.",
                        verbose_name="named",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
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
                    "note",
                    models.CharField(
                        blank=True,
                        help_text="Tells people of the same name apart; public.",
                        max_length=300,
                        verbose_name="note",
                    ),
                ),
                ("is_public", models.BooleanField(default=False, editable=False, verbose_name="public")),
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
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged",
                        to="claims.speaker",
                        verbose_name="merged into",
                    ),
                ),
                (
                    "part_of",
                    models.ForeignKey(
                        blank=True,
                        help_text="The body it belongs to: a ministry to its state. People have roles instead.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="claims.speaker",
                        verbose_name="part of",
                    ),
                ),
            ],
            options={
                "verbose_name": "speaker",
                "verbose_name_plural": "speakers",
                "ordering": ["sort_name", "id"],
            },
        ),
        migrations.CreateModel(
            name="Relay",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=sources.models.fields.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "level",
                    models.PositiveSmallIntegerField(
                        default=1, help_text="1 is nearest the speaker.", verbose_name="level"
                    ),
                ),
                ("start", models.PositiveIntegerField(blank=True, null=True, verbose_name="from")),
                ("end", models.PositiveIntegerField(blank=True, null=True, verbose_name="to")),
                ("exact", models.CharField(blank=True, max_length=300, verbose_name="name as printed")),
                (
                    "appearance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="relays",
                        to="claims.appearance",
                        verbose_name="appearance",
                    ),
                ),
                (
                    "speaker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="relayed",
                        to="claims.speaker",
                        verbose_name="relayed by",
                    ),
                ),
            ],
            options={
                "verbose_name": "relay",
                "verbose_name_plural": "relays",
                "ordering": ["appearance_id", "level"],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=sources.models.fields.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "start",
                    sources.models.fields.PartialDateField(blank=True, max_length=24, null=True, verbose_name="from"),
                ),
                (
                    "start_earliest",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            "start", models.Value(False), function="partial_date_bound", output_field=models.DateField()
                        ),
                        output_field=models.DateField(),
                    ),
                ),
                (
                    "end",
                    sources.models.fields.PartialDateField(blank=True, max_length=24, null=True, verbose_name="until"),
                ),
                (
                    "end_latest",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            "end", models.Value(True), function="partial_date_bound", output_field=models.DateField()
                        ),
                        output_field=models.DateField(),
                    ),
                ),
                ("is_public", models.BooleanField(default=False, editable=False, verbose_name="public")),
                (
                    "role",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="claims.role",
                        verbose_name="role",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        blank=True,
                        help_text="The state, ministry or body in which the role is held.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="members",
                        to="claims.speaker",
                        verbose_name="organization",
                    ),
                ),
                (
                    "speaker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="claims.speaker",
                        verbose_name="speaker",
                    ),
                ),
            ],
            options={
                "verbose_name": "membership",
                "verbose_name_plural": "memberships",
                "ordering": ["speaker_id", "start_earliest", "id"],
            },
        ),
        migrations.CreateModel(
            name="SpeakerName",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=sources.models.fields.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("language", models.CharField(blank=True, max_length=35, verbose_name="language")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("spelling", "Spelling"),
                            ("transliteration", "Transliteration"),
                            ("translation", "In another language"),
                            ("acronym", "Acronym"),
                            ("former", "Former name"),
                        ],
                        default="spelling",
                        max_length=20,
                        verbose_name="kind",
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
                (
                    "speaker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="names",
                        to="claims.speaker",
                        verbose_name="speaker",
                    ),
                ),
            ],
            options={
                "verbose_name": "other name",
                "verbose_name_plural": "other names",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="SpeakerSameAs",
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
                    "speaker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="same_as",
                        to="claims.speaker",
                        verbose_name="speaker",
                    ),
                ),
            ],
            options={
                "verbose_name": "same as",
                "verbose_name_plural": "same as",
                "ordering": ["id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Statement",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=sources.models.fields.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("in_review", "In review"),
                            ("published", "Published"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        db_index=True,
                        default="draft",
                        editable=False,
                        max_length=20,
                        verbose_name="status",
                    ),
                ),
                (
                    "said_at",
                    sources.models.fields.PartialDateField(blank=True, max_length=24, null=True, verbose_name="said"),
                ),
                (
                    "said_earliest",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            "said_at",
                            models.Value(False),
                            function="partial_date_bound",
                            output_field=models.DateField(),
                        ),
                        output_field=models.DateField(),
                    ),
                ),
                (
                    "said_latest",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            "said_at",
                            models.Value(True),
                            function="partial_date_bound",
                            output_field=models.DateField(),
                        ),
                        output_field=models.DateField(),
                    ),
                ),
                (
                    "said_at_text",
                    models.CharField(
                        blank=True,
                        help_text="The words that give it: “samedi”.",
                        max_length=200,
                        verbose_name="date as printed",
                    ),
                ),
                (
                    "said_at_basis",
                    models.CharField(
                        blank=True,
                        choices=[("printed", "Printed"), ("inferred", "Inferred"), ("external", "From elsewhere")],
                        max_length=20,
                        verbose_name="date known from",
                    ),
                ),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("assert", "Assert"),
                            ("deny", "Deny"),
                            ("promise", "Promise"),
                            ("demand", "Demand"),
                            ("warn", "Warn"),
                            ("threaten", "Threaten"),
                            ("accuse", "Accuse"),
                            ("condemn", "Condemn"),
                            ("praise", "Praise"),
                            ("agree", "Agree"),
                            ("admit", "Admit"),
                            ("announce", "Announce"),
                            ("ask", "Ask"),
                            ("apologise", "Apologise"),
                            ("decline_to_comment", "Decline to comment"),
                            ("express", "Express an attitude"),
                        ],
                        default="assert",
                        help_text="What the speaker does by saying it.",
                        max_length=30,
                        verbose_name="act",
                    ),
                ),
                (
                    "cameo",
                    models.CharField(
                        blank=True,
                        help_text="Only where one fits; never forced.",
                        max_length=4,
                        verbose_name="CAMEO code",
                    ),
                ),
                (
                    "attitude",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("concern", "Concern"),
                            ("fear", "Fear"),
                            ("regret", "Regret"),
                            ("anger", "Anger"),
                            ("satisfaction", "Satisfaction"),
                            ("support", "Support"),
                            ("opposition", "Opposition"),
                            ("doubt", "Doubt"),
                            ("solidarity", "Solidarity"),
                        ],
                        max_length=20,
                        null=True,
                        verbose_name="attitude",
                    ),
                ),
                (
                    "intensity",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        choices=[(1, "1 mild"), (2, "2 marked"), (3, "3 extreme")],
                        null=True,
                        verbose_name="intensity",
                    ),
                ),
                (
                    "intensity_phrase",
                    models.CharField(
                        blank=True,
                        help_text="The literal words that show the intensity.",
                        max_length=200,
                        verbose_name="intensity phrase",
                    ),
                ),
                ("submitted_at", models.DateTimeField(editable=False, null=True, verbose_name="sent to review")),
                (
                    "is_self_reviewed",
                    models.BooleanField(default=False, editable=False, verbose_name="published by its author"),
                ),
                (
                    "returned_reason",
                    models.CharField(blank=True, editable=False, max_length=500, verbose_name="returned because"),
                ),
                (
                    "withdrawn_reason",
                    models.CharField(blank=True, editable=False, max_length=500, verbose_name="withdrawn because"),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="entered")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
                ("published_at", models.DateTimeField(editable=False, null=True, verbose_name="published")),
                (
                    "sort_date",
                    models.DateField(db_default=models.Value("0001-01-01"), editable=False, verbose_name="sorts at"),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="claims.event",
                        verbose_name="event",
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="reviewer",
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="sent to review by",
                    ),
                ),
            ],
            options={
                "verbose_name": "statement",
                "verbose_name_plural": "statements",
                "ordering": ["-sort_date", "-id"],
                "permissions": [("publish_statement", "Can publish, return and withdraw statements of others")],
            },
        ),
        migrations.CreateModel(
            name="Relation",
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
                            ("reports", "reports"),
                            ("repeats", "repeats"),
                            ("summarises", "summarises"),
                            ("confirms", "confirms"),
                            ("denies", "denies"),
                            ("corrects", "corrects"),
                            ("retracts", "retracts"),
                            ("answers", "answers"),
                        ],
                        max_length=20,
                        verbose_name="type",
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="related",
                        to="claims.statement",
                        verbose_name="other statement",
                    ),
                ),
                (
                    "statement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="relations",
                        to="claims.statement",
                        verbose_name="statement",
                    ),
                ),
            ],
            options={
                "verbose_name": "relation",
                "verbose_name_plural": "relations",
                "ordering": ["statement_id", "id"],
            },
        ),
        migrations.CreateModel(
            name="Position",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=sources.models.fields.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "stance",
                    models.CharField(
                        choices=[("affirms", "Affirms"), ("denies", "Denies"), ("questions", "Questions")],
                        default="affirms",
                        max_length=20,
                        verbose_name="stance",
                    ),
                ),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="positions",
                        to="claims.claim",
                        verbose_name="claim",
                    ),
                ),
                (
                    "statement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="positions",
                        to="claims.statement",
                        verbose_name="statement",
                    ),
                ),
            ],
            options={
                "verbose_name": "position",
                "verbose_name_plural": "positions",
                "ordering": ["statement_id", "id"],
            },
        ),
        migrations.CreateModel(
            name="Attribution",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=sources.models.fields.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("speaker", "Speaker"),
                            ("on_behalf_of", "On behalf of"),
                            ("addressee", "Addressee"),
                            ("attitude_holder", "Attitude holder"),
                        ],
                        default="speaker",
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                (
                    "certainty",
                    models.CharField(
                        choices=[("certain", "Certain"), ("probable", "Probable"), ("doubtful", "Doubtful")],
                        default="certain",
                        max_length=20,
                        verbose_name="certainty",
                    ),
                ),
                (
                    "membership",
                    models.ForeignKey(
                        blank=True,
                        help_text="The role in which the speaker said it, at the date it was said.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attributions",
                        to="claims.membership",
                        verbose_name="role held",
                    ),
                ),
                (
                    "speaker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attributions",
                        to="claims.speaker",
                        verbose_name="speaker",
                    ),
                ),
                (
                    "statement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attributions",
                        to="claims.statement",
                        verbose_name="statement",
                    ),
                ),
            ],
            options={
                "verbose_name": "attribution",
                "verbose_name_plural": "attributions",
                "ordering": ["statement_id", "id"],
            },
        ),
        migrations.AddField(
            model_name="appearance",
            name="statement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="appearances",
                to="claims.statement",
                verbose_name="statement",
            ),
        ),
        migrations.CreateModel(
            name="StatementSearch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("language", models.CharField(max_length=35)),
                ("vector", django.contrib.postgres.search.SearchVectorField()),
                (
                    "statement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="search", to="claims.statement"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Topic",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=sources.models.fields.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("labels", sources.models.fields.LabelsField(verbose_name="labels")),
                ("is_public", models.BooleanField(default=False, editable=False, verbose_name="public")),
                (
                    "name_search",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            models.Func("labels", function="labels_text", output_field=models.TextField()),
                            function="name_vector",
                            output_field=django.contrib.postgres.search.SearchVectorField(),
                        ),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
                (
                    "broader",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="narrower",
                        to="claims.topic",
                        verbose_name="broader",
                    ),
                ),
            ],
            options={
                "verbose_name": "topic",
                "verbose_name_plural": "topics",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="StatementTopic",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "statement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="claims.statement", verbose_name="statement"
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="claims.topic", verbose_name="topic"
                    ),
                ),
            ],
            options={
                "verbose_name": "topic",
                "verbose_name_plural": "topics",
                "ordering": ["id"],
            },
        ),
        migrations.AddField(
            model_name="statement",
            name="topics",
            field=models.ManyToManyField(
                blank=True,
                related_name="statements",
                through="claims.StatementTopic",
                to="claims.topic",
                verbose_name="topics",
            ),
        ),
        migrations.CreateModel(
            name="TopicSameAs",
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
                    "topic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="same_as",
                        to="claims.topic",
                        verbose_name="topic",
                    ),
                ),
            ],
            options={
                "verbose_name": "same as",
                "verbose_name_plural": "same as",
                "ordering": ["id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Wording",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=sources.models.fields.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("language", models.CharField(max_length=35, verbose_name="language")),
                ("text", models.TextField(max_length=20000, verbose_name="wording")),
                (
                    "is_original",
                    models.BooleanField(
                        default=False, help_text="On if the speaker used this language.", verbose_name="original"
                    ),
                ),
                ("translator", models.CharField(blank=True, max_length=200, verbose_name="translator")),
                (
                    "statement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="wordings",
                        to="claims.statement",
                        verbose_name="statement",
                    ),
                ),
            ],
            options={
                "verbose_name": "wording",
                "verbose_name_plural": "wordings",
                "ordering": ["statement_id", "-is_original", "id"],
            },
        ),
        migrations.CreateModel(
            name="Mention",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=sources.models.fields.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("start", models.PositiveIntegerField(blank=True, null=True, verbose_name="from")),
                ("end", models.PositiveIntegerField(blank=True, null=True, verbose_name="to")),
                ("exact", models.CharField(blank=True, max_length=300, verbose_name="name as printed")),
                ("role_start", models.PositiveIntegerField(blank=True, null=True, verbose_name="role from")),
                ("role_end", models.PositiveIntegerField(blank=True, null=True, verbose_name="role to")),
                ("role_exact", models.CharField(blank=True, max_length=300, verbose_name="role as printed")),
                (
                    "appearance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mentions",
                        to="claims.appearance",
                        verbose_name="appearance",
                    ),
                ),
                (
                    "attribution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mentions",
                        to="claims.attribution",
                        verbose_name="attribution",
                    ),
                ),
            ],
            options={
                "verbose_name": "mention",
                "verbose_name_plural": "mentions",
                "ordering": ["appearance_id", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("appearance", "attribution"), name="mention_is_given_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("end__gt", models.F("start")),
                                ("end__isnull", False),
                                ("start__isnull", False),
                                models.Q(("exact", ""), _negated=True),
                            ),
                            models.Q(("end__isnull", True), ("exact", ""), ("start__isnull", True)),
                            _connector="OR",
                        ),
                        name="mention_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("role_end__gt", models.F("role_start")),
                                ("role_end__isnull", False),
                                ("role_start__isnull", False),
                                models.Q(("role_exact", ""), _negated=True),
                            ),
                            models.Q(("role_end__isnull", True), ("role_exact", ""), ("role_start__isnull", True)),
                            _connector="OR",
                        ),
                        name="mention_role_is_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Review",
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
                    "rating",
                    models.CharField(help_text="As its publisher words it.", max_length=200, verbose_name="rating"),
                ),
                ("claim_reviewed", models.CharField(max_length=1000, verbose_name="claim reviewed")),
                (
                    "reviewed_at",
                    sources.models.fields.PartialDateField(blank=True, max_length=24, null=True, verbose_name="date"),
                ),
                (
                    "reviewed_earliest",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            "reviewed_at",
                            models.Value(False),
                            function="partial_date_bound",
                            output_field=models.DateField(),
                        ),
                        output_field=models.DateField(),
                    ),
                ),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reviews",
                        to="claims.claim",
                        verbose_name="claim",
                    ),
                ),
                (
                    "publisher",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="sources.publisher",
                        verbose_name="publisher",
                    ),
                ),
            ],
            options={
                "verbose_name": "fact-check",
                "verbose_name_plural": "fact-checks",
                "ordering": ["claim_id", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("url__regex", "^https?://[^\\sA-Z/?#@]+/[^\\s#]*$")),
                        name="review_url_is_canonical",
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
                        name="review_url_sha256_is_its_hash",
                    ),
                    models.UniqueConstraint(
                        fields=("url_sha256",),
                        name="review_url_is_unique",
                        violation_error_message="This address is already recorded.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Segment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=sources.models.fields.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="position")),
                ("start", models.PositiveIntegerField(verbose_name="from")),
                ("end", models.PositiveIntegerField(verbose_name="to")),
                ("exact", models.TextField(verbose_name="words")),
                ("prefix", models.CharField(blank=True, max_length=50, verbose_name="before")),
                ("suffix", models.CharField(blank=True, max_length=50, verbose_name="after")),
                (
                    "appearance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="segments",
                        to="claims.appearance",
                        verbose_name="appearance",
                    ),
                ),
            ],
            options={
                "verbose_name": "segment",
                "verbose_name_plural": "segments",
                "ordering": ["appearance_id", "position"],
                "constraints": [
                    models.UniqueConstraint(
                        deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                        fields=("appearance", "position"),
                        name="segment_position_is_unique",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("exact"), 20000
                        ),
                        name="segment_has_a_limit",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("end__gt", models.F("start")),
                            ("end__isnull", False),
                            ("start__isnull", False),
                            models.Q(("exact", ""), _negated=True),
                        ),
                        name="segment_is_whole",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="speaker",
            index=models.Index(models.F("sort_name"), models.F("id"), name="speaker_by_name"),
        ),
        migrations.AddIndex(
            model_name="speaker",
            index=models.Index(
                models.F("sort_name"),
                models.F("id"),
                condition=models.Q(("is_public", True)),
                name="public_speaker_by_name",
            ),
        ),
        migrations.AddIndex(
            model_name="speaker",
            index=django.contrib.postgres.indexes.GinIndex(models.F("name_search"), name="speaker_by_name_word"),
        ),
        migrations.AddConstraint(
            model_name="speaker",
            constraint=models.CheckConstraint(condition=models.Q(("name__regex", "\\S")), name="speaker_has_a_name"),
        ),
        migrations.AddConstraint(
            model_name="speaker",
            constraint=models.CheckConstraint(
                condition=models.Q(("type__in", ["person", "organization", "state", "group"])),
                name="speaker_type_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="speaker",
            constraint=models.CheckConstraint(
                condition=models.Q(("country__regex", "^([A-Z]{2})?$")),
                name="speaker_country_is_iso_3166",
                violation_error_message="A country is two capital letters (ISO 3166-1), such as FR.",
            ),
        ),
        migrations.AddConstraint(
            model_name="speaker",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("part_of__isnull", True), models.Q(("part_of", models.F("id")), _negated=True), _connector="OR"
                ),
                name="speaker_is_not_part_of_itself",
                violation_error_message="A speaker cannot be part of itself.",
            ),
        ),
        migrations.AddConstraint(
            model_name="speaker",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("part_of__isnull", True), models.Q(("type", "person"), _negated=True), _connector="OR"
                ),
                name="speaker_person_has_roles_instead_of_part_of",
                violation_error_message="A person is not part of a body: give the person a role there instead.",
            ),
        ),
        migrations.AddIndex(
            model_name="relay",
            index=models.Index(models.F("speaker"), models.F("appearance"), name="relay_by_speaker"),
        ),
        migrations.AddConstraint(
            model_name="relay",
            constraint=models.UniqueConstraint(
                deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                fields=("appearance", "level"),
                name="relay_level_is_unique",
            ),
        ),
        migrations.AddConstraint(
            model_name="relay",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("end__gt", models.F("start")),
                        ("end__isnull", False),
                        ("start__isnull", False),
                        models.Q(("exact", ""), _negated=True),
                    ),
                    models.Q(("end__isnull", True), ("exact", ""), ("start__isnull", True)),
                    _connector="OR",
                ),
                name="relay_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("start_earliest__isnull", True),
                    ("end_latest__isnull", True),
                    ("end_latest__gte", models.F("start_earliest")),
                    _connector="OR",
                ),
                name="membership_ends_after_it_starts",
                violation_error_message="A role cannot end before it starts.",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("organization__isnull", True),
                    models.Q(("organization", models.F("speaker")), _negated=True),
                    _connector="OR",
                ),
                name="membership_is_in_another",
                violation_error_message="A speaker cannot hold a role in itself.",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(fields=("id", "speaker"), name="membership_with_its_speaker"),
        ),
        migrations.AddIndex(
            model_name="speakername",
            index=django.contrib.postgres.indexes.GinIndex(models.F("name_search"), name="speaker_name_by_word"),
        ),
        migrations.AddConstraint(
            model_name="speakername",
            constraint=models.UniqueConstraint(
                fields=("speaker", "name", "language"), name="speaker_name_is_given_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="speakername",
            constraint=models.CheckConstraint(
                condition=models.Q(("name__regex", "\\S")), name="speaker_name_is_not_blank"
            ),
        ),
        migrations.AddConstraint(
            model_name="speakername",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["spelling", "transliteration", "translation", "acronym", "former"])),
                name="speaker_name_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="speakername",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("language", ""), ("language__regex", "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"), _connector="OR"
                ),
                name="speaker_name_language_is_bcp_47",
                violation_error_message="A language is a BCP 47 tag, such as fr or en-GB.",
            ),
        ),
        migrations.AddConstraint(
            model_name="speakersameas",
            constraint=models.CheckConstraint(
                condition=models.Q(("url__regex", "^https?://[^\\sA-Z/?#@]+/[^\\s#]*$")),
                name="speakersameas_url_is_canonical",
                violation_error_message="The address must be a canonical http or https address.",
            ),
        ),
        migrations.AddConstraint(
            model_name="speakersameas",
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
                name="speakersameas_url_sha256_is_its_hash",
            ),
        ),
        migrations.AddConstraint(
            model_name="speakersameas",
            constraint=models.UniqueConstraint(
                fields=("url_sha256",),
                name="speakersameas_url_is_unique",
                violation_error_message="This address is already recorded.",
            ),
        ),
        migrations.AddConstraint(
            model_name="relation",
            constraint=models.UniqueConstraint(fields=("statement", "type", "other"), name="relation_is_given_once"),
        ),
        migrations.AddConstraint(
            model_name="relation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "type__in",
                        ["reports", "repeats", "summarises", "confirms", "denies", "corrects", "retracts", "answers"],
                    )
                ),
                name="relation_type_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="relation",
            constraint=models.CheckConstraint(
                condition=models.Q(("other", models.F("statement")), _negated=True),
                name="relation_is_to_another",
                violation_error_message="A statement has no relation to itself.",
            ),
        ),
        migrations.AddConstraint(
            model_name="position",
            constraint=models.UniqueConstraint(fields=("statement", "claim"), name="position_is_one_a_claim"),
        ),
        migrations.AddConstraint(
            model_name="position",
            constraint=models.CheckConstraint(
                condition=models.Q(("stance__in", ["affirms", "denies", "questions"])), name="position_stance_is_known"
            ),
        ),
        migrations.AddIndex(
            model_name="attribution",
            index=models.Index(
                models.F("speaker"), models.F("kind"), models.F("statement"), name="attribution_by_speaker"
            ),
        ),
        migrations.AddConstraint(
            model_name="attribution",
            constraint=models.UniqueConstraint(
                fields=("statement", "speaker", "kind"),
                name="attribution_is_given_once",
                violation_error_message="This speaker has this part already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="attribution",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["speaker", "on_behalf_of", "addressee", "attitude_holder"])),
                name="attribution_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="attribution",
            constraint=models.CheckConstraint(
                condition=models.Q(("certainty__in", ["certain", "probable", "doubtful"])),
                name="attribution_certainty_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="appearance",
            constraint=models.CheckConstraint(
                condition=models.Q(("quotation_type__in", ["direct", "indirect", "mixed"])),
                name="appearance_quotation_type_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="appearance",
            constraint=models.CheckConstraint(
                condition=models.Q(("anchor_state__in", ["exact", "moved", "ambiguous", "orphaned"])),
                name="appearance_anchor_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="appearance",
            constraint=models.CheckConstraint(
                condition=models.Q(("language__regex", "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")),
                name="appearance_language_is_bcp_47",
            ),
        ),
        migrations.AddConstraint(
            model_name="appearance",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("cue_end__gt", models.F("cue_start")),
                        ("cue_end__isnull", False),
                        ("cue_start__isnull", False),
                        models.Q(("cue_exact", ""), _negated=True),
                    ),
                    models.Q(("cue_end__isnull", True), ("cue_exact", ""), ("cue_start__isnull", True)),
                    _connector="OR",
                ),
                name="appearance_cue_is_whole",
            ),
        ),
        migrations.AddIndex(
            model_name="statementsearch",
            index=django.contrib.postgres.indexes.GinIndex(models.F("vector"), name="statement_search_by_word"),
        ),
        migrations.AddIndex(
            model_name="statementsearch",
            index=models.Index(models.F("language"), models.F("statement"), name="statement_search_by_language"),
        ),
        migrations.AddConstraint(
            model_name="statementsearch",
            constraint=models.UniqueConstraint(
                fields=("statement", "language"), name="statement_search_is_one_a_language"
            ),
        ),
        migrations.AddIndex(
            model_name="topic",
            index=models.Index(models.F("id"), condition=models.Q(("is_public", True)), name="public_topic"),
        ),
        migrations.AddIndex(
            model_name="topic",
            index=django.contrib.postgres.indexes.GinIndex(models.F("name_search"), name="topic_by_label_word"),
        ),
        migrations.AddConstraint(
            model_name="topic",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Func("labels", function="is_labels", output_field=models.BooleanField())),
                name="topic_labels_are_texts_by_language",
            ),
        ),
        migrations.AddConstraint(
            model_name="topic",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("broader__isnull", True), models.Q(("broader", models.F("id")), _negated=True), _connector="OR"
                ),
                name="topic_is_not_broader_than_itself",
                violation_error_message="A topic cannot be broader than itself.",
            ),
        ),
        migrations.AddConstraint(
            model_name="statementtopic",
            constraint=models.UniqueConstraint(fields=("statement", "topic"), name="statement_topic_is_given_once"),
        ),
        migrations.AddIndex(
            model_name="statement",
            index=models.Index(models.F("sort_date"), models.F("id"), name="statement_by_date"),
        ),
        migrations.AddIndex(
            model_name="statement",
            index=models.Index(
                models.F("sort_date"),
                models.F("id"),
                condition=models.Q(("status", "published")),
                name="public_statement_by_date",
            ),
        ),
        migrations.AddIndex(
            model_name="statement",
            index=models.Index(
                models.F("act"),
                models.F("sort_date"),
                models.F("id"),
                condition=models.Q(("status", "published")),
                name="public_statement_by_act",
            ),
        ),
        migrations.AddIndex(
            model_name="statement",
            index=models.Index(
                models.F("attitude"),
                models.F("sort_date"),
                models.F("id"),
                condition=models.Q(("attitude__isnull", False), ("status", "published")),
                name="public_statement_by_attitude",
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["draft", "in_review", "published", "withdrawn"])),
                name="statement_status_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "act__in",
                        [
                            "assert",
                            "deny",
                            "promise",
                            "demand",
                            "warn",
                            "threaten",
                            "accuse",
                            "condemn",
                            "praise",
                            "agree",
                            "admit",
                            "announce",
                            "ask",
                            "apologise",
                            "decline_to_comment",
                            "express",
                        ],
                    )
                ),
                name="statement_act_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("attitude__isnull", True),
                    (
                        "attitude__in",
                        [
                            "concern",
                            "fear",
                            "regret",
                            "anger",
                            "satisfaction",
                            "support",
                            "opposition",
                            "doubt",
                            "solidarity",
                        ],
                    ),
                    _connector="OR",
                ),
                name="statement_attitude_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("intensity__isnull", True), ("intensity_phrase", "")),
                    models.Q(
                        ("intensity__in", [1, 2, 3]), ("intensity__isnull", False), ("intensity_phrase__regex", "\\S")
                    ),
                    _connector="OR",
                ),
                name="statement_intensity_has_its_phrase",
                violation_error_message="An intensity needs the phrase that shows it, and a phrase its intensity.",
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("said_at__isnull", True), ("said_at_basis", "")),
                    models.Q(("said_at__isnull", False), ("said_at_basis__in", ["printed", "inferred", "external"])),
                    _connector="OR",
                ),
                name="statement_date_has_its_basis",
                violation_error_message="A date needs how it is known, and only a date does.",
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(("cameo__regex", "^([0-9]{2,4})?$")),
                name="statement_cameo_is_a_code",
                violation_error_message="A CAMEO code is two to four digits.",
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["draft", "in_review"]),
                    models.Q(("published_at__isnull", False), ("reviewed_by__isnull", False)),
                    _connector="OR",
                ),
                name="statement_is_published_by_a_reviewer",
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reviewed_by__isnull", True),
                    ("is_self_reviewed", True),
                    models.Q(
                        models.Q(
                            ("created_by__isnull", True),
                            models.Q(("reviewed_by", models.F("created_by")), _negated=True),
                            _connector="OR",
                        ),
                        models.Q(
                            ("submitted_by__isnull", True),
                            models.Q(("reviewed_by", models.F("submitted_by")), _negated=True),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="statement_reviewer_is_not_its_author",
                violation_error_message="The reviewer must not be the author.",
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "withdrawn"), ("withdrawn_reason__regex", "\\S")),
                    models.Q(models.Q(("status", "withdrawn"), _negated=True), ("withdrawn_reason", "")),
                    _connector="OR",
                ),
                name="statement_withdrawal_has_its_reason",
                violation_error_message="A withdrawal needs a reason that the public sees.",
            ),
        ),
        migrations.AddConstraint(
            model_name="topicsameas",
            constraint=models.CheckConstraint(
                condition=models.Q(("url__regex", "^https?://[^\\sA-Z/?#@]+/[^\\s#]*$")),
                name="topicsameas_url_is_canonical",
                violation_error_message="The address must be a canonical http or https address.",
            ),
        ),
        migrations.AddConstraint(
            model_name="topicsameas",
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
                name="topicsameas_url_sha256_is_its_hash",
            ),
        ),
        migrations.AddConstraint(
            model_name="topicsameas",
            constraint=models.UniqueConstraint(
                fields=("url_sha256",),
                name="topicsameas_url_is_unique",
                violation_error_message="This address is already recorded.",
            ),
        ),
        migrations.AddConstraint(
            model_name="wording",
            constraint=models.UniqueConstraint(
                fields=("statement", "language"),
                name="wording_is_one_a_language",
                violation_error_message="There is a wording in this language already.",
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
            model_name="wording",
            constraint=models.CheckConstraint(
                condition=models.Q(("language__regex", "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")),
                name="wording_language_is_bcp_47",
                violation_error_message="A language is a BCP 47 tag, such as fr or en-GB.",
            ),
        ),
        migrations.AddConstraint(
            model_name="wording",
            constraint=models.CheckConstraint(condition=models.Q(("text__regex", "\\S")), name="wording_is_not_blank"),
        ),
        migrations.AddConstraint(
            model_name="wording",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.LessThanOrEqual(
                    django.db.models.functions.text.Length("text"), 20000
                ),
                name="wording_has_a_limit",
            ),
        ),
        migrations.AddConstraint(
            model_name="wording",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_original", True), models.Q(("translator", ""), _negated=True), _negated=True),
                name="wording_original_has_no_translator",
                violation_error_message="An original wording has no translator.",
            ),
        ),
    ]
