"""What was said, once, in the world: its words, its date, what it does, who said it."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from claims.models.speakers import Membership, Speaker
from claims.models.subjects import Event, Topic
from claims.models.vocabularies import (
    Act,
    Attitude,
    AttributionKind,
    Certainty,
    DateBasis,
    Intensity,
    Status,
)
from claims.querysets import AttributionQuerySet, StatementQuerySet, StatementSearchQuerySet
from config.history.tracking import tracked
from sources.models.fields import LANGUAGE_TAG, PartialDateField, Uuid7Model, VersionedModel, date_bound

MAX_WORDING = 20_000


def _reviewed() -> Q:
    return Q(reviewed_by__isnull=False, published_at__isnull=False)


def _is_taken_back() -> Q:
    """It was public once and is not now: withdrawn, or on its way to be published again."""
    return Q(published_at__isnull=False) & ~Q(status=Status.PUBLISHED)


@tracked(quiet=["updated_at", "sort_date"], in_bulk=True)
class Statement(VersionedModel):
    """One attributed utterance. How a document reports it is an Appearance; what it says of the world, a Claim."""

    status = models.CharField(
        _("status"), max_length=20, choices=Status, default=Status.DRAFT, editable=False, db_index=True
    )
    said_at = PartialDateField(_("said"))
    said_earliest = date_bound("said_at", latest=False)
    said_latest = date_bound("said_at", latest=True)
    said_at_text = models.CharField(
        _("date as printed"), max_length=200, blank=True, help_text=_("The words that give it: “samedi”.")
    )
    said_at_basis = models.CharField(_("date known from"), max_length=20, choices=DateBasis, blank=True)
    event = models.ForeignKey(
        Event, models.PROTECT, null=True, blank=True, related_name="statements", verbose_name=_("event")
    )
    act = models.CharField(
        _("act"),
        max_length=30,
        choices=Act,
        default=Act.ASSERT,
        help_text=_("What the speaker does by saying it."),
    )
    cameo = models.CharField(
        _("CAMEO code"), max_length=4, blank=True, help_text=_("Only where one fits; never forced.")
    )
    attitude = models.CharField(_("attitude"), max_length=20, choices=Attitude, null=True, blank=True)  # noqa: DJ001 null is "shows none"
    intensity = models.PositiveSmallIntegerField(_("intensity"), choices=Intensity, null=True, blank=True)
    intensity_phrase = models.CharField(
        _("intensity phrase"),
        max_length=200,
        blank=True,
        help_text=_("The literal words that show the intensity."),
    )
    topics: "models.ManyToManyField[Topic, Any]" = models.ManyToManyField(
        Topic, through="StatementTopic", related_name="statements", verbose_name=_("topics"), blank=True
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("author"),
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("sent to review by"),
    )
    submitted_at = models.DateTimeField(_("sent to review"), null=True, editable=False)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("reviewer"),
    )
    is_self_reviewed = models.BooleanField(_("published by its author"), default=False, editable=False)
    returned_reason = models.CharField(_("returned because"), max_length=500, blank=True, editable=False)
    withdrawn_reason = models.CharField(_("withdrawn because"), max_length=500, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, editable=False)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="merged",
        verbose_name=_("one with"),
        help_text=_("The statement that it was found to be one with."),
    )
    created_at = models.DateTimeField(_("entered"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    # Kept by the trigger `statement_sort_date`: the day said, else the source's, else the day entered.
    sort_date = models.DateField(_("sorts at"), editable=False, db_default=models.Value("0001-01-01"))

    objects = StatementQuerySet.as_manager()

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        ordering = ["-sort_date", "-id"]
        permissions = [
            ("edit_others_statement", _("Can change drafts of others")),
            ("publish_statement", _("Can approve, publish, return and withdraw statements of others")),
        ]
        indexes = [
            models.Index("sort_date", "id", name="statement_by_date"),
            models.Index("sort_date", "id", name="public_statement_by_date", condition=Q(status=Status.PUBLISHED)),
            # who stays in step asks for what changed last
            models.Index("updated_at", "id", name="public_statement_by_change", condition=Q(status=Status.PUBLISHED)),
            models.Index(
                "act", "sort_date", "id", name="public_statement_by_act", condition=Q(status=Status.PUBLISHED)
            ),
            models.Index(
                "attitude",
                "sort_date",
                "id",
                name="public_statement_by_attitude",
                condition=Q(status=Status.PUBLISHED, attitude__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="statement_status_is_known"),
            models.CheckConstraint(condition=Q(act__in=Act.values), name="statement_act_is_known"),
            models.CheckConstraint(
                condition=Q(attitude__isnull=True) | Q(attitude__in=Attitude.values),
                name="statement_attitude_is_known",
            ),
            models.CheckConstraint(
                condition=Q(intensity__isnull=True, intensity_phrase="")
                | Q(intensity__isnull=False, intensity__in=Intensity.values, intensity_phrase__regex=r"\S"),
                name="statement_intensity_has_its_phrase",
                violation_error_message=_("An intensity needs the phrase that shows it, and a phrase its intensity."),
            ),
            models.CheckConstraint(
                condition=Q(said_at__isnull=True, said_at_basis="")
                | Q(said_at__isnull=False, said_at_basis__in=DateBasis.values),
                name="statement_date_has_its_basis",
                violation_error_message=_("A date needs how it is known, and only a date does."),
            ),
            models.CheckConstraint(
                condition=Q(cameo__regex=r"^([0-9]{2,4})?$"),
                name="statement_cameo_is_a_code",
                violation_error_message=_("A CAMEO code is two to four digits."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=[Status.DRAFT, Status.IN_REVIEW]) | _reviewed(),
                name="statement_is_published_by_a_reviewer",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True)
                | Q(is_self_reviewed=True)
                | (
                    (Q(created_by__isnull=True) | ~Q(reviewed_by=F("created_by")))
                    & (Q(submitted_by__isnull=True) | ~Q(reviewed_by=F("submitted_by")))
                ),
                name="statement_reviewer_is_not_its_author",
                violation_error_message=_("The reviewer must not be the author."),
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(status=Status.DRAFT),
                name="statement_draft_is_not_reviewed",
            ),
            # What the public was shown says why it is not any more, while it is corrected too.
            models.CheckConstraint(
                condition=(_is_taken_back() & Q(withdrawn_reason__regex=r"\S", withdrawn_at__isnull=False))
                | (~_is_taken_back() & Q(withdrawn_reason="", withdrawn_at__isnull=True)),
                name="statement_withdrawal_has_its_reason",
                violation_error_message=_("A withdrawal needs a reason that the public sees."),
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | (Q(status=Status.WITHDRAWN) & ~Q(merged_into=F("id"))),
                name="statement_is_one_with_another",
            ),
        ]

    def __str__(self) -> str:
        names = ", ".join(
            attribution.speaker.name
            for attribution in self.attributions.all()
            if attribution.kind == AttributionKind.SPEAKER
        )
        return f"{names or '?'}: {self.words(90)}"

    def words(self, limit: int) -> str:
        """Return the first wording, cut to `limit` characters; prefetch `wordings` for lists."""
        text = next((wording.text for wording in self.wordings.all()), "…")
        return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"

    @property
    def is_editable(self) -> bool:
        """Whether it may be changed: what is in review stays as its reviewer reads it, what is public as it is."""
        return self.status == Status.DRAFT


@tracked(parent="statement", in_bulk=True)
class StatementTopic(models.Model):
    """A topic of a statement."""

    statement = models.ForeignKey(Statement, models.CASCADE, verbose_name=_("statement"), db_index=False)
    topic = models.ForeignKey(Topic, models.PROTECT, verbose_name=_("topic"))

    class Meta:
        verbose_name = _("topic of a statement")
        verbose_name_plural = _("topics of statements")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["statement", "topic"], name="statement_topic_is_given_once")]

    def __str__(self) -> str:
        return str(self.topic)


@tracked(parent="statement", in_bulk=True)
class Wording(Uuid7Model):
    """What was said, put in one language: the original, or a translation with its translator."""

    statement = models.ForeignKey(
        Statement, models.CASCADE, related_name="wordings", verbose_name=_("statement"), db_index=False
    )
    language = models.CharField(_("language"), max_length=35)
    text = models.TextField(_("wording"), max_length=MAX_WORDING)
    is_original = models.BooleanField(
        _("original"), default=False, help_text=_("On if the speaker used this language.")
    )
    translator = models.CharField(_("translator"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("wording")
        verbose_name_plural = _("wordings")
        ordering = ["statement_id", "-is_original", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["statement", "language"],
                name="wording_is_one_a_language",
                violation_error_message=_("There is a wording in this language already."),
            ),
            models.UniqueConstraint(
                fields=["statement"],
                condition=Q(is_original=True),
                name="wording_original_is_one",
                violation_error_message=_("Only one wording is the original."),
            ),
            models.CheckConstraint(
                condition=Q(language__regex=LANGUAGE_TAG),
                name="wording_language_is_bcp_47",
                violation_error_message=_("A language is a BCP 47 tag, such as fr or en-GB."),
            ),
            models.CheckConstraint(condition=Q(text__regex=r"\S"), name="wording_is_not_blank"),
            models.CheckConstraint(condition=LessThanOrEqual(Length("text"), MAX_WORDING), name="wording_has_a_limit"),
            models.CheckConstraint(
                condition=~(Q(is_original=True) & ~Q(translator="")),
                name="wording_original_has_no_translator",
                violation_error_message=_("An original wording has no translator."),
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]


@tracked(parent="statement", in_bulk=True)
class Attribution(Uuid7Model):
    """A speaker's part in a statement (PROV attribution). Joint speakers are equal rows of kind `speaker`."""

    statement = models.ForeignKey(
        Statement, models.CASCADE, related_name="attributions", verbose_name=_("statement"), db_index=False
    )
    speaker = models.ForeignKey(
        Speaker, models.PROTECT, related_name="attributions", verbose_name=_("speaker"), db_index=False
    )
    kind = models.CharField(_("kind"), max_length=20, choices=AttributionKind, default=AttributionKind.SPEAKER)
    membership = models.ForeignKey(
        Membership,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="attributions",
        verbose_name=_("role held"),
        help_text=_("The role in which the speaker said it, at the date it was said."),
    )
    certainty = models.CharField(_("certainty"), max_length=20, choices=Certainty, default=Certainty.CERTAIN)

    objects = AttributionQuerySet.as_manager()

    class Meta:
        verbose_name = _("attribution")
        verbose_name_plural = _("attributions")
        ordering = ["statement_id", "id"]
        indexes = [models.Index("speaker", "kind", "statement", name="attribution_by_speaker")]
        constraints = [
            # read by statement and kind: with the speaker between them, the planner would take it for a search of all
            models.UniqueConstraint(
                fields=["statement", "kind", "speaker"],
                name="attribution_is_given_once",
                violation_error_message=_("This speaker has this part already."),
            ),
            models.CheckConstraint(condition=Q(kind__in=AttributionKind.values), name="attribution_kind_is_known"),
            models.CheckConstraint(condition=Q(certainty__in=Certainty.values), name="attribution_certainty_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.speaker.name} ({self.get_kind_display()})"


class StatementSearch(models.Model):
    """What a statement is found by, in one language of its words, as a tsvector.

    Its words (weight A: wordings and quoted words), the names of its speakers in every spelling (B), its topics and
    claims (C) and the titles of its sources (D). Written by the database's `statement_search_refresh()` alone, which
    triggers call, whatever changes.
    """

    statement = models.ForeignKey(Statement, models.CASCADE, related_name="search", db_index=False)
    language = models.CharField(max_length=35)
    vector = SearchVectorField()

    objects = StatementSearchQuerySet.as_manager()

    class Meta:
        verbose_name = _("search words")
        verbose_name_plural = _("search words")
        constraints = [
            models.UniqueConstraint(fields=["statement", "language"], name="statement_search_is_one_a_language")
        ]
        indexes = [
            GinIndex("vector", name="statement_search_by_word"),
            models.Index("language", "statement", name="statement_search_by_language"),
        ]

    def __str__(self) -> str:
        return f"{self.statement_id} ({self.language})"
