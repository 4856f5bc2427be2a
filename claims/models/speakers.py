"""Who can say something, under which names, in which offices."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from claims.models.vocabularies import NameKind, RoleCategory, SpeakerType
from claims.querysets import MembershipQuerySet, RoleQuerySet, SpeakerQuerySet
from config.history.tracking import tracked
from sources.models.fields import (
    LANGUAGE_TAG,
    LabelsField,
    PartialDateField,
    SameAs,
    Uuid7Model,
    VersionedModel,
    date_bound,
    label_of,
    labels_check,
    name_search,
    sort_name,
)


@tracked(quiet=["is_public"])
class Speaker(VersionedModel):
    """Who can say something (Popolo Person and Organization): a person, an organization, a state or a group."""

    type = models.CharField(_("type"), max_length=20, choices=SpeakerType, default=SpeakerType.PERSON)
    is_named = models.BooleanField(
        _("named"),
        default=True,
        help_text=_("Off for “a senior official” and the like, whose name is not given."),
    )
    name = models.CharField(_("name"), max_length=200)
    country = models.CharField(
        _("country"), max_length=2, blank=True, help_text=_("ISO 3166-1 code of two letters, such as FR.")
    )
    part_of = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("part of"),
        help_text=_("The body it belongs to: a ministry to its state. People have roles instead."),
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
        verbose_name=_("merged into"),
    )
    note = models.CharField(
        _("note"), max_length=300, blank=True, help_text=_("Tells people of the same name apart; public.")
    )
    is_public = models.BooleanField(_("public"), default=False, editable=False)
    sort_name = sort_name("name")
    name_search = name_search("name")

    objects = SpeakerQuerySet.as_manager()

    class Meta:
        verbose_name = _("speaker")
        verbose_name_plural = _("speakers")
        ordering = ["sort_name", "id"]
        permissions = [("merge_speaker", _("Can merge and split speakers"))]
        indexes = [
            models.Index("sort_name", "id", name="speaker_by_name"),
            models.Index("sort_name", "id", name="public_speaker_by_name", condition=Q(is_public=True)),
            GinIndex("name_search", name="speaker_by_name_word"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(name__regex=r"\S"), name="speaker_has_a_name"),
            models.CheckConstraint(condition=Q(type__in=SpeakerType.values), name="speaker_type_is_known"),
            models.CheckConstraint(
                condition=Q(country__regex=r"^([A-Z]{2})?$"),
                name="speaker_country_is_iso_3166",
                violation_error_message=_("A country is two capital letters (ISO 3166-1), such as FR."),
            ),
            models.CheckConstraint(
                condition=Q(part_of__isnull=True) | ~Q(part_of=F("id")),
                name="speaker_is_not_part_of_itself",
                violation_error_message=_("A speaker cannot be part of itself."),
            ),
            models.CheckConstraint(
                condition=Q(part_of__isnull=True) | ~Q(type=SpeakerType.PERSON),
                name="speaker_person_has_roles_instead_of_part_of",
                violation_error_message=_("A person is not part of a body: give the person a role there instead."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.note})" if self.note else self.name


@tracked(parent="speaker")
class SpeakerName(Uuid7Model):
    """Another spelling, transliteration, translation or acronym of a speaker's name (Popolo `other_names`)."""

    speaker = models.ForeignKey(
        Speaker, models.CASCADE, related_name="names", verbose_name=_("speaker"), db_index=False
    )
    name = models.CharField(_("name"), max_length=200)
    language = models.CharField(_("language"), max_length=35, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=NameKind, default=NameKind.SPELLING)
    name_search = name_search("name")

    class Meta:
        verbose_name = _("other name")
        verbose_name_plural = _("other names")
        ordering = ["id"]
        indexes = [GinIndex("name_search", name="speaker_name_by_word")]
        constraints = [
            models.UniqueConstraint(fields=["speaker", "name", "language"], name="speaker_name_is_given_once"),
            models.CheckConstraint(condition=Q(name__regex=r"\S"), name="speaker_name_is_not_blank"),
            models.CheckConstraint(condition=Q(kind__in=NameKind.values), name="speaker_name_kind_is_known"),
            models.CheckConstraint(
                condition=Q(language="") | Q(language__regex=LANGUAGE_TAG),
                name="speaker_name_language_is_bcp_47",
                violation_error_message=_("A language is a BCP 47 tag, such as fr or en-GB."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


@tracked(parent="speaker")
class SpeakerSameAs(SameAs):
    """The speaker's page in another register."""

    speaker = models.ForeignKey(Speaker, models.CASCADE, related_name="same_as", verbose_name=_("speaker"))

    class Meta(SameAs.Meta):
        pass


@tracked()
class Role(VersionedModel):
    """A kind of office (Popolo Post): foreign minister, spokesperson, whoever holds it and wherever."""

    category = models.CharField(_("category"), max_length=30, choices=RoleCategory, default=RoleCategory.OTHER)
    labels = LabelsField(_("labels"), help_text=_("Without the body: “foreign minister”, not “of Japan”."))
    name_search = name_search("labels", labels=True)

    objects = RoleQuerySet.as_manager()

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering = ["id"]
        indexes = [GinIndex("name_search", name="role_by_label_word")]
        constraints = [
            models.CheckConstraint(condition=Q(category__in=RoleCategory.values), name="role_category_is_known"),
            labels_check("role"),
        ]

    def __str__(self) -> str:
        return label_of(self.labels, get_language())


@tracked(parent="speaker", quiet=["is_public"])
class Membership(VersionedModel):
    """A role held by a speaker in an organization from a date to a date (Popolo Membership)."""

    speaker = models.ForeignKey(Speaker, models.CASCADE, related_name="memberships", verbose_name=_("speaker"))
    role = models.ForeignKey(Role, models.PROTECT, related_name="memberships", verbose_name=_("role"))
    organization = models.ForeignKey(
        Speaker,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="members",
        verbose_name=_("organization"),
        help_text=_("The state, ministry or body in which the role is held."),
    )
    start = PartialDateField(_("from"))
    start_earliest = date_bound("start", latest=False)
    end = PartialDateField(_("until"))
    end_latest = date_bound("end", latest=True)
    is_public = models.BooleanField(_("public"), default=False, editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["speaker_id", "start_earliest", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(start_earliest__isnull=True)
                | Q(end_latest__isnull=True)
                | Q(end_latest__gte=F("start_earliest")),
                name="membership_ends_after_it_starts",
                violation_error_message=_("A role cannot end before it starts."),
            ),
            models.CheckConstraint(
                condition=Q(organization__isnull=True) | ~Q(organization=F("speaker")),
                name="membership_is_in_another",
                violation_error_message=_("A speaker cannot hold a role in itself."),
            ),
            # The target of the attribution's key (membership, speaker): who speaks as minister is that minister.
            models.UniqueConstraint(fields=["id", "speaker"], name="membership_with_its_speaker"),
        ]

    def __str__(self) -> str:
        where = f", {self.organization.name}" if self.organization else ""
        when = f" ({self.start or '…'}–{self.end or '…'})" if self.start or self.end else ""
        return f"{self.speaker.name}: {self.role}{where}{when}"
