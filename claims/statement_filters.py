"""What statements can be asked for."""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError

from claims.filters import SPEAKERS
from claims.models import Speaker, Topic
from claims.models.vocabularies import (
    Act,
    Attitude,
    AttributionKind,
    Certainty,
    Intensity,
    QuotationType,
    RelationType,
    RoleCategory,
    SpeakerType,
    Stance,
    Status,
)
from claims.querysets import StatementQuerySet
from claims.querysets.postings import MOST_TERMS, SPEAKER, TOPIC, Days, Stream, stream_of
from claims.querysets.search import FIELDS
from claims.querysets.words_asked import NoWordError
from claims.serializers import DIRECTIONS
from config.http import problems, searches
from config.http.filters import (
    ChoiceFilter,
    ChoicesFilter,
    CountriesFilter,
    FlagFilter,
    LanguagesFilter,
    ListFilters,
    MomentFilter,
    NumberFilter,
    ParameterFilter,
    TextFilter,
    UuidsFilter,
)
from sources.filters import PartialDateFilter
from sources.models.documents import SourceType

SOURCES, PUBLISHERS = "/api/v1/sources/?title=", "/api/v1/publishers/?name="
# A title has words of what others said in the same document: it is searched only where that is asked for.
SEARCHED = [name for name in FIELDS if name != "titles"]
#: parameters of which the days alone are known from where statements stand in their order
DATES = {"said_at", "said_after", "said_before", "undated"}
# A query that says nothing in any of these says nothing in any other language either.
STOP_WORD_LANGUAGES = ("fr", "en")


class SearchFilter(TextFilter):
    """A query as people type it into a search box."""

    def read(self, value: str) -> str:
        try:
            return searches.within_reason(super().read(value))
        except searches.TooCostlyError as error:
            raise ValidationError(str(error)) from None


class LivingFilter(UuidsFilter):
    """Ids of speakers or topics; the id of one that was merged stands for the one that it was merged into."""

    def __init__(self, description: str, *, model: Any, **kwargs: Any) -> None:
        super().__init__(description, **kwargs)
        self.model_of_ids = model

    def narrowed(self, rows: Any, value: Any, given: Any) -> Any:
        return super().narrowed(rows, self.living(value, given), given)

    def living(self, ids: Any, given: Any) -> list[UUID]:
        """Return the ids that these stand for."""
        found: list[UUID] = self.model_of_ids.objects.using(given["alias"]).living(
            ids, only_public=given["only_public"]
        )
        return found


class StatementFilters(ListFilters):
    q = SearchFilter(
        'Words, as typed into a search box: all of them, in any order; `"profonde préoccupation"` for a phrase, `or` '
        "between alternatives, `-word` for those without. In each language by its own dictionary, with or without "
        "accents; in the words said or quoted, the names of who says them and what they are about, unless `search_in` "
        "says where (offices: `role_category`, `role_text`). "
        f"At most {searches.MAX_WORDS} words, {searches.MAX_PHRASES} phrases and "
        f"{searches.MAX_OR} times `or`. Encode it for the address: `curl -G --data-urlencode 'q=…'`.",
        method="by_words",
    )
    search_in = ChoicesFilter(
        "Where `q` looks: `words` (wordings and quoted words), `speakers` (who has a part in it, in any spelling), "
        "`subjects` (topics and claims), `titles` (of the documents). Without it, everywhere but in titles, which "
        "speak of more than one statement.",
        choices=FIELDS,
    )

    speaker = LivingFilter(
        "Who said it; of several, any.",
        model=Speaker,
        found_by=SPEAKERS,
        of="attributions",
        by="by_speakers",
        using=["parts"],
    )
    parts = FlagFilter(
        "Count what belongs to `speaker`, `joint_with`, `organization` or `relayed_by` as the same: its ministries and "
        "other parts, and people in a role held there. “What did Russia say” is `parts=true`."
    )
    joint_with = LivingFilter(
        "Who said it too, beside `speaker`; of several, all of them.",
        model=Speaker,
        found_by=SPEAKERS,
        by="said_with",
        using=["parts"],
        has_twin=False,
        most=10,
    )
    min_speakers = NumberFilter("Said by so many together, or more.", least=1, most=100, by="said_by_at_least")
    speaker_type = ChoicesFilter(
        "What sort of speaker says it.", choices=SpeakerType.values, of="attributions", by="of_types"
    )
    named = FlagFilter(
        "Whether the speaker is named; false for “a senior official” and the like.",
        of="attributions",
        by="whose_name_is_known",
    )
    country = CountriesFilter(
        "Country of the speaker (ISO 3166-1).", of="attributions", by="from_countries", example="US"
    )
    role = UuidsFilter(
        "The kind of office in which it was said.", found_by="/api/v1/roles/?name=", of="attributions", by="in_roles"
    )
    role_category = ChoicesFilter(
        "The category of that office: any foreign minister, any spokesperson.",
        choices=RoleCategory.values,
        of="attributions",
        by="in_categories",
    )
    role_text = TextFilter(
        "Beginnings of words of the role as a document prints it.", of="attributions", by="printed_as", example="porte"
    )
    organization = LivingFilter(
        "The body in which the role was held.",
        model=Speaker,
        found_by=SPEAKERS,
        of="attributions",
        by="at",
        using=["parts"],
    )
    certainty = ChoicesFilter(
        "How sure the curator is of who said it.", choices=Certainty.values, of="attributions", column="certainty"
    )
    attribution_kind = ChoicesFilter(
        "Which part the filters above speak of: without it, who said it. `addressee` makes `speaker` ask for whom it "
        "was said to.",
        choices=AttributionKind.values,
        of="attributions",
        column="kind",
    )

    said_at = PartialDateFilter(
        "Said within that day, month or year.", by="said_within", using=["dates", "undated"], example="2023-09"
    )
    said_after = PartialDateFilter(
        "Said on that day or later; a month or year counts from its first day.",
        edge="earliest",
        by="said_from",
        using=["dates", "undated"],
    )
    said_before = PartialDateFilter(
        "Said on that day or earlier; a month or year counts to its last day.",
        edge="latest",
        by="said_until",
        using=["dates", "undated"],
    )
    dates = ChoiceFilter(
        "How date filters take a date that is not exact: `certainly` (the default) asks for those whose every possible "
        "day fits, `possibly` for those of which one does. `~` and `?` leave the days as they are written.",
        choices=["certainly", "possibly"],
    )
    undated = ChoiceFilter(
        "What becomes of statements of which nobody knows when they were said: `exclude` (the default where a date is "
        "asked for), `include`, or `only` these. Date filters then take the date of the document that they stand in.",
        choices=["exclude", "include", "only"],
        by="with_undated",
    )

    act = ChoicesFilter("What the speaker does by saying it.", choices=Act.values, column="act")
    attitude = ChoicesFilter("What the wording shows.", choices=Attitude.values, column="attitude", example="concern")
    intensity = ChoicesFilter(
        "How strong a phrase of it is: 1 mild, 2 marked, 3 extreme.",
        choices=[str(value) for value in Intensity.values],
        column="intensity",
    )
    min_intensity = NumberFilter(
        "How strong a phrase of it is, at least: 1 mild, 2 marked, 3 extreme.",
        least=min(Intensity.values),
        most=max(Intensity.values),
        by="at_least",
    )
    topic = LivingFilter(
        "What it is about, narrower topics included.",
        model=Topic,
        found_by="/api/v1/topics/?label=",
        by="about",
        using=["narrower"],
    )
    narrower = FlagFilter("False: `topic` is meant without the topics that are part of it.")
    event = UuidsFilter("The occasion.", found_by="/api/v1/events/?name=", column="event")
    claim = UuidsFilter(
        "A claim that it affirms, denies or questions.",
        found_by="/api/v1/claims/?text=",
        of="positions",
        column="claim",
    )
    stance = ChoicesFilter(
        "How it stands to `claim`, or to any claim.", choices=Stance.values, of="positions", column="stance"
    )
    has_review = FlagFilter(
        "Whether a fact-checker reviewed a claim that it takes a position on.", by="reviewed_outside"
    )

    source = UuidsFilter("A document in which it appears.", found_by=SOURCES, of="appearances", by="in_sources")
    publisher = UuidsFilter("Who put such a document out.", found_by=PUBLISHERS, of="appearances", by="from_publishers")
    agency = UuidsFilter(
        "The wire service that such a document came from.", found_by=PUBLISHERS, of="appearances", by="from_agencies"
    )
    source_type = ChoicesFilter(
        "What sort of document it is.", choices=SourceType.values, of="appearances", by="of_source_types"
    )
    source_language = LanguagesFilter(
        "Language of the document; `fr` stands for `fr-CA` too.",
        of="appearances",
        by="in_source_languages",
        example="fr",
    )
    published_after = PartialDateFilter(
        "Printed in a document published on that day or later.",
        edge="earliest",
        of="appearances",
        by="published_after",
        using=["dates"],
    )
    published_before = PartialDateFilter(
        "Printed in a document published on that day or earlier.",
        edge="latest",
        of="appearances",
        by="published_before",
        using=["dates"],
    )
    quotation_type = ChoicesFilter(
        "How the document quotes it: in the speaker's words, in its own, or both.",
        choices=QuotationType.values,
        of="appearances",
        column="quotation_type",
    )
    headline = FlagFilter("Whether it stands in the headline, or in the body.", of="appearances", column="is_headline")
    relayed_by = LivingFilter(
        "Who passes it on in the document (“…, according to Tokyo”).",
        model=Speaker,
        found_by=SPEAKERS,
        of="appearances",
        by="relayed_by",
        using=["parts", "only_public"],
    )
    firsthand = FlagFilter(
        "True: the document has it from the speaker; false: from somebody who passes it on, or whose own statement "
        "reports it.",
        of="appearances",
        by="firsthand",
        using=["seen"],
    )

    language = LanguagesFilter(
        "A language in which it is worded or quoted; `fr` and `fr-CA` are the same here.",
        by="in_languages",
        example="fr",
    )
    original_language = LanguagesFilter(
        "The language in which it was said, where an original wording is recorded.", by="originally_in"
    )

    relation = ChoicesFilter(
        "How it bears on another statement, or another on it (`relation_direction`, `related_to`).",
        choices=RelationType.values,
        by="related",
        using=["relation_direction", "related_to", "seen"],
    )
    relation_direction = ChoiceFilter(
        "`outgoing`: it bears on the other; `incoming`: the other bears on it. Without it, either.",
        choices=[value for value, _ in DIRECTIONS],
    )
    related_to = UuidsFilter(
        "The other statement of the relation.",
        found_by="/api/v1/statements/?q=",
        by="related_to",
        using=["relation_direction", "relation", "seen"],
    )

    id = UuidsFilter("These statements themselves.", found_by="/api/v1/statements/?q=", column="id")
    updated_since = MomentFilter(
        "Changed or published at that moment or later; with `order=updated`, to stay in step. What others say of it "
        "later (`relations`) is no change of its own, nor is another name of a speaker, topic or source that it names.",
        by="changed_since",
        example="2024-05-31T08:00:00Z",
    )

    def beside(self) -> dict[str, Any]:
        return {**super().beside(), "seen": self.view.seen}

    def rows_of(self, one: ParameterFilter, queryset: Any, given: Any) -> Any:
        """Return the rows that it narrows; attributions are of who said it, unless another part is asked for."""
        rows = super().rows_of(one, queryset, given)
        if one.of != "attributions" or one.column == "kind":
            return rows
        kinds = given["attribution_kind"]
        return rows.filter(kind__in=kinds) if kinds else rows.of_speakers()

    def filter_queryset(self, queryset: Any, *, leaving_out: Collection[str] = ()) -> Any:
        self.check_ranges()
        return super().filter_queryset(queryset, leaving_out=leaving_out)

    def check_ranges(self) -> None:
        """Raise ProblemError (400) where a range ends before it begins."""
        for name in ("said", "published"):
            first, last = (self.given[f"{name}_{end}"] for end in ("after", "before"))
            if first is not None and last is not None and last < first:
                raise problems.parameter_error(f"{name}_before", f"It is before {name}_after: nothing can be between.")

    def by_words(self, statements: StatementQuerySet, typed: str) -> StatementQuerySet:
        if not statements.has_search_words(typed, STOP_WORD_LANGUAGES):
            raise _no_word()
        return statements.matching(typed, statements.searched_languages(), within=self.searched)

    @property
    def searched(self) -> list[str]:
        """The fields in which `q` looks."""
        return self.given["search_in"] or SEARCHED

    def stream(self, alias: str) -> tuple[Stream, set[str]] | None:
        """Return published statements in order of date that are all that is asked for, and maybe more.

        With them, the names of the parameters that leave nothing else of them. None where no term leads to what is
        asked for.
        """
        self.check_ranges()
        sets = self._sets(alias)
        narrowing = self.narrowing
        if self.given["q"] is None and not sets and narrowing - DATES:
            return None
        days = self._days()
        is_said_within = days != Days()
        try:
            stream = stream_of(
                self.given["q"],
                self.searched,
                [(kind, ids) for _name, kind, ids, _is_whole in sets],
                days,
                is_said_within=is_said_within,
                using=alias,
                stop_word_languages=STOP_WORD_LANGUAGES,
            )
        except NoWordError:
            raise _no_word() from None
        if stream is None:
            return None
        # of several terms of one set those that lead are read alone: the others are asked of each statement
        is_alone = self.given["q"] is None and len(sets) == 1
        held = {name for name, _kind, ids, is_whole in sets if is_whole and (is_alone or len(ids) == 1)}
        return stream, {"q", *held, *(DATES if is_said_within else ())}

    def _sets(self, alias: str) -> list[tuple[str, str, list[UUID], bool]]:
        """Parameters that terms stand for: name, kind of term, ids, and whether these say all that it asks."""
        found = []
        beside = {**self.beside(), "alias": alias}
        for name, kind in (("speaker", SPEAKER), ("topic", TOPIC)):
            one: Any = self.base_filters[name]
            if not self.given[name] or (name == "speaker" and (self.given["parts"] or self.given["attribution_kind"])):
                continue
            ids = one.living(self.given[name], beside)
            if name == "topic" and self.given["narrower"] is not False:
                ids = Topic.objects.using(alias).with_narrower(ids)
            is_whole = one.of is None or not any(
                self.base_filters[other].of == one.of for other in self.narrowing - {name}
            )
            if len(ids) <= MOST_TERMS:
                found.append((name, kind, ids, is_whole))
        return found

    def _days(self) -> Days:
        """The days between which all statements asked for sort."""
        given = self.given
        if given["dates"] == "possibly" or given["undated"] in ("include", "only"):
            return Days()
        within = given["said_at"]
        firsts = [one for one in (given["said_after"], within and within.earliest) if one]
        lasts = [one for one in (given["said_before"], within and within.latest) if one]
        return Days(max([date.min, *firsts]), min([date.max, *lasts]))


def _no_word() -> problems.ProblemError:
    return problems.parameter_error("q", "It has no word to search for: add one that carries meaning.")


class WorkingStatementFilters(StatementFilters):
    """The filters of those who see drafts."""

    status = ChoicesFilter(
        "Where it stands, for a token of a contributor or above: contributors see their own drafts, curators all. "
        "Without it, lists are of what is published.",
        choices=Status.values,
        column="status",
        has_twin=False,
    )
