"""Tokens for the API, and the answers that Idempotency-Keys stand for."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import ExpressionWrapper, F, Q, Value
from django.db.models.functions import Length
from django.db.models.lookups import Exact, LessThanOrEqual
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid_utils import compat

from config.access.querysets import StoredAnswerQuerySet, TokenQuerySet
from config.access.roles import GROUPS, LABELS, Role

PREFIX_LENGTH = 8
LONGEST_NAME = 100
DEFAULT_DAYS = 90
MOST_DAYS = 366


def uuid7() -> UUID:
    """Return a new UUIDv7 (RFC 9562)."""
    return compat.uuid7()


class Token(models.Model):
    """What a program shows to act in a user's name, up to a role; only a hash of it is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="tokens", verbose_name=_("in the name of")
    )
    name = models.CharField(_("name"), max_length=LONGEST_NAME, help_text=_("What it is for: “nightly import”."))
    role = models.CharField(
        _("role"),
        max_length=20,
        choices=[(role.value, LABELS[role]) for role in GROUPS],
        help_text=_("The most it may do."),
    )
    prefix = models.CharField(_("begins with"), max_length=PREFIX_LENGTH)
    digest = models.BinaryField(unique=True)
    created_at = models.DateTimeField(_("made"), default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("made by"),
    )
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(_("revoked"), null=True)
    last_used_at = models.DateTimeField(_("last used"), null=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("token")
        verbose_name_plural = _("tokens")
        ordering = ["-id"]
        default_permissions = ()
        permissions = [("manage_all_tokens", "Can make, see and revoke everybody's tokens")]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=[role.value for role in GROUPS]), name="token_role_is_one"),
            models.CheckConstraint(condition=Q(name__regex=r"\S"), name="token_name_is_not_blank"),
            models.CheckConstraint(
                condition=Q(prefix__regex=rf"^ar_[A-Za-z0-9_-]{{{PREFIX_LENGTH - 3}}}$"), name="token_prefix_is_one"
            ),
            models.CheckConstraint(condition=Exact(Length("digest"), Value(32)), name="token_digest_is_sha256"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="token_expires_after_it_is_made"),
            # as a difference, which is the same in all time zones
            models.CheckConstraint(
                condition=LessThanOrEqual(
                    ExpressionWrapper(F("expires_at") - F("created_at"), output_field=models.DurationField()),
                    Value(timedelta(days=MOST_DAYS)),
                ),
                name="token_expires_within_a_year",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | Q(revoked_at__gte=F("created_at")),
                name="token_revoked_after_it_is_made",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def is_expired(self) -> bool:
        """Whether its time is over."""
        return self.expires_at <= timezone.now()

    @property
    def is_usable(self) -> bool:
        """Whether it would be accepted."""
        return self.revoked_at is None and not self.is_expired and self.user.is_active

    @property
    def most(self) -> Role:
        """The role that it may act in at most."""
        return Role(self.role)


class StoredAnswer(models.Model):
    """The answer to a write that came with an Idempotency-Key; the same key gets it again for 24 h.

    The row is made before the answer is known, in the same transaction: until then `status` is null.
    """

    # the unique constraint has the index
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=255)
    fingerprint = models.BinaryField()
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    body = models.TextField(default="")
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = StoredAnswerQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="stored_answer_key_is_used_once"),
            models.CheckConstraint(condition=Q(key__regex=r"^[!-~]{1,255}$"), name="stored_answer_key_is_visible"),
            models.CheckConstraint(
                condition=Exact(Length("fingerprint"), Value(32)), name="stored_answer_fingerprint_is_sha256"
            ),
            models.CheckConstraint(
                condition=Q(status__isnull=True) | Q(status__range=(100, 599)), name="stored_answer_status_is_of_http"
            ),
        ]

    def __str__(self) -> str:
        return self.key
