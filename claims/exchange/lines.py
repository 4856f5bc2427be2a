"""The dataset format, version 1: what each line of the file may say.

One line is one JSON object (NDJSON, https://github.com/ndjson/ndjson-spec); `record` says of what. `docs/dataset.md`
explains the format, `docs/dataset.schema.json` is made from these classes. Names are those of models and API.
"""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    StringConstraints,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue, models_json_schema
from pydantic_core import CoreSchema, PydanticCustomError

from claims.exchange.values import (
    Address,
    Context,
    Country,
    Id,
    Instant,
    Key,
    Labels,
    Language,
    Level,
    Mentioned,
    Name,
    Offset,
    PartialDate,
    Raw,
    Reason,
    Reference,
    Sha256,
    Short,
    checked_text,
    checked_words,
)
from claims.models.appearances import MAX_MENTION, MAX_SEGMENT
from claims.models.statements import MAX_WORDING
from claims.models.vocabularies import (
    Act,
    Attitude,
    AttributionKind,
    Certainty,
    DateBasis,
    EventType,
    NameKind,
    QuotationType,
    RelationType,
    RoleCategory,
    SpeakerType,
    Stance,
    Status,
)
from claims.text.spans import MAX_SPANS
from sources.models import Licence, PublisherKind, SourceType
from sources.text.decoding import MAX_CHARACTERS
from sources.text.problems import mark

VERSION = 1


class Part(BaseModel):
    """What a line or a part of it has in common: no key but the known ones, no value but of its type."""

    model_config = ConfigDict(extra="forbid", strict=True, use_enum_values=True)


class Line(Part):
    """One line of a dataset."""

    #: fields that hold a reference, by the record they refer to
    references: ClassVar[dict[str, str]] = {}

    id: Id | None = Field(default=None, description="UUIDv7. Made where there is none.")
    key: Key | None = Field(
        default=None, description="A name for this line in this file alone: later lines refer to it as “#name”."
    )
    errors: Any = Field(default=None, description="Written beside refused lines; ignored when a line is read.")
    record: str


class DatasetLine(Part):
    """The first line, which may be left out: which format this is, and how many lines of each kind follow."""

    record: Literal["dataset"]
    version: int = Field(default=VERSION, description="Version of the format.")
    scope: Literal["all", "public"] = Field(default="all", description="Whether drafts are in it.")
    records: dict[str, int] | None = Field(
        default=None, description="How many lines of each kind follow: a file that was cut is noticed."
    )


class PublisherLine(Line):
    """Who puts documents out."""

    record: Literal["publisher"]
    name: Name
    kind: Annotated[PublisherKind, Field(strict=False)] = PublisherKind.NEWSPAPER
    country: Country | None = Field(default=None, description="ISO 3166-1 code of two letters.")
    homepage: Address | None = None
    same_as: list[Address] = Field(default=[], description="Its pages in other registers, such as Wikidata.")


class SourceLine(Line):
    """A document in which statements appear."""

    references = {"publisher": "publisher", "agency": "publisher", "copy_of": "source"}

    record: Literal["source"]
    type: Annotated[SourceType, Field(strict=False)] = SourceType.ARTICLE
    title: Annotated[str, StringConstraints(min_length=1, max_length=500), AfterValidator(checked_words)]
    url: Address | None = None
    publisher: Reference | None = None
    agency: Reference | None = Field(default=None, description="The wire service it came from: a publisher.")
    copy_of: Reference | None = Field(default=None, description="The dispatch that this document repeats: a source.")
    authors: list[Name] = []
    translator: Short | None = None
    language: Language
    published_at: PartialDate | None = None
    retrieved_at: Instant | None = None
    archived_at: Address | None = None
    licence: Annotated[Licence, Field(strict=False)] = Licence.UNKNOWN
    text: (
        Annotated[str, StringConstraints(min_length=1, max_length=MAX_CHARACTERS), AfterValidator(checked_words)] | None
    ) = Field(default=None, description="Its words, where they are plain text: short for a source_text line.")


class SourceTextLine(Line):
    """One revision of a document's words. Offsets refer to `text`, in code points from 0."""

    references = {"source": "source"}

    record: Literal["source_text"]
    source: Reference
    number: Annotated[int, Field(ge=1, le=100_000)] = Field(default=1, description="Revision: 1, 2, 3 … without gaps.")
    media_type: Literal["text/plain", "text/html"] = "text/plain"
    encoding: Annotated[str, StringConstraints(min_length=1, max_length=40), AfterValidator(checked_words)] = "utf-8"
    text: (
        Annotated[str, StringConstraints(min_length=1, max_length=MAX_CHARACTERS), AfterValidator(checked_words)] | None
    ) = Field(default=None, description="The words. A public export leaves out those whose licence is not open.")
    raw: Raw | None = Field(
        default=None, description="The bytes as they came, in base64; left out where they are the text in UTF-8."
    )
    sha256: Sha256 | None = Field(default=None, description="SHA-256 of the text in UTF-8, as hexadecimal digits.")


class OtherName(Part):
    """Another spelling, transliteration, translation or acronym of a speaker's name."""

    name: Name
    language: Language | None = None
    kind: Annotated[NameKind, Field(strict=False)] = NameKind.SPELLING


class SpeakerLine(Line):
    """Who can say something."""

    references = {"part_of": "speaker", "merged_into": "speaker"}

    record: Literal["speaker"]
    type: Annotated[SpeakerType, Field(strict=False)] = SpeakerType.PERSON
    is_named: bool = Field(default=True, description="False for “a senior official” and the like.")
    name: Name
    country: Country | None = Field(default=None, description="ISO 3166-1 code of two letters.")
    part_of: Reference | None = Field(default=None, description="The body it belongs to: a ministry to its state.")
    merged_into: Reference | None = Field(default=None, description="The speaker that it turned out to be.")
    note: Annotated[str, StringConstraints(max_length=300), AfterValidator(checked_text)] | None = Field(
        default=None, description="Tells speakers of the same name apart; public."
    )
    names: list[OtherName] = []
    same_as: list[Address] = Field(default=[], description="Its pages in other registers, such as Wikidata.")


class RoleLine(Line):
    """A kind of office, whoever holds it and wherever."""

    record: Literal["role"]
    category: Annotated[RoleCategory, Field(strict=False)] = RoleCategory.OTHER
    labels: Labels


class MembershipLine(Line):
    """A role held by a speaker in an organization, from a date to a date."""

    references = {"speaker": "speaker", "role": "role", "organization": "speaker"}

    record: Literal["membership"]
    speaker: Reference
    role: Reference
    organization: Reference | None = Field(default=None, description="The state, ministry or body it is held in.")
    start: PartialDate | None = None
    end: PartialDate | None = None


class EventLine(Line):
    """The occasion of statements."""

    record: Literal["event"]
    name: Annotated[str, StringConstraints(min_length=1, max_length=300), AfterValidator(checked_words)]
    type: Annotated[EventType, Field(strict=False)] = EventType.OTHER
    location: Short | None = None
    date: PartialDate | None = None


class TopicLine(Line):
    """What statements are about."""

    references = {"broader": "topic", "merged_into": "topic"}

    record: Literal["topic"]
    labels: Labels
    broader: Reference | None = None
    merged_into: Reference | None = Field(default=None, description="The topic that it turned out to be.")
    same_as: list[Address] = []


class ClaimLine(Line):
    """A proposition that statements affirm, deny or question."""

    record: Literal["claim"]
    text: Labels


class ReviewLine(Line):
    """An outside fact-check of a claim."""

    references = {"claim": "claim", "publisher": "publisher"}

    record: Literal["review"]
    claim: Reference
    publisher: Reference
    url: Address
    rating: Name = Field(description="As its publisher words it.")
    claim_reviewed: Annotated[str, StringConstraints(min_length=1, max_length=1000), AfterValidator(checked_words)]
    reviewed_at: PartialDate | None = None


class IntensityPhraseLine(Line):
    """A word or phrase that shows an intensity."""

    record: Literal["intensity_phrase"]
    language: Language
    phrase: Annotated[str, StringConstraints(min_length=1, max_length=100), AfterValidator(checked_words)]
    intensity: Level


class Words(Part):
    """Words of the source's text (W3C TextQuoteSelector and TextPositionSelector).

    `exact` alone where it stands in the text once; with `prefix` or `suffix`, what stands before and behind, where it
    stands there several times; or `start` and `end`, code points from 0, half-open. A plain string is `exact` alone.
    """

    start: Offset | None = None
    end: Offset | None = None
    exact: Mentioned | None = None
    prefix: Context | None = None
    suffix: Context | None = None

    @model_validator(mode="before")
    @classmethod
    def _of_string(cls, value: Any) -> Any:
        return {"exact": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _is_whole(self) -> "Words":
        if (self.start is None) != (self.end is None):
            raise PydanticCustomError("half_span", mark("Start and end go together: give both, or neither."))
        if self.start is None and self.exact is None:
            raise PydanticCustomError("no_span", mark("Give the words (exact), or start and end."))
        return self

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"anyOf": [{"type": "string", "minLength": 1, "maxLength": MAX_SEGMENT}, handler(schema)]}


class Wording(Part):
    """What was said, in one language."""

    language: Language
    text: Annotated[str, StringConstraints(min_length=1, max_length=MAX_WORDING), AfterValidator(checked_words)]
    is_original: bool = Field(default=False, description="True if the speaker used this language.")
    translator: Short | None = None


class Attribution(Part):
    """A speaker's part in the statement."""

    references: ClassVar[dict[str, str]] = {"speaker": "speaker", "membership": "membership"}

    speaker: Reference
    kind: Annotated[AttributionKind, Field(strict=False)] = AttributionKind.SPEAKER
    certainty: Annotated[Certainty, Field(strict=False)] = Certainty.CERTAIN
    membership: Reference | None = Field(
        default=None,
        description="The role in which it was said; null: none. Left out: the one that the speaker held at the time.",
    )


class Mention(Part):
    """How the document names one of the attributed speakers, and the role it prints."""

    references: ClassVar[dict[str, str]] = {"speaker": "speaker"}

    speaker: Reference
    kind: Annotated[AttributionKind, Field(strict=False)] = Field(
        default=AttributionKind.SPEAKER, description="Which part of the speaker is meant, if it has several."
    )
    name: Words | None = Field(default=None, description=f"The name as printed, {MAX_MENTION} characters at the most.")
    role: Words | None = Field(default=None, description=f"The role as printed, {MAX_MENTION} characters at the most.")


class Relay(Part):
    """Who passes the words on in the document; the first is nearest the speaker."""

    references: ClassVar[dict[str, str]] = {"speaker": "speaker"}

    speaker: Reference
    mention: Words | None = Field(default=None, description="The name as printed.")


class Appearance(Part):
    """How one document reports the statement: where, in which words, by whose mouth."""

    references: ClassVar[dict[str, str]] = {"source": "source"}

    id: Id | None = Field(default=None, description="UUIDv7. Made where there is none.")
    source: Reference
    revision: Annotated[int, Field(ge=1, le=100_000)] = Field(
        default=1, description="Number of the revision of the source that offsets refer to."
    )
    quotation_type: Annotated[QuotationType, Field(strict=False)] = QuotationType.INDIRECT
    language: Language = Field(default="", description="Of the quoted words; left out: the source's.")
    is_headline: bool = False
    segments: list[Words] = Field(
        min_length=1,
        max_length=MAX_SPANS,
        description="The quoted words; several where the quote is interrupted, in reading order.",
    )
    cue: Words | None = Field(default=None, description="The words of saying: “a déclaré”.")
    mentions: list[Mention] = []
    relays: list[Relay] = []


class Position(Part):
    """The statement's stance to a claim."""

    references: ClassVar[dict[str, str]] = {"claim": "claim"}

    claim: Reference
    stance: Annotated[Stance, Field(strict=False)]


class StatementLine(Line):
    """Who said what, when, as what, in which words, in which document."""

    references = {"event": "event", "topics": "topic"}

    record: Literal["statement"]
    status: Annotated[Status, Field(strict=False)] | None = Field(
        default=None,
        description="Taken over by --publish alone; without it every statement comes in as a draft.",
    )
    said_at: PartialDate | None = None
    said_at_text: Short | None = Field(default=None, description="The date as printed: “samedi”.")
    said_at_basis: Annotated[DateBasis, Field(strict=False)] | None = Field(
        default=None, description="How the date is known; a date needs it."
    )
    event: Reference | None = None
    act: Annotated[Act, Field(strict=False)] = Act.ASSERT
    cameo: Annotated[str, StringConstraints(pattern="^[0-9]{2,4}$")] | None = None
    attitude: Annotated[Attitude, Field(strict=False)] | None = None
    intensity: Level | None = None
    intensity_phrase: Short | None = Field(default=None, description="The literal words that show the intensity.")
    topics: list[Reference] = []
    wordings: list[Wording] = Field(default=[], description="Left out: the quoted words are the wording.")
    attributions: list[Attribution] = Field(min_length=1)
    appearances: list[Appearance] = []
    positions: list[Position] = []
    is_self_reviewed: bool = Field(default=False, description="True if its author published it.")
    published_at: Instant | None = Field(default=None, description="Taken over by --publish alone.")
    returned_reason: Reason | None = None
    withdrawn_reason: Reason | None = None


class RelationLine(Line):
    """How one statement bears on another."""

    references = {"statement": "statement", "other": "statement"}

    record: Literal["relation"]
    statement: Reference
    type: Annotated[RelationType, Field(strict=False)]
    other: Reference


#: in the order of an export: each line refers to earlier ones alone
LINES: dict[str, type[Line]] = {
    "publisher": PublisherLine,
    "source": SourceLine,
    "source_text": SourceTextLine,
    "speaker": SpeakerLine,
    "role": RoleLine,
    "membership": MembershipLine,
    "event": EventLine,
    "topic": TopicLine,
    "claim": ClaimLine,
    "review": ReviewLine,
    "intensity_phrase": IntensityPhraseLine,
    "statement": StatementLine,
    "relation": RelationLine,
}


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of one line, in a stable order."""
    kinds: list[type[BaseModel]] = [DatasetLine, *LINES.values()]
    _references, found = models_json_schema([(kind, "validation") for kind in kinds], ref_template="#/$defs/{model}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A line of a dataset of the attribution record",
        "description": "Format version 1: NDJSON, one of these objects a line. docs/dataset.md explains it.",
        "oneOf": [{"$ref": f"#/$defs/{kind.__name__}"} for kind in kinds],
        "$defs": found["$defs"],
    }
