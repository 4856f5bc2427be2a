"""What came in, when, in whose name: each import, and each statement line of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from claims.exchange.querysets import ImportedStatementQuerySet
from claims.models import Statement
from sources.models.fields import Uuid7Model


class DatasetImport(Uuid7Model):
    """One import of a dataset: who let it in, whether it published, and what it made."""

    name = models.CharField(_("file"), max_length=500)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("in the name of"),
        help_text=_("Who counts as author of its statements."),
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("published by"),
        help_text=_("The administrator who let its statements be public at once; without one they came in as drafts."),
    )
    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"), null=True)
    lines = models.PositiveIntegerField(_("lines read"), default=0)
    created = models.JSONField(_("created"), default=dict)
    unchanged = models.JSONField(_("there already"), default=dict)
    refused = models.PositiveIntegerField(_("refused"), default=0)
    published = models.PositiveIntegerField(_("statements published"), default=0)

    class Meta:
        verbose_name = _("import of a dataset")
        verbose_name_plural = _("imports of datasets")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(published=0) | Q(published_by__isnull=False), name="dataset_import_publishes_by_somebody"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.started_at:%Y-%m-%d %H:%M})"


class ImportedStatement(models.Model):
    """Which line of which import a statement came from; the digest of the line tells it when it comes again."""

    statement = models.OneToOneField(
        Statement, models.CASCADE, primary_key=True, related_name="+", verbose_name=_("statement")
    )
    dataset_import = models.ForeignKey(
        DatasetImport, models.PROTECT, related_name="statements", verbose_name=_("import of a dataset")
    )
    line = models.PositiveIntegerField(_("line"))
    sha256 = models.BinaryField(_("SHA-256 of the line"), editable=False)

    objects = ImportedStatementQuerySet.as_manager()

    class Meta:
        verbose_name = _("imported statement")
        verbose_name_plural = _("imported statements")
        ordering = ["dataset_import_id", "line"]
        indexes = [models.Index("sha256", name="imported_statement_by_line")]

    def __str__(self) -> str:
        return f"{self.line}"
