"""What lists of documents and publishers can be asked for."""

import re
from typing import Any, ClassVar

from django.core.exceptions import ValidationError

from config.http.filters import (
    ChoicesFilter,
    CountriesFilter,
    LanguagesFilter,
    ListFilters,
    ParameterFilter,
    TextFilter,
    UuidsFilter,
)
from sources.models.documents import SourceType
from sources.models.publishers import PublisherKind
from sources.text import partial_dates, urls

BEGINNINGS = "Beginnings of words, in any case and with or without accents: each must begin a word of"


class PartialDateFilter(ParameterFilter):
    """A partial date, read as its first day (`edge="earliest"`), its last (`"latest"`) or both (`Bounds`)."""

    schema: ClassVar[dict[str, Any]] = {
        "type": "string",
        "pattern": r"^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$",
    }

    def __init__(self, description: str, *, edge: str | None = None, **kwargs: Any) -> None:
        super().__init__(description, **kwargs)
        self.edge = edge

    def read(self, value: str) -> Any:
        if not re.fullmatch(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?", value):
            raise ValidationError(
                f"“{value[:40]}” is not a year, month or day (2023, 2025-02, 2023-09-13). A range takes two: "
                "a parameter that ends in _after and one that ends in _before."
            )
        try:
            bounds = partial_dates.parse(value)
        except partial_dates.PartialDateError as error:
            raise ValidationError(str(error)) from None
        return bounds if self.edge is None else getattr(bounds, self.edge)


class NameFilter(TextFilter):
    """Rows in whose name each of the words begins a word."""

    def __init__(self, description: str, **kwargs: Any) -> None:
        super().__init__(description, by="named", **kwargs)


class PublisherFilters(ListFilters):
    name = NameFilter(f"{BEGINNINGS} the name.", example="courrier")
    kind = ChoicesFilter("What sort of publisher it is.", choices=PublisherKind.values, column="kind")
    country = CountriesFilter("ISO 3166-1 code.", column="country", example="FR")


class AddressFilter(ParameterFilter):
    """The one row of a web address, whatever form of it is given."""

    schema: ClassVar[dict[str, Any]] = {"type": "string", "format": "uri"}

    def read(self, value: str) -> str:
        try:
            return urls.canonical(value)
        except urls.WebAddressError as error:
            raise ValidationError(str(error)) from None

    def narrowed(self, rows: Any, value: str, given: Any) -> Any:
        return rows.filter(**{str(self.column): urls.sha256(value)})


class SourceFilters(ListFilters):
    title = NameFilter(f"{BEGINNINGS} the title.", example="moscou pyongyang")
    url = AddressFilter(
        "Its address, in any form that is the same.",
        column="url_sha256",
        example="https://www.example.org/2023/09/13/kirby",
    )
    type = ChoicesFilter("What sort of document it is.", choices=SourceType.values, column="type")
    publisher = UuidsFilter("Who put it out.", found_by="/api/v1/publishers/?name=", column="publisher")
    agency = UuidsFilter("The wire service it came from.", found_by="/api/v1/publishers/?name=", column="agency")
    copy_of = UuidsFilter(
        "The dispatch that it repeats.", found_by="/api/v1/sources/?title=", by="copying", using=["only_public"]
    )
    language = LanguagesFilter("Its language; `fr` stands for `fr-CA` too.", by="in_languages", example="fr")
    published_after = PartialDateFilter(
        "Published certainly on that day or later; a month or year counts from its first day.",
        by="dated_after",
        edge="earliest",
        example="2023-09",
    )
    published_before = PartialDateFilter(
        "Published certainly on that day or earlier; a month or year counts to its last day.",
        by="dated_before",
        edge="latest",
    )
