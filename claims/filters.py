"""What lists of statements, speakers and their subjects can be asked for."""

from typing import Any, ClassVar

from django import forms
from django_filters import rest_framework as filters

from claims.models import Claim, Event, IntensityPhrase, Membership, Role, Speaker, Statement, Topic
from claims.models.vocabularies import Act, Attitude, EventType, QuotationType, RoleCategory, SpeakerType, Status
from claims.querysets import StatementQuerySet
from config.http import problems, searches
from config.http.filters import (
    ChoiceFilter,
    ChoicesFilter,
    CountriesFilter,
    FlagFilter,
    LanguagesFilter,
    TextFilter,
    UuidsFilter,
)
from sources.filters import BEGINNINGS, NameFilter, PartialDateFilter
from sources.text.partial_dates import Bounds

SPEAKERS = "/api/v1/speakers/?name="
# A query that says nothing in any of these says nothing in any other language either.
STOP_WORD_LANGUAGES = ("fr", "en")


class SearchFilter(TextFilter):
    """A query as people type it into a search box."""

    def read(self, value: str) -> str:
        try:
            return searches.within_reason(super().read(value))
        except searches.TooCostlyError as error:
            raise forms.ValidationError(str(error)) from None


class StatementFilters(filters.FilterSet):  # type: ignore[misc]
    speaker = UuidsFilter("Who said it; of several, any.", found_by=SPEAKERS, method="by_speaker")
    parts = FlagFilter(
        "Count what belongs to `speaker` as that speaker: its ministries and other parts, and people who spoke in "
        "a role held there. “What did Russia say” is `parts=true`."
    )
    relayed_by = UuidsFilter(
        "Who passed it on in some document (“…, according to Tokyo”).", found_by=SPEAKERS, method="by_relay"
    )
    source = UuidsFilter("A document in which it appears.", found_by="/api/v1/sources/?title=", method="by_source")
    topic = UuidsFilter("What it is about.", found_by="/api/v1/topics/?label=", method="by_topic")
    claim = UuidsFilter(
        "A claim that it affirms, denies or questions.", found_by="/api/v1/claims/?text=", method="by_claim"
    )
    said_after = PartialDateFilter(
        "Said on that day or later; a month or year counts from its first day.",
        method="by_first_day",
        example="2023-09",
    )
    said_before = PartialDateFilter(
        "Said on that day or earlier; a month or year counts to its last day.", method="by_last_day"
    )
    said_at = PartialDateFilter("Said within that day, month or year.", method="by_day")
    dates = ChoiceFilter(
        "How the three date filters take a date that is not exact: `certainly` (the default) asks for statements whose "
        "every possible day fits, `possibly` for those of which one does. Undated statements never fit.",
        choices=["certainly", "possibly"],
    )
    language = LanguagesFilter(
        "A language in which it is worded or quoted; `fr` and `fr-CA` are the same here.", method="by_language"
    )
    act = ChoicesFilter("What the speaker does by saying it.", choices=Act.values, column="act")
    attitude = ChoicesFilter("What the wording shows.", choices=Attitude.values, column="attitude", example="concern")
    quotation_type = ChoicesFilter(
        "How some document quotes it.", choices=QuotationType.values, method="by_quotation_type"
    )
    q = SearchFilter(
        'Words of the statement, as typed into a search box: all of them, in any order; `"profonde préoccupation"` for '
        "a phrase, `or` between alternatives, `-word` for those without. In each language by its own dictionary, "
        f"with or without accents. At most {searches.MAX_WORDS} words, {searches.MAX_PHRASES} phrases and "
        f"{searches.MAX_OR} times `or`. Encode it for the address: `curl -G --data-urlencode 'q=…'`.",
        method="by_words",
    )

    class Meta:
        model = Statement
        fields: ClassVar[list[str]] = []

    def by_speaker(self, statements: StatementQuerySet, _name: str, ids: list[Any]) -> StatementQuerySet:
        return statements.said_by(ids, parts=bool(self.form.cleaned_data["parts"]))

    def by_relay(self, statements: StatementQuerySet, _name: str, ids: list[Any]) -> StatementQuerySet:
        return statements.relayed_by(ids)

    def by_source(self, statements: StatementQuerySet, _name: str, ids: list[Any]) -> StatementQuerySet:
        return statements.in_sources(ids)

    def by_topic(self, statements: StatementQuerySet, _name: str, ids: list[Any]) -> StatementQuerySet:
        return statements.about(ids)

    def by_claim(self, statements: StatementQuerySet, _name: str, ids: list[Any]) -> StatementQuerySet:
        return statements.bearing_on(ids)

    def by_first_day(self, statements: StatementQuerySet, _name: str, bounds: Bounds) -> StatementQuerySet:
        return statements.said_after(bounds.earliest, certainly=self.is_certain)

    def by_last_day(self, statements: StatementQuerySet, _name: str, bounds: Bounds) -> StatementQuerySet:
        return statements.said_before(bounds.latest, certainly=self.is_certain)

    def by_day(self, statements: StatementQuerySet, _name: str, bounds: Bounds) -> StatementQuerySet:
        after = statements.said_after(bounds.earliest, certainly=self.is_certain)
        return after.said_before(bounds.latest, certainly=self.is_certain)

    def by_language(self, statements: StatementQuerySet, _name: str, languages: list[str]) -> StatementQuerySet:
        return statements.in_languages(languages)

    def by_quotation_type(self, statements: StatementQuerySet, _name: str, types: list[str]) -> StatementQuerySet:
        return statements.quoted_as(types)

    def by_words(self, statements: StatementQuerySet, _name: str, typed: str) -> StatementQuerySet:
        if not statements.has_search_words(typed, STOP_WORD_LANGUAGES):
            raise problems.parameter_error("q", "It has no word to search for: add one that carries meaning.")
        return statements.matching(typed, statements.searched_languages())

    @property
    def is_certain(self) -> bool:
        return bool(self.form.cleaned_data["dates"] != "possibly")


class SpeakerFilters(filters.FilterSet):  # type: ignore[misc]
    name = NameFilter(f"{BEGINNINGS} the name, in any of its spellings.", example="kirby")
    type = ChoicesFilter("What sort of speaker it is.", choices=SpeakerType.values, column="type")
    country = CountriesFilter("ISO 3166-1 code.", column="country", example="US")

    class Meta:
        model = Speaker
        fields: ClassVar[list[str]] = []


class RoleFilters(filters.FilterSet):  # type: ignore[misc]
    name = NameFilter(f"{BEGINNINGS} a label, in any language.", example="foreign minister")
    category = ChoicesFilter("The kind of office.", choices=RoleCategory.values, column="category")

    class Meta:
        model = Role
        fields: ClassVar[list[str]] = []


class MembershipFilters(filters.FilterSet):  # type: ignore[misc]
    speaker = UuidsFilter("Who held the role.", found_by=SPEAKERS, column="speaker")
    organization = UuidsFilter("Where it was held.", found_by=SPEAKERS, column="organization")
    role = UuidsFilter("The kind of office.", found_by="/api/v1/roles/?name=", column="role")

    class Meta:
        model = Membership
        fields: ClassVar[list[str]] = []


class IntensityPhraseFilters(filters.FilterSet):  # type: ignore[misc]
    language = LanguagesFilter("Its language.", column="language", example="fr")

    class Meta:
        model = IntensityPhrase
        fields: ClassVar[list[str]] = []


class EventFilters(filters.FilterSet):  # type: ignore[misc]
    name = NameFilter(f"{BEGINNINGS} the name.", example="white house")
    type = ChoicesFilter("The kind of occasion.", choices=EventType.values, column="type")

    class Meta:
        model = Event
        fields: ClassVar[list[str]] = []


class TopicFilters(filters.FilterSet):  # type: ignore[misc]
    label = NameFilter(f"{BEGINNINGS} a label, in any language.", example="missiles")

    class Meta:
        model = Topic
        fields: ClassVar[list[str]] = []


class ClaimFilters(filters.FilterSet):  # type: ignore[misc]
    text = NameFilter(f"{BEGINNINGS} its text, in any language.", example="munitions")

    class Meta:
        model = Claim
        fields: ClassVar[list[str]] = []


class WorkingStatementFilters(StatementFilters):
    """The filters of those who see drafts."""

    status = ChoicesFilter(
        "Where it stands, for a token of a contributor or above: contributors see their own drafts, curators all. "
        "Without it, lists are of what is published.",
        choices=Status.values,
        column="status",
    )
