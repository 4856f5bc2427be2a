"""How one document reports a statement: where, in which words, by whose mouth.

All spans are half-open, in code points from 0 of the pinned revision's text, each with its `exact` words
(W3C TextPositionSelector and TextQuoteSelector). The database refuses a span whose words differ from its text.
"""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from claims.models.speakers import Speaker
from claims.models.statements import Attribution, Statement
from claims.models.vocabularies import AnchorState, QuotationType
from claims.querysets import AppearanceQuerySet
from config.history.tracking import tracked
from sources.models import SourceText
from sources.models.fields import LANGUAGE_TAG, Uuid7Model

MAX_SEGMENT = 20_000
MAX_MENTION = 300
# What the public sees on either side of a quote: 50 characters, so that no article can be put together from them.
MAX_CONTEXT = 50


def span_check(name: str, start: str, end: str, exact: str, *, required: bool) -> models.CheckConstraint:
    """Return the constraint that a span is whole (or wholly absent) and not empty."""
    whole = Q(**{f"{start}__isnull": False, f"{end}__isnull": False, f"{end}__gt": F(start)}) & ~Q(**{exact: ""})
    absent = Q(**{f"{start}__isnull": True, f"{end}__isnull": True, exact: ""})
    return models.CheckConstraint(condition=whole if required else whole | absent, name=name)


@tracked(parent="statement", in_bulk=True)
class Appearance(Uuid7Model):
    """One document's report of a statement, anchored in one revision of its text."""

    statement = models.ForeignKey(Statement, models.CASCADE, related_name="appearances", verbose_name=_("statement"))
    source_text = models.ForeignKey(
        SourceText, models.PROTECT, related_name="appearances", verbose_name=_("text of the source")
    )
    quotation_type = models.CharField(
        _("quotation"), max_length=10, choices=QuotationType, default=QuotationType.INDIRECT
    )
    language = models.CharField(_("language"), max_length=35)
    cue_start = models.PositiveIntegerField(_("cue from"), null=True, blank=True)
    cue_end = models.PositiveIntegerField(_("cue to"), null=True, blank=True)
    cue_exact = models.CharField(
        _("cue"), max_length=MAX_MENTION, blank=True, help_text=_("The words of saying: “a déclaré”.")
    )
    is_headline = models.BooleanField(_("in a headline"), default=False)
    anchor_state = models.CharField(
        _("anchor"), max_length=10, choices=AnchorState, default=AnchorState.EXACT, editable=False
    )

    objects = AppearanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("appearance")
        verbose_name_plural = _("appearances")
        ordering = ["statement_id", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(quotation_type__in=QuotationType.values),
                name="appearance_quotation_type_is_known",
            ),
            models.CheckConstraint(
                condition=Q(anchor_state__in=AnchorState.values), name="appearance_anchor_state_is_known"
            ),
            models.CheckConstraint(condition=Q(language__regex=LANGUAGE_TAG), name="appearance_language_is_bcp_47"),
            span_check("appearance_cue_is_whole", "cue_start", "cue_end", "cue_exact", required=False),
        ]

    def __str__(self) -> str:
        return f"{self.get_quotation_type_display()}, {self.source_text.source.title}"


@tracked(parent="appearance", in_bulk=True)
class Segment(Uuid7Model):
    """One unbroken run of a statement's words in a document; a quote that is interrupted has several."""

    appearance = models.ForeignKey(
        Appearance, models.CASCADE, related_name="segments", verbose_name=_("appearance"), db_index=False
    )
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    start = models.PositiveIntegerField(_("from"))
    end = models.PositiveIntegerField(_("to"))
    exact = models.TextField(_("words"))
    prefix = models.CharField(_("before"), max_length=MAX_CONTEXT, blank=True)
    suffix = models.CharField(_("after"), max_length=MAX_CONTEXT, blank=True)

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        ordering = ["appearance_id", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["appearance", "position"],
                name="segment_position_is_unique",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(condition=LessThanOrEqual(Length("exact"), MAX_SEGMENT), name="segment_has_a_limit"),
            span_check("segment_is_whole", "start", "end", "exact", required=True),
        ]

    def __str__(self) -> str:
        return self.exact[:80]


@tracked(parent="appearance", in_bulk=True)
class Mention(Uuid7Model):
    """How a document names a speaker of the statement, and the role it prints for them."""

    appearance = models.ForeignKey(
        Appearance, models.CASCADE, related_name="mentions", verbose_name=_("appearance"), db_index=False
    )
    attribution = models.ForeignKey(Attribution, models.CASCADE, related_name="mentions", verbose_name=_("attribution"))
    start = models.PositiveIntegerField(_("from"), null=True, blank=True)
    end = models.PositiveIntegerField(_("to"), null=True, blank=True)
    exact = models.CharField(_("name as printed"), max_length=MAX_MENTION, blank=True)
    role_start = models.PositiveIntegerField(_("role from"), null=True, blank=True)
    role_end = models.PositiveIntegerField(_("role to"), null=True, blank=True)
    role_exact = models.CharField(_("role as printed"), max_length=MAX_MENTION, blank=True)

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        ordering = ["appearance_id", "id"]
        # roles are asked for as they are printed
        indexes = [
            GinIndex(
                Func("role_exact", function="name_vector", output_field=SearchVectorField()),
                name="mention_by_role_word",
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["appearance", "attribution"], name="mention_is_given_once"),
            span_check("mention_is_whole", "start", "end", "exact", required=False),
            span_check("mention_role_is_whole", "role_start", "role_end", "role_exact", required=False),
        ]

    def __str__(self) -> str:
        return self.exact or str(self.attribution)


@tracked(parent="appearance", in_bulk=True)
class Relay(Uuid7Model):
    """Who passes the words on in a document; level 1 is nearest the speaker ("…, according to Tokyo")."""

    appearance = models.ForeignKey(
        Appearance, models.CASCADE, related_name="relays", verbose_name=_("appearance"), db_index=False
    )
    level = models.PositiveSmallIntegerField(_("level"), default=1, help_text=_("1 is nearest the speaker."))
    speaker = models.ForeignKey(
        Speaker, models.PROTECT, related_name="relayed", verbose_name=_("relayed by"), db_index=False
    )
    start = models.PositiveIntegerField(_("from"), null=True, blank=True)
    end = models.PositiveIntegerField(_("to"), null=True, blank=True)
    exact = models.CharField(_("name as printed"), max_length=MAX_MENTION, blank=True)

    class Meta:
        verbose_name = _("relay")
        verbose_name_plural = _("relays")
        ordering = ["appearance_id", "level"]
        indexes = [models.Index("speaker", "appearance", name="relay_by_speaker")]
        constraints = [
            models.UniqueConstraint(
                fields=["appearance", "level"],
                name="relay_level_is_unique",
                deferrable=models.Deferrable.DEFERRED,
            ),
            span_check("relay_is_whole", "start", "end", "exact", required=False),
        ]

    def __str__(self) -> str:
        return f"{self.level}: {self.speaker.name}"
