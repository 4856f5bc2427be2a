"""What the desk remembers besides the record itself: whose turn it is, what was decided, and what it took."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from claims.desk.querysets import CastQuerySet, DecisionQuerySet, IntakeQuerySet, WorkQuerySet
from claims.models import Speaker, Statement
from sources.models import Source, SourceText
from sources.models.fields import Uuid7Model


class Priority(models.IntegerChoices):
    """How soon a source is to be worked on (ours)."""

    LOW = -1, _("Low")
    NORMAL = 0, _("Normal")
    HIGH = 1, _("High")
    URGENT = 2, _("Urgent")


class Work(models.Model):
    """A source as work: how soon, whose, and who has it open until when (a lease, which ends by itself)."""

    source = models.OneToOneField(
        Source, models.CASCADE, primary_key=True, related_name="work", verbose_name=_("source")
    )
    priority = models.SmallIntegerField(_("priority"), choices=Priority, default=Priority.NORMAL)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("assigned to"),
    )
    leased_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("open with"),
    )
    leased_since = models.DateTimeField(_("open since"), null=True, blank=True)
    leased_until = models.DateTimeField(_("open until"), null=True, blank=True)

    objects = WorkQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        verbose_name = _("work on a source")
        verbose_name_plural = _("work on sources")
        constraints = [
            models.CheckConstraint(condition=Q(priority__in=Priority.values), name="work_priority_is_known"),
            models.CheckConstraint(
                condition=Q(leased_by__isnull=True) | Q(leased_since__isnull=False, leased_until__isnull=False),
                name="work_lease_has_times",
            ),
        ]

    def __str__(self) -> str:
        return str(self.source)


class CastMember(Uuid7Model):
    """A speaker under the number by which a source's curators choose them; a number never moves."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="cast", verbose_name=_("source"), db_index=False)
    speaker = models.ForeignKey(Speaker, models.CASCADE, related_name="+", verbose_name=_("speaker"))
    number = models.PositiveSmallIntegerField(_("number"))

    objects = CastQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        verbose_name = _("speaker of a source")
        verbose_name_plural = _("speakers of a source")
        ordering = ["source_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["source", "speaker"], name="cast_has_a_speaker_once"),
            models.UniqueConstraint(fields=["source", "number"], name="cast_number_is_one_speakers"),
            models.CheckConstraint(condition=Q(number__gte=1), name="cast_number_is_from_1"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.speaker}"


class Decision(Uuid7Model):
    """What a curator decided: its `key` is the browser's, so that what is sent twice is done once.

    `answer` is what the browser was told, told again when it asks again; `undo` what takes it back, null where nothing
    does. Those of one `group` were decided by one key press and are undone together. Kept for 30 days.
    """

    # the unique constraint has the index
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    key = models.UUIDField()
    source_text = models.ForeignKey(SourceText, models.CASCADE, related_name="+")
    group = models.UUIDField()
    name = models.CharField(max_length=20)
    fingerprint = models.BinaryField()
    answer = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    undo = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    is_undone = models.BooleanField(default=False)
    decided_at = models.DateTimeField(db_index=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="decision_key_is_used_once"),
            models.CheckConstraint(
                condition=Exact(Length("fingerprint"), Value(32)), name="decision_fingerprint_is_sha256"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Link(models.Model):
    """A draft said to be the same statement as a public one; they become one when it is published."""

    statement = models.OneToOneField(
        Statement, models.CASCADE, primary_key=True, related_name="link", verbose_name=_("statement")
    )
    same_as = models.ForeignKey(Statement, models.CASCADE, related_name="+", verbose_name=_("same statement as"))
    linked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("linked by")
    )
    linked_at = models.DateTimeField(_("linked"))

    class Meta:
        default_permissions = ()
        verbose_name = _("link")
        verbose_name_plural = _("links")
        constraints = [
            models.CheckConstraint(condition=~Q(statement=F("same_as")), name="link_leads_to_another"),
        ]

    def __str__(self) -> str:
        return f"{self.statement_id} = {self.same_as_id}"


class Effort(Uuid7Model):
    """What one accepted statement took at the desk: keys, clicks and time; neither whose, nor of which words."""

    day = models.DateField(_("day"))
    keys = models.PositiveIntegerField(_("keys"))
    clicks = models.PositiveIntegerField(_("clicks"))
    milliseconds = models.PositiveIntegerField(_("milliseconds"))
    engine = models.CharField(_("put forward by"), max_length=40)
    corrections = models.PositiveSmallIntegerField(_("members chosen otherwise than guessed"))

    class Meta:
        default_permissions = ()
        verbose_name = _("effort")
        verbose_name_plural = _("efforts")
        indexes = [models.Index(fields=["day"], name="effort_by_day")]

    def __str__(self) -> str:
        return f"{self.keys} + {self.clicks}"


class Intake(Uuid7Model):
    """A document on its way in, between the page that took it and the one that records it: what came, byte for byte.

    Only who brought it in sees it. `encoding` is what the server said or the person chose, empty where the bytes speak
    for themselves. Once `source` is made of it the bytes are gone; after a day all of it is.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    raw = models.BinaryField()
    media_type = models.CharField(max_length=100)
    encoding = models.CharField(max_length=40, blank=True)
    url = models.CharField(max_length=2048, blank=True)
    retrieved_at = models.DateTimeField(null=True)
    source = models.ForeignKey(Source, models.CASCADE, null=True, related_name="+")
    made_at = models.DateTimeField(db_index=True)

    objects = IntakeQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.url or str(self.pk)
