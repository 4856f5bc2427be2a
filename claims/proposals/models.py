"""Words of a text that may be a statement, and what was decided on them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from claims.models import Statement
from claims.proposals.querysets import CandidateQuerySet
from sources.models import SourceText
from sources.models.fields import Uuid7Model

BY_HAND = "hand"


class CandidateState(models.TextChoices):
    """Where a candidate stands; a decided one is never proposed anew (ours)."""

    OPEN = "open", _("Open")
    ACCEPTED = "accepted", _("Accepted")
    REJECTED = "rejected", _("Not a statement")
    COVERED = "covered", _("Part of another")


class Candidate(Uuid7Model):
    """Words that an engine, or a curator's hand, put forward as a statement.

    The span is half-open, in code points from 0 of the revision's text (W3C TextPositionSelector). `guess` is what the
    engine makes of it, `choices` what a curator chose besides and has not accepted yet; both have the shape of what the
    API takes for a statement, members left out. `version` grows with each change: two tabs tell by it who is late.
    """

    source_text = models.ForeignKey(
        SourceText, models.CASCADE, related_name="candidates", verbose_name=_("text of the source"), db_index=False
    )
    start = models.PositiveIntegerField(_("from"))
    end = models.PositiveIntegerField(_("to"))
    engine = models.CharField(_("put forward by"), max_length=40)
    score = models.FloatField(_("score"), default=0)
    guess = models.JSONField(_("guess"), default=dict)
    choices = models.JSONField(_("choices"), default=dict)
    state = models.CharField(_("state"), max_length=10, choices=CandidateState, default=CandidateState.OPEN)
    statement = models.ForeignKey(
        Statement, models.SET_NULL, null=True, blank=True, related_name="candidates", verbose_name=_("statement")
    )
    #: the accepted one of which its words are a part
    covered_by = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    objects = CandidateQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        verbose_name = _("candidate")
        verbose_name_plural = _("candidates")
        ordering = ["source_text_id", "start", "-end"]
        indexes = [models.Index(fields=["source_text"], name="open_candidate_by_text", condition=Q(state="open"))]
        constraints = [
            models.UniqueConstraint(fields=["source_text", "start", "end"], name="candidate_is_put_forward_once"),
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="candidate_has_words"),
            models.CheckConstraint(condition=Q(state__in=CandidateState.values), name="candidate_state_is_known"),
            models.CheckConstraint(condition=Q(score__gte=0, score__lte=1), name="candidate_score_is_0_to_1"),
        ]

    def __str__(self) -> str:
        return f"{self.start}–{self.end} ({self.get_state_display()})"


class Reading(models.Model):
    """That an engine has read a text: one in which it found nothing does not wait to be read either."""

    source_text = models.OneToOneField(
        SourceText, models.CASCADE, primary_key=True, related_name="reading", verbose_name=_("text of the source")
    )
    engine = models.CharField(_("read by"), max_length=40)
    read_at = models.DateTimeField(_("read"), auto_now=True)

    class Meta:
        default_permissions = ()
        verbose_name = _("reading of a text")
        verbose_name_plural = _("readings of texts")

    def __str__(self) -> str:
        return self.engine
