"""How documents and publishers look in answers."""

from typing import Any

from rest_framework import serializers

from config.http.serializers import DateBound, HexField, PublicOnly, TextOrNull, UrlOrNull, Urls
from sources.models import Publisher, Source
from sources.models.documents import Licence, SourceType
from sources.models.publishers import PublisherKind

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
    same_as = Urls(help_text="Its pages in other registers, such as Wikidata.")


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
    retrieved_at = serializers.DateTimeField(allow_null=True)
    archived_at = UrlOrNull(help_text="Address of an archived copy.")
    licence = serializers.ChoiceField(choices=Licence.choices, help_text="SPDX identifier where there is one.")


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
