"""Fields whose rules stand once: partial dates with their bounds, canonical addresses, hashes, labels, UUIDv7 keys."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.postgres.search import SearchVectorField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Func, Value
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from uuid_utils import compat

from sources.messages import translated
from sources.text import partial_dates, urls

LANGUAGE_TAG = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"


def uuid7() -> UUID:
    """Return a new UUIDv7 (RFC 9562): the row's id is known before it is stored, and grows with time."""
    return compat.uuid7()


class Uuid7Model(models.Model):
    """A row with a one-column UUIDv7 primary key made by the application."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    class Meta:
        abstract = True


class VersionedModel(Uuid7Model):
    """A row whose version grows with each change of it or of what belongs to it; kept by triggers, read as its ETag."""

    version = models.PositiveIntegerField(_("version"), default=1, db_default=1, editable=False)
    if TYPE_CHECKING:
        changes: Any  # its history, which `config.history.tracking.tracked` gives it

    class Meta:
        abstract = True


def validate_partial_date(value: str) -> None:
    """Raise ValidationError with the sentence of `partial_dates.parse`."""
    try:
        partial_dates.parse(value)
    except partial_dates.PartialDateError as error:
        raise ValidationError(translated(error), code="partial_date") from None


class PartialDateField(models.CharField[str | None, str | None]):
    """An EDTF string as in `sources.text.partial_dates`, or NULL for undated."""

    default_validators = [validate_partial_date]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 24)
        kwargs.setdefault("null", True)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(value) or None

    def formfield(self, **kwargs: Any) -> Any:
        kwargs.setdefault(
            "help_text",
            self.help_text or _("2023, 2025-02 or 2023-09-13; ~ about, ? unsure; a/b from a to b."),
        )
        return super().formfield(**kwargs)


def date_bound(source: str, *, latest: bool) -> Any:
    """Return the stored generated column with a partial date's earliest or latest day; it cannot fall out of step."""
    return models.GeneratedField(
        expression=Func(source, Value(latest), function="partial_date_bound", output_field=models.DateField()),
        output_field=models.DateField(),
        db_persist=True,
    )


class CanonicalURLField(models.CharField[str | None, str | None]):
    """An http(s) address, canonical as in `sources.text.urls`, or NULL."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", urls.MAX_LENGTH)
        super().__init__(*args, **kwargs)

    def to_python(self, value: Any) -> Any:
        if value in (None, ""):
            return None
        try:
            return urls.canonical(str(value))
        except urls.WebAddressError as error:
            raise ValidationError(translated(error), code="url") from None

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(value) or None

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = self.to_python(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value


class Sha256Field(models.BinaryField[bytes | None, bytes | None]):
    """The SHA-256 of another text field's UTF-8 form, computed on each save; NULL where that is NULL."""

    def __init__(self, *args: Any, of: str, **kwargs: Any) -> None:
        self.of = of
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        source: Any = model_instance._meta.get_field(self.of)
        value = source.pre_save(model_instance, add)
        digest = urls.sha256(value) if value is not None else None
        setattr(model_instance, self.attname, digest)
        return digest


class Sha256(Func):
    """The database's own SHA-256 of a text column, for the constraint that holds a Sha256Field to it."""

    function = "text_sha256"
    output_field = models.BinaryField()


def url_constraints(prefix: str, field: str = "url") -> list[models.BaseConstraint]:
    """Return the constraints that an address is http(s), canonical in form and unique by its hash."""
    return [
        models.CheckConstraint(
            condition=models.Q(**{f"{field}__regex": r"^https?://[^\sA-Z/?#@]+/[^\s#]*$"}),
            name=f"{prefix}_{field}_is_canonical",
            violation_error_message=_("The address must be a canonical http or https address."),
        ),
        models.CheckConstraint(
            # Both or neither: a comparison with NULL would let one without the other pass.
            condition=models.Q(**{f"{field}__isnull": True, f"{field}_sha256__isnull": True})
            | models.Q(
                **{
                    f"{field}__isnull": False,
                    f"{field}_sha256__isnull": False,
                    f"{field}_sha256": Sha256(models.F(field)),
                }
            ),
            name=f"{prefix}_{field}_sha256_is_its_hash",
        ),
        models.UniqueConstraint(
            fields=[f"{field}_sha256"],
            name=f"{prefix}_{field}_is_unique",
            violation_error_message=_("This address is already recorded."),
        ),
    ]


class SameAs(Uuid7Model):
    """A page about the same thing in another register, such as Wikidata (schema.org `sameAs`); no two share one."""

    url = CanonicalURLField(_("address"))
    url_sha256 = Sha256Field(of="url")

    class Meta:
        abstract = True
        verbose_name = _("same as")
        verbose_name_plural = _("same as")
        ordering = ["id"]
        constraints = url_constraints("%(class)s")

    def __str__(self) -> str:
        return str(self.url)


def validate_labels(value: Any) -> None:
    """Raise ValidationError unless `value` maps language tags (BCP 47) to texts that are not blank."""
    if not isinstance(value, dict) or not value:
        raise ValidationError(_("At least one language is needed."), code="labels")
    for language, label in value.items():
        if not isinstance(label, str) or not label.strip() or len(label) > 2000 or "\0" in label:
            raise ValidationError(
                _("The text in “%(language)s” must have 1 to 2000 characters."), params={"language": language}
            )


class LabelsField(models.JSONField):
    """Texts by language, `{"en": "concern", "fr": "préoccupation"}`; at least one, none blank."""

    default_validators = [validate_labels]

    def formfield(self, **kwargs: Any) -> Any:
        from sources.forms import LabelsFormField  # the form field needs this module

        return LabelsFormField(
            label=kwargs.get("label", capfirst(self.verbose_name)), required=not self.blank, help_text=self.help_text
        )


def labels_check(prefix: str, field: str = "labels") -> models.CheckConstraint:
    """Return the constraint that a LabelsField has the form it promises."""
    return models.CheckConstraint(
        condition=models.Q(Func(field, function="is_labels", output_field=models.BooleanField())),
        name=f"{prefix}_{field}_are_texts_by_language",
    )


def name_search(expression: str, *, labels: bool = False) -> Any:
    """Return the stored tsvector by which names are found (`NamedQuerySet.named`)."""
    text: Any = Func(expression, function="labels_text", output_field=models.TextField()) if labels else expression
    return models.GeneratedField(
        expression=Func(text, function="name_vector", output_field=SearchVectorField()),
        output_field=SearchVectorField(),
        db_persist=True,
    )


def sort_name(source: str) -> Any:
    """Return the stored folded name by which lists are sorted, the same on every server (collation C)."""
    return models.GeneratedField(
        expression=Func(source, function="fold_text", output_field=models.TextField()),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )


def label_of(labels: dict[str, str], language: str | None) -> str:
    """Return the label in the language, else in English, else the first there is."""
    tag = (language or "en").split("-")[0]
    return labels.get(tag) or labels.get("en") or next(iter(labels.values()), "")
