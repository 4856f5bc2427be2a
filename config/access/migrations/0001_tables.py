"""Tokens, and the answers that Idempotency-Keys stand for."""

import datetime

import django.core.serializers.json
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
import django.db.models.lookups
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import config.access.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="StoredAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=255)),
                ("fingerprint", models.BinaryField()),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("headers", models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ("body", models.TextField(default="")),
                ("created_at", models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("user", "key"), name="stored_answer_key_is_used_once"),
                    models.CheckConstraint(
                        condition=models.Q(("key__regex", "^[!-~]{1,255}$")), name="stored_answer_key_is_visible"
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.Exact(
                            django.db.models.functions.text.Length("fingerprint"), models.Value(32)
                        ),
                        name="stored_answer_fingerprint_is_sha256",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__isnull", True), ("status__range", (100, 599)), _connector="OR"),
                        name="stored_answer_status_is_of_http",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Token",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=config.access.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        help_text="What it is for: “nightly import”.", max_length=100, verbose_name="name"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("reader", "reader"),
                            ("contributor", "contributor"),
                            ("curator", "curator"),
                            ("reviewer", "reviewer"),
                            ("administrator", "administrator"),
                        ],
                        help_text="The most it may do.",
                        max_length=20,
                        verbose_name="role",
                    ),
                ),
                ("prefix", models.CharField(max_length=8, verbose_name="begins with")),
                ("digest", models.BinaryField(unique=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="made")),
                ("expires_at", models.DateTimeField(verbose_name="expires")),
                ("revoked_at", models.DateTimeField(null=True, verbose_name="revoked")),
                ("last_used_at", models.DateTimeField(null=True, verbose_name="last used")),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tokens",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="in the name of",
                    ),
                ),
            ],
            options={
                "verbose_name": "token",
                "verbose_name_plural": "tokens",
                "ordering": ["-id"],
                "permissions": [("manage_all_tokens", "Can make, see and revoke everybody's tokens")],
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("role__in", ["reader", "contributor", "curator", "reviewer", "administrator"])
                        ),
                        name="token_role_is_one",
                    ),
                    models.CheckConstraint(condition=models.Q(("name__regex", "\\S")), name="token_name_is_not_blank"),
                    models.CheckConstraint(
                        condition=models.Q(("prefix__regex", "^ar_[A-Za-z0-9_-]{5}$")), name="token_prefix_is_one"
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.Exact(
                            django.db.models.functions.text.Length("digest"), models.Value(32)
                        ),
                        name="token_digest_is_sha256",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("created_at"))),
                        name="token_expires_after_it_is_made",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            models.ExpressionWrapper(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("expires_at"), "-", models.F("created_at")
                                ),
                                output_field=models.DurationField(),
                            ),
                            models.Value(datetime.timedelta(days=366)),
                        ),
                        name="token_expires_within_a_year",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("revoked_at__isnull", True), ("revoked_at__gte", models.F("created_at")), _connector="OR"
                        ),
                        name="token_revoked_after_it_is_made",
                    ),
                ],
            },
        ),
    ]
