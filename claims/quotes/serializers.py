"""How the result of a quote check looks. What is always there is required."""

from typing import Any

from rest_framework import serializers
from rest_framework.reverse import reverse

from claims.models import Appearance, Relation
from claims.models.vocabularies import QuotationType, RelationType
from claims.quotes.checking import MOST_MATCHES, Match, Verdict
from claims.quotes.finding import Recorded
from claims.quotes.whose import WordsOf
from claims.serializers import LANGUAGE, SpeakerBriefSerializer
from config.http.serializers import TextOrNull
from sources.serializers import PARTIAL_DATE, SourceBriefSerializer

VERDICTS = [
    (Verdict.VERBATIM.value, "it is all of the recorded words"),
    (Verdict.IN_PART.value, "it is a part of recorded words, or these are a part of it"),
    (Verdict.ALTERED.value, "most of its words are recorded in order, and some are not"),
    (Verdict.SAME_WORDS_BY_ANOTHER.value, "another than the one asked for said it"),
    (Verdict.UNKNOWN.value, "nothing like it is recorded"),
]
OPERATIONS = [
    ("equal", "in both, but for signs that do not count"),
    ("missing", "recorded, and not in the quote"),
    ("added", "in the quote, and not recorded"),
    ("replaced", "others in the quote than recorded"),
]
WHOLES = [("recorded", "the quote is a part of what is recorded"), ("asked", "what is recorded is a part of the quote")]

OWNERS = [
    (WordsOf.SPEAKER.value, "the speaker's own: quoted, or recorded as the original"),
    (WordsOf.DOCUMENT.value, "a document's, which says in them what was said"),
    (WordsOf.TRANSLATION.value, "put into another language than the speaker's"),
    (WordsOf.BOTH.value, "partly the speaker's, partly a document's; it is not told which"),
]
WORDS_OF = (
    "Whose words the quote agrees with: `speaker`, the speaker's own, quoted or recorded as the original; `document`, "
    "a document's, which says in them what was said; `translation`, put into another language than the speaker's; "
    "`both`, partly the speaker's, partly a document's, and it is not told which."
)


class DifferenceSerializer(serializers.Serializer[Any]):
    """A run of words. The texts of all operations, one behind the other, are the two texts as they came."""

    op = serializers.ChoiceField(choices=OPERATIONS)
    asked = serializers.CharField(help_text="The words in the quote; empty where they are missing.")
    recorded = serializers.CharField(help_text="The words on record; empty where they are added.")


class IsQuoted(serializers.BooleanField):
    """Whether an appearance has the speaker's words; null where some of them are."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_null=True, **kwargs)

    def get_attribute(self, appearance: Appearance) -> bool | None:
        return {QuotationType.DIRECT: True, QuotationType.INDIRECT: False}.get(QuotationType(appearance.quotation_type))


class OriginalText(serializers.CharField):
    """The text of a wording."""

    def get_attribute(self, wording: Recorded) -> str:
        (text,) = wording.texts
        return text


class StatementAddress(serializers.URLField):
    """The address of the statement of a match."""

    def get_attribute(self, match: Match) -> Any:
        return match.statement.pk

    def to_representation(self, key: Any) -> str:
        return str(reverse("statement-detail", args=[key], request=self.context.get("request")))


class ContradictionSerializer(serializers.Serializer[Relation]):
    """A statement that takes back, corrects or denies the one quoted."""

    type = serializers.ChoiceField(
        choices=RelationType.choices,
        help_text="What it does to the one quoted: `retracts`, `corrects` or `denies`, no other.",
    )
    statement_id = serializers.UUIDField(help_text="The statement that does.")
    speakers = serializers.ListField(child=serializers.CharField(), help_text="Names of who said that.")


class QuotedStatementSerializer(serializers.Serializer[Match]):
    """The statement whose words they are."""

    id = serializers.UUIDField(source="statement.pk")
    url = StatementAddress(help_text="Its address.")
    speakers = SpeakerBriefSerializer(many=True, help_text="Who said it; joint speakers are equals.")
    said_at = TextOrNull(
        source="statement.said_at", help_text=f"When it was said; null if nobody knows. {PARTIAL_DATE}"
    )
    contradicted_by = ContradictionSerializer(
        many=True, help_text="What retracts, corrects or denies it, by whomever; empty where nothing published does."
    )


class OriginalSerializer(serializers.Serializer[Recorded]):
    """What was said in the language the speaker used."""

    language = serializers.CharField(help_text=LANGUAGE)
    text = OriginalText()


class QuotedWordingSerializer(serializers.Serializer[Any]):
    """The words of a statement as the record puts them, in one language."""

    language = serializers.CharField(help_text=LANGUAGE)
    is_original = serializers.BooleanField(
        help_text="True if the speaker used this language; false for what may be a translation, whoever made it."
    )
    translator = TextOrNull()


class QuotedAppearanceSerializer(serializers.Serializer[Any]):
    """The words of a statement as one document prints them."""

    id = serializers.UUIDField()
    quotation_type = serializers.ChoiceField(choices=QuotationType.choices)
    is_quoted = IsQuoted(
        help_text="Whose words they are: true, the speaker's (`direct`); false, the document's own, which says in them "
        "what was said (`indirect`); null, some of them the speaker's, some the document's (`mixed`)."
    )
    is_headline = serializers.BooleanField()
    language = serializers.CharField(help_text=LANGUAGE)
    source = SourceBriefSerializer(source="source_text.source")  # type: ignore[assignment]  # DRF has an attribute of this name


class QuoteMatchSerializer(serializers.Serializer[Match]):
    """Words on record with which the quote agrees."""

    verdict = serializers.ChoiceField(
        choices=VERDICTS,
        help_text="What the quote is to these words; `same_words_by_another` where it is verbatim or in part what "
        "another than the speaker asked for said. Never `unknown`.",
    )
    words_of = serializers.ChoiceField(choices=OWNERS, help_text=WORDS_OF)
    part_of = serializers.ChoiceField(
        choices=WHOLES,
        allow_null=True,
        help_text="`recorded`: the quote is a part of what is recorded. `asked`: what is recorded is only a part of "
        "the quote; whether the rest was said, nobody has recorded. Null: neither.",
    )
    similarity = serializers.FloatField(
        min_value=0,
        max_value=1,
        help_text="1 where all words of the quote are recorded in order; else the share that is, of the quote or of "
        "the words recorded there, whichever are more. Words of fewer than four letters count half.",
    )
    statement = QuotedStatementSerializer(source="*")
    recorded = serializers.CharField(
        source="comparison.recorded.text",
        help_text="The words compared: a wording, a segment of an appearance, or all its segments with […] between.",
    )
    original = OriginalSerializer(
        allow_null=True,
        help_text="The original wording, where `words_of` is `translation`; null otherwise, and where none is known.",
    )
    wording = QuotedWordingSerializer(allow_null=True, help_text="Of which wording they are; null for an appearance.")
    appearance = QuotedAppearanceSerializer(
        allow_null=True, help_text="Of which appearance they are; null for a wording."
    )
    difference = DifferenceSerializer(source="comparison.difference", many=True)


class QuoteCheckSerializer(serializers.Serializer[Any]):
    """What is on record of a quote."""

    verdict = serializers.ChoiceField(choices=VERDICTS, help_text="That of the first match; `unknown` without one.")
    words_of = serializers.ChoiceField(
        choices=OWNERS,
        allow_null=True,
        help_text=f"That of the first match; null without one. {WORDS_OF}",
    )
    matches = QuoteMatchSerializer(many=True, help_text=f"At most {MOST_MATCHES}, the best first.")
