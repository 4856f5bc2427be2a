"""The phrases by which intensity is read, kept by curators."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from claims.models.vocabularies import Intensity
from claims.querysets import IntensityPhraseQuerySet
from config.history.tracking import tracked
from sources.models.fields import LANGUAGE_TAG, VersionedModel, sort_name


@tracked()
class IntensityPhrase(VersionedModel):
    """A word or phrase of one language that shows an intensity: “profond” is 3, “sérieux” 2."""

    language = models.CharField(_("language"), max_length=35, default="fr")
    phrase = models.CharField(
        _("phrase"), max_length=100, help_text=_("As it begins in texts: “profond” finds “profondes” too.")
    )
    intensity = models.PositiveSmallIntegerField(_("intensity"), choices=Intensity)
    folded = sort_name("phrase")

    objects = IntensityPhraseQuerySet.as_manager()

    class Meta:
        verbose_name = _("intensity phrase")
        verbose_name_plural = _("intensity lexicon")
        ordering = ["language", "-intensity", "folded"]
        constraints = [
            models.UniqueConstraint(
                fields=["language", "folded"],
                name="intensity_phrase_is_given_once",
                violation_error_message=_("This phrase is in the lexicon already."),
            ),
            models.CheckConstraint(condition=Q(phrase__regex=r"\S"), name="intensity_phrase_is_not_blank"),
            models.CheckConstraint(
                condition=Q(intensity__in=Intensity.values), name="intensity_phrase_intensity_is_1_to_3"
            ),
            models.CheckConstraint(
                condition=Q(language__regex=LANGUAGE_TAG), name="intensity_phrase_language_is_bcp_47"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.phrase} ({self.language}): {self.intensity}"
