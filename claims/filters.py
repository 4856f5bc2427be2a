"""What lists of speakers and of what statements are about can be asked for."""

from claims.models.vocabularies import EventType, RoleCategory, SpeakerType
from config.http.filters import (
    ChoicesFilter,
    CountriesFilter,
    FlagFilter,
    LanguagesFilter,
    ListFilters,
    UuidsFilter,
)
from sources.filters import BEGINNINGS, AddressFilter, NameFilter

SPEAKERS = "/api/v1/speakers/?name="


class SpeakerFilters(ListFilters):
    name = NameFilter(f"{BEGINNINGS} the name, in any of its spellings.", example="kirby")
    type = ChoicesFilter("What sort of speaker it is.", choices=SpeakerType.values, column="type")
    country = CountriesFilter("ISO 3166-1 code.", column="country", example="US")
    named = FlagFilter("False for “a senior official” and the like.", column="is_named")
    part_of = UuidsFilter("The body it belongs to.", found_by=SPEAKERS, column="part_of")
    same_as = AddressFilter(
        "Its page in another register.", column="same_as__url_sha256", example="https://www.wikidata.org/wiki/Q1234"
    )


class RoleFilters(ListFilters):
    name = NameFilter(f"{BEGINNINGS} a label, in any language.", example="foreign minister")
    category = ChoicesFilter("The kind of office.", choices=RoleCategory.values, column="category")


class MembershipFilters(ListFilters):
    speaker = UuidsFilter("Who held the role.", found_by=SPEAKERS, column="speaker")
    organization = UuidsFilter("Where it was held.", found_by=SPEAKERS, column="organization")
    role = UuidsFilter("The kind of office.", found_by="/api/v1/roles/?name=", column="role")


class IntensityPhraseFilters(ListFilters):
    language = LanguagesFilter("Its language.", column="language", example="fr")


class EventFilters(ListFilters):
    name = NameFilter(f"{BEGINNINGS} the name.", example="white house")
    type = ChoicesFilter("The kind of occasion.", choices=EventType.values, column="type")


class TopicFilters(ListFilters):
    label = NameFilter(f"{BEGINNINGS} a label, in any language.", example="missiles")
    broader = UuidsFilter("The topic that it is part of.", found_by="/api/v1/topics/?label=", column="broader")
    same_as = AddressFilter(
        "Its page in another register.", column="same_as__url_sha256", example="https://www.wikidata.org/wiki/Q1234"
    )


class ClaimFilters(ListFilters):
    text = NameFilter(f"{BEGINNINGS} its text, in any language.", example="munitions")
    has_review = FlagFilter("Whether a fact-checker reviewed it.", by="reviewed_outside")
