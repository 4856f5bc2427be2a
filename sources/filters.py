"""What lists of documents and publishers can be asked for."""

from typing import Any, ClassVar

from django import forms
from django_filters import rest_framework as filters

from config.http.filters import (
    ChoicesFilter,
    CountriesFilter,
    LanguagesFilter,
    ParameterFilter,
    TextFilter,
    UuidsFilter,
)
from sources.models import Publisher, Source
from sources.models.documents import SourceType
from sources.models.publishers import PublisherKind
from sources.querysets import NamedQuerySet, SourceQuerySet
from sources.text import partial_dates, urls

BEGINNINGS = "Beginnings of words, in any case and with or without accents: each must begin a word of"


class PartialDateFilter(ParameterFilter):
    """A partial date, read as its first and last day."""

    schema: ClassVar[dict[str, Any]] = {
        "type": "string",
        "pattern": r"^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$",
    }

    def read(self, value: str) -> partial_dates.Bounds:
        if "/" in value or "~" in value or "?" in value:
            raise forms.ValidationError(f"“{value[:40]}” is not a year, month or day (2023, 2025-02, 2023-09-13).")
        try:
            return partial_dates.parse(value)
        except partial_dates.PartialDateError as error:
            raise forms.ValidationError(str(error)) from None


class NameFilter(TextFilter):
    """Rows in whose name each of the words begins a word."""

    def filter(self, queryset: Any, value: Any) -> Any:
        rows: NamedQuerySet[Any] = queryset
        return rows if value is None else rows.named(value)


class PublisherFilters(filters.FilterSet):  # type: ignore[misc]
    name = NameFilter(f"{BEGINNINGS} the name.", example="courrier")
    kind = ChoicesFilter("What sort of publisher it is.", choices=PublisherKind.values, column="kind")
    country = CountriesFilter("ISO 3166-1 code.", column="country", example="FR")

    class Meta:
        model = Publisher
        fields: ClassVar[list[str]] = []


class AddressFilter(ParameterFilter):
    """The one row of a web address, whatever form of it is given."""

    schema: ClassVar[dict[str, Any]] = {"type": "string", "format": "uri"}

    def read(self, value: str) -> str:
        try:
            return urls.canonical(value)
        except urls.WebAddressError as error:
            raise forms.ValidationError(str(error)) from None

    def filter(self, queryset: Any, value: Any) -> Any:
        return queryset if value is None else queryset.filter(url_sha256=urls.sha256(value))


class SourceFilters(filters.FilterSet):  # type: ignore[misc]
    title = NameFilter(f"{BEGINNINGS} the title.", example="moscou pyongyang")
    url = AddressFilter(
        "Its address, in any form that is the same.", example="https://www.example.org/2023/09/13/kirby"
    )
    type = ChoicesFilter("What sort of document it is.", choices=SourceType.values, column="type")
    publisher = UuidsFilter("Who put it out.", found_by="/api/v1/publishers/?name=", column="publisher")
    language = LanguagesFilter("Its language; `fr` stands for `fr-CA` too.", method="in_languages", example="fr")
    published_after = PartialDateFilter(
        "Published certainly on that day or later; a month or year counts from its first day.",
        method="dated_after",
        example="2023-09",
    )
    published_before = PartialDateFilter(
        "Published certainly on that day or earlier; a month or year counts to its last day.", method="dated_before"
    )

    class Meta:
        model = Source
        fields: ClassVar[list[str]] = []

    def in_languages(self, sources: SourceQuerySet, _name: str, languages: list[str]) -> SourceQuerySet:
        return sources.in_languages(languages)

    def dated_after(self, sources: SourceQuerySet, _name: str, bounds: partial_dates.Bounds) -> SourceQuerySet:
        return sources.dated_after(bounds.earliest)

    def dated_before(self, sources: SourceQuerySet, _name: str, bounds: partial_dates.Bounds) -> SourceQuerySet:
        return sources.dated_before(bounds.latest)
