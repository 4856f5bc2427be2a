"""Publishers, the documents they put out, and the words of these."""

from sources.models.documents import Licence, Source, SourceText, SourceType
from sources.models.publishers import Publisher, PublisherKind, PublisherSameAs

__all__ = [
    "Licence",
    "Publisher",
    "PublisherKind",
    "PublisherSameAs",
    "Source",
    "SourceText",
    "SourceType",
]
