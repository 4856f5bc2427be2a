"""How documents and publishers look in answers."""

from typing import Any

from rest_framework import serializers

from config.http.serializers import DateBound, HexField, PublicOnly, TextOrNull, UrlOrNull, Urls, Version
from config.writing import serializers as bodies
from sources.messages import translated
from sources.models import Publisher, Source
from sources.models.documents import Licence, SourceType
from sources.models.publishers import PublisherKind
from sources.services import MEDIA_TYPES, PLAIN, Outcome
from sources.text import urls

OUTCOMES = [(one.value, one.value) for one in Outcome]
READ_TYPES = [(one, one) for one in MEDIA_TYPES]
SAME_AS = "Its pages in other registers, such as Wikidata."
PARTIAL_DATE = "A partial date (EDTF): 2023, 2025-02, 2023-09-13, each with ~ or ?, or an interval a/b."


class PublisherBriefSerializer(serializers.Serializer[Publisher]):
    """A publisher, where another resource names it."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class PublisherSerializer(serializers.Serializer[Publisher]):
    """Who puts documents out (schema.org `publisher`)."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=PublisherKind.choices)
    country = TextOrNull(help_text="ISO 3166-1 code of two letters.")
    homepage = UrlOrNull()
    same_as = Urls(help_text=SAME_AS)
    version = Version()


class SourceBriefSerializer(serializers.Serializer[Source]):
    """A document, where another resource names it."""

    id = serializers.UUIDField()
    type = serializers.ChoiceField(choices=SourceType.choices)
    title = serializers.CharField()
    url = UrlOrNull()
    language = serializers.CharField(help_text="BCP 47 tag.")
    published_at = TextOrNull(help_text=PARTIAL_DATE)
    publisher = PublisherBriefSerializer(allow_null=True)
    agency = PublisherBriefSerializer(allow_null=True, help_text="The wire service it came from.")


class Moment(serializers.DateTimeField):
    """A moment that people entered, as all are written; with zeros before the year, which strftime leaves out."""

    def to_representation(self, value: Any) -> str:
        return str(super().to_representation(value)).rjust(len("0962-03-13T06:58:19.000000Z"), "0")


class PublicId(PublicOnly, serializers.UUIDField):
    """The id of another row; null for what the public may not see."""

    def to_representation(self, value: Any) -> str:
        return str(value.pk)


class SourceSerializer(SourceBriefSerializer):
    """A document in which statements appear (schema.org CreativeWork)."""

    copy_of = PublicId(allow_null=True, help_text="Id of the dispatch that this document repeats.")
    authors = serializers.ListField(child=serializers.CharField())
    translator = TextOrNull()
    published_at_earliest = DateBound(source="published_earliest", help_text="First day that `published_at` can mean.")
    published_at_latest = DateBound(source="published_latest", help_text="Last day that `published_at` can mean.")
    retrieved_at = Moment(allow_null=True)
    archived_at = UrlOrNull(help_text="Address of an archived copy.")
    licence = serializers.ChoiceField(choices=Licence.choices, help_text="SPDX identifier where there is one.")
    version = Version()


class RevisionSerializer(serializers.Serializer[Any]):
    """One immutable snapshot of a document's text; offsets of appearances refer to one."""

    number = serializers.IntegerField(min_value=1)
    sha256 = HexField(help_text="SHA-256 of the text as UTF-8, in hexadecimal digits.")
    created_at = serializers.DateTimeField()


class SourceDetailSerializer(SourceSerializer):
    """A document with its revisions and, where its licence is open, its text."""

    revisions = RevisionSerializer(source="texts", many=True)
    text = serializers.CharField(
        source="open_text",
        allow_null=True,
        help_text="Text of the latest revision where the licence is open, else null: the words quoted are public, "
        "the article is not ours to give away.",
    )


class ImportedSourceSerializer(SourceDetailSerializer):
    """A document that came in, and what became of it."""

    outcome = serializers.ChoiceField(
        choices=OUTCOMES,
        help_text="created; new_revision: the address was recorded with other words; unchanged: with these; duplicate: "
        "the words are recorded already, elsewhere.",
    )


class FullTextSerializer(serializers.Serializer[Any]):
    """The whole text of one revision."""

    number = serializers.IntegerField(min_value=1)
    sha256 = HexField(help_text="SHA-256 of the text as UTF-8, in hexadecimal digits.")
    text = serializers.CharField(help_text="What offsets refer to, in code points from 0.")


class WebAddress(bodies.Text):
    """An http(s) address; it is kept in its canonical form."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": urls.MAX_LENGTH, **kwargs})

    def to_internal_value(self, data: Any) -> str:
        try:
            return urls.canonical(super().to_internal_value(data))
        except urls.WebAddressError as error:
            raise serializers.ValidationError(translated(error)) from None


class WebAddressOrNull(WebAddress):
    """An http(s) address; null says that there is none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "default": None, "allow_null": True, **kwargs})


class SameAs(serializers.ListField):
    """Addresses of pages in other registers; replaced as a whole."""

    child = WebAddress()

    def __init__(self, **kwargs: Any) -> None:
        most = {"max_length": bodies.MOST_PARTS, "required": False, "default": list, "help_text": SAME_AS}
        super().__init__(**{**most, **kwargs})

    def to_internal_value(self, data: Any) -> list[dict[str, str]]:
        return [{"url": url} for url in super().to_internal_value(data)]


class PartialDate(bodies.NullableText):
    """A partial date (EDTF); null says that nobody knows."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 24, "help_text": PARTIAL_DATE, **kwargs})


class PublisherBody(bodies.WriteSerializer):
    """A publisher as it is written."""

    name = bodies.Text(max_length=200)
    kind = bodies.Choice(choices=PublisherKind.choices, required=False, default=PublisherKind.NEWSPAPER.value)
    country = bodies.TextOrNull(max_length=2, help_text="ISO 3166-1 code of two letters.")
    homepage = WebAddressOrNull()
    same_as = SameAs()


class SourceBody(bodies.WriteSerializer):
    """What is known of a document, as it is written."""

    type = bodies.Choice(choices=SourceType.choices, required=False, default=SourceType.ARTICLE.value)
    title = bodies.Text(max_length=500)
    url = WebAddressOrNull(help_text="Where it was published, if on the web; no two documents share one.")
    publisher = bodies.Reference(Publisher.objects.all(), required=False, default=None, allow_null=True)
    agency = bodies.Reference(
        Publisher.objects.all(),
        required=False,
        default=None,
        allow_null=True,
        help_text="The wire service it came from.",
    )
    copy_of = bodies.Reference(
        Source.objects.all(),
        required=False,
        default=None,
        allow_null=True,
        help_text="The dispatch that this document repeats.",
    )
    authors = serializers.ListField(
        child=bodies.Text(max_length=200), required=False, default=list, max_length=bodies.MOST_PARTS
    )
    translator = bodies.TextOrNull(max_length=200)
    language = bodies.Language(help_text="BCP 47 tag.")
    published_at = PartialDate()
    retrieved_at = serializers.DateTimeField(required=False, default=None, allow_null=True)
    archived_at = WebAddressOrNull(help_text="Address of an archived copy.")
    licence = bodies.Choice(
        choices=Licence.choices,
        required=False,
        default=Licence.UNKNOWN.value,
        help_text="SPDX identifier where there is one.",
    )


class RevisionBody(bodies.WriteSerializer):
    """The words of a document: as text, or byte for byte in base64."""

    text = bodies.Text(required=False, trim_whitespace=False, help_text="Either this or `raw`.")
    raw = bodies.Bytes(required=False, help_text="The bytes as they came, in base64 (RFC 4648).")
    media_type = bodies.Choice(choices=READ_TYPES, required=False, default=PLAIN, help_text="Of a web page text/html.")
    encoding = bodies.NullableText(max_length=40, help_text="Of `raw`, such as windows-1252; null: as it says itself.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Put the bytes in `raw`, whichever way they came, and in `member` which one that was."""
        text, raw = attrs.pop("text", None), attrs.get("raw")
        if (text is None) == (raw is None):
            raise serializers.ValidationError("Give the words either as text or as raw.")
        if text is not None and attrs["encoding"] is not None:
            raise serializers.ValidationError({"encoding": ["It is of raw bytes; a text has none."]})
        if text is None:
            return {**attrs, "member": "raw"}
        return {**attrs, "raw": text.encode("utf-8"), "encoding": "utf-8", "member": "text"}


class ImportBody(SourceBody, RevisionBody):
    """A document as it comes in. What is not said is looked for in the document itself."""

    type = bodies.Choice(choices=SourceType.choices, required=False, default=None, allow_null=True)
    title = bodies.TextOrNull(max_length=500, help_text="Null: as the document says.")
    language = bodies.LanguageOrNull(help_text="BCP 47 tag; null: as the words show.")  # type: ignore[assignment]  # a document may say it itself
    licence = bodies.Choice(choices=Licence.choices, required=False, default=None, allow_null=True)
    allow_duplicate = bodies.Flag(
        required=False, default=False, help_text="True: import it though its words are recorded already."
    )
