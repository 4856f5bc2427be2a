"""Documents coming in: imported once, however often and by however many at once."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from pathlib import PurePath
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from config.visible import is_blank
from config.writing.refusals import check_deferred_rules, refusal_of
from sources.messages import translated
from sources.models import Publisher, PublisherKind, Source, SourceText
from sources.models.fields import LANGUAGE_TAG
from sources.text import html, metadata, urls
from sources.text.decoding import EncodingError, TextError, check_characters, decode, encoding_of
from sources.text.metadata import Found

PLAIN, HTML = "text/plain", "text/html"
MEDIA_TYPES = (PLAIN, HTML)


class ImportRefused(Exception):  # noqa: N818 a refusal is what it is, and no defect
    """A document cannot be imported: `field` is at fault, `sentence` says what was wrong and what would be right.

    `field` is a field of Metadata, or "text", "encoding", "media_type" or "copy_of".
    """

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(f"{field}: {sentence}")
        self.field = field
        self.sentence = sentence


class Outcome(StrEnum):
    """What an import did."""

    CREATED = "created"
    NEW_REVISION = "new_revision"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, kw_only=True)
class Metadata:
    """What a person says of a document; what is None or empty is looked for in the document itself.

    Publisher and agency are rows or names: the one of that name is taken, or made where there is none.
    `published_at` is a partial date; `language` a BCP 47 tag; addresses are http(s).
    """

    title: str | None = None
    url: str | None = None
    publisher: Publisher | str | None = None
    agency: Publisher | str | None = None
    authors: Sequence[str] | None = None
    translator: str | None = None
    language: str | None = None
    published_at: str | None = None
    type: str | None = None
    licence: str | None = None
    retrieved_at: datetime | None = None
    archived_at: str | None = None


@dataclass(frozen=True, kw_only=True)
class ImportResult:
    """What became of a document.

    `source` and `text` are the rows made, or those that were there already (UNCHANGED, DUPLICATE), their words left
    in the database. `found` is what the document says about itself, used or not.
    """

    outcome: Outcome
    source: Source
    text: SourceText
    found: Found = field(default_factory=Found)


@dataclass(frozen=True)
class Words:
    """A document read: its bytes, how they were read, the text, and what it says about itself."""

    raw: bytes
    media_type: str
    encoding: str
    text: str
    found: Found

    @property
    def sha256(self) -> bytes:
        return urls.sha256(self.text)


def guess_media_type(raw: bytes, name: str) -> str:
    """Return "text/html" for what is named or begins like a web page, else "text/plain"."""
    suffix = PurePath(name.replace("\0", "")).suffix.lower()
    if suffix in {".html", ".htm", ".xhtml"} or (suffix != ".txt" and html.looks_like_html(raw)):
        return HTML
    return PLAIN


def import_text(
    *,
    raw: bytes,
    metadata: Metadata = Metadata(),
    media_type: str = PLAIN,
    encoding: str | None = None,
    copy_of: Source | UUID | None = None,
    allow_duplicate: bool = False,
    is_complete: bool = False,
    dry_run: bool = False,
) -> ImportResult:
    """Record a document from its bytes, all or nothing, and say what became of it.

    - CREATED: a source with revision 1;
    - NEW_REVISION: the address is recorded with other words: the next revision there, its metadata left as they are;
    - UNCHANGED: the address is recorded with these words, now or in an earlier revision;
    - DUPLICATE: the words are recorded under another address or none; nothing is imported, unless `allow_duplicate`
      or `copy_of` says that this is meant.

    What `metadata` says wins over what is found in the document; where it `is_complete`, because a person has seen
    what was found, what it leaves out is left out. `encoding` None means: as the bytes declare, else
    UTF-8. A `dry_run` answers the same and stores nothing. Safe for many at once: an import waits for another one of
    the same address or words. Raise ImportRefused, with nothing stored, for what cannot be kept.
    """
    words = read_words(raw, media_type, encoding)
    found = Found() if is_complete else words.found
    wanted = _checked(metadata, found)
    original = _original(copy_of)
    with _refusing(), transaction.atomic():
        _lock(words.sha256, *([urls.sha256(wanted.url)] if wanted.url else []), *_name_keys(wanted))
        result = _known(words, wanted, metadata, is_meant=allow_duplicate or original is not None)
        if result is None:
            source = _create_source(wanted, found, original)
            result = ImportResult(
                outcome=Outcome.CREATED, source=source, text=_create_text(source, words, 1), found=words.found
            )
        check_deferred_rules()
        if dry_run:
            transaction.set_rollback(True)
    return result


def add_revision(*, source: Source, raw: bytes, media_type: str = PLAIN, encoding: str | None = None) -> ImportResult:
    """Record newer words of a document: NEW_REVISION, or UNCHANGED where one of its revisions has them already.

    Raise ImportRefused, with nothing stored, for what cannot be kept.
    """
    words = read_words(raw, media_type, encoding)
    with _refusing(), transaction.atomic():
        result = _revise(source, words)
        check_deferred_rules()
    return result


def read_words(raw: bytes, media_type: str, encoding: str | None) -> Words:
    """Read a document as `import_text` does, and store nothing. Raise ImportRefused for what cannot be kept."""
    if media_type not in MEDIA_TYPES:
        raise ImportRefused(
            "media_type",
            _("“%(type)s” cannot be read: it must be one of %(types)s.")
            % {"type": media_type[:100], "types": ", ".join(MEDIA_TYPES)},
        )
    try:
        if media_type == HTML:
            text, used, found = html.read(raw, encoding)
        else:
            text, used = decode(raw, encoding or "utf-8"), encoding_of(raw, encoding or "utf-8")
            found = metadata.find(text)
    except EncodingError as error:
        raise ImportRefused("encoding", translated(error)) from None
    except TextError as error:
        raise ImportRefused("text", translated(error)) from None
    return Words(raw, media_type, used, text, found)


def _checked(given: Metadata, found: Found) -> Metadata:
    """The metadata to record: what was given, then what was found. Raise ImportRefused where something is wrong."""
    merged = {one.name: getattr(given, one.name) or getattr(found, one.name, None) for one in fields(Metadata)}
    for name, value in merged.items():
        for one in value if isinstance(value, list | tuple) else [value]:
            _check_string(name, one)
            if isinstance(one, str) and one and is_blank(one):
                raise ImportRefused(name, _("It has no character in it that can be seen."))
    if merged["url"]:
        try:
            merged["url"] = urls.canonical(merged["url"])
        except urls.WebAddressError as error:
            raise ImportRefused("url", translated(error)) from None
    if not merged["language"]:
        raise ImportRefused(
            "language", _("The text does not let its language be told: give it, as a BCP 47 tag such as fr or en-GB.")
        )
    if not re.fullmatch(LANGUAGE_TAG, merged["language"]):
        raise ImportRefused(
            "language",
            _("“%(tag)s” is not a language: give a BCP 47 tag, such as fr or en-GB.")
            % {"tag": merged["language"][:40]},
        )
    wanted = Metadata(**merged)
    try:
        _source(wanted, None).clean_fields(exclude=["publisher", "agency", "copy_of"])
    except ValidationError as error:
        name, sentences = next(iter(error.message_dict.items()))
        raise ImportRefused(name, sentences[0]) from None
    return wanted


def _check_string(name: str, value: Any) -> None:
    if not isinstance(value, str):
        return
    try:
        check_characters(value)
    except TextError as error:
        raise ImportRefused(name, translated(error)) from None
    if name in {"publisher", "agency"} and len(value) > (most := Publisher._meta.get_field("name").max_length or 0):
        raise ImportRefused(
            name, _("The name has %(size)s characters; %(most)s are the most.") % {"size": len(value), "most": most}
        )


def _original(copy_of: Source | UUID | None) -> Source | None:
    if copy_of is None or isinstance(copy_of, Source):
        return copy_of
    source = Source.objects.filter(pk=copy_of).first()
    if source is None:
        raise ImportRefused("copy_of", _("There is no source %(id)s.") % {"id": copy_of})
    return source


def _lock(*hashes: bytes) -> None:
    """Wait until nobody else imports the same address, words or publisher; until the end of the transaction.

    Always in the same order, so that two imports never wait for each other.
    """
    keys = sorted({int.from_bytes(one[:8], "big", signed=True) for one in hashes})
    with connection.cursor() as cursor:
        for key in keys:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


def _name_keys(wanted: Metadata) -> list[bytes]:
    names = [name for name in (wanted.publisher, wanted.agency) if isinstance(name, str)]
    if not names:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT text_sha256('publisher ' || fold_text(name)) FROM unnest(%s::text[]) AS name", [names])
        return [bytes(key) for (key,) in cursor.fetchall()]


def _known(words: Words, wanted: Metadata, given: Metadata, *, is_meant: bool) -> ImportResult | None:
    """What there is already under the address or with the words, and what becomes of it; None where it is new."""
    source = Source.objects.at(wanted.url) if wanted.url else None
    if source is not None:
        if not given.url and not source.texts.with_words(words.sha256).exists():
            raise ImportRefused(
                "url",
                _(
                    "The page says that its address is %(url)s, which is recorded with other words (“%(title)s”):"
                    " give that address to add a revision there, or another one."
                )
                % {"url": wanted.url, "title": source.title},
            )
        return _revise(source, words)
    same = SourceText.objects.with_words(words.sha256).select_related("source").first()
    if same is None or is_meant:
        return None
    return ImportResult(outcome=Outcome.DUPLICATE, source=same.source, text=same, found=words.found)


def _revise(source: Source, words: Words) -> ImportResult:
    # Two revisions at once would take the same number: the row is the queue.
    Source.objects.select_for_update(no_key=True).only("pk").get(pk=source.pk)
    same = source.texts.with_words(words.sha256).first()
    if same is not None:
        return ImportResult(outcome=Outcome.UNCHANGED, source=source, text=same, found=words.found)
    last = source.texts.aggregate(last=Max("number"))["last"] or 0
    text = _create_text(source, words, last + 1)
    return ImportResult(outcome=Outcome.NEW_REVISION, source=source, text=text, found=words.found)


def _source(wanted: Metadata, original: Source | None) -> Source:
    source = Source(
        title=(wanted.title or "").strip(),
        url=wanted.url or None,
        authors=[name.strip() for name in wanted.authors or ()],
        translator=(wanted.translator or "").strip(),
        language=wanted.language or "",
        published_at=wanted.published_at or None,
        retrieved_at=wanted.retrieved_at,
        archived_at=wanted.archived_at or None,
        copy_of=original,
    )
    source.type = wanted.type or source.type
    source.licence = wanted.licence or source.licence
    return source


def _create_source(wanted: Metadata, found: Found, original: Source | None) -> Source:
    source = _source(wanted, original)
    is_found = wanted.publisher == found.publisher
    source.publisher = _publisher("publisher", wanted.publisher, PublisherKind.NEWSPAPER, is_found=is_found)
    is_found = wanted.agency == found.agency
    source.agency = _publisher("agency", wanted.agency, PublisherKind.NEWS_AGENCY, is_found=is_found)
    source.save(force_insert=True)
    return source


def _create_text(source: Source, words: Words, number: int) -> SourceText:
    return SourceText.objects.create(
        source=source,
        number=number,
        raw=words.raw,
        media_type=words.media_type,
        encoding=words.encoding,
        text=words.text,
    )


def _publisher(name: str, wanted: Publisher | str | None, kind: str, *, is_found: bool) -> Publisher | None:
    """The publisher of that name, made where there is none.

    Several: an error where a person gave the name; left open where it was found in the document.
    """
    if wanted is None or isinstance(wanted, Publisher):
        return wanted
    called = " ".join(wanted.split())
    same = list(Publisher.objects.called(called)[:10])
    if len(same) > 1 and not is_found:
        listed = "; ".join(f"{one.name} ({one.get_kind_display()}, {one.pk})" for one in same)
        raise ImportRefused(
            name,
            _("Several publishers have the name “%(name)s”: %(listed)s. Choose one in the admin.")
            % {"name": called, "listed": listed},
        )
    if len(same) > 1:
        return None
    return same[0] if same else Publisher.objects.create(name=called, kind=kind)


@contextmanager
def _refusing() -> Iterator[None]:
    """Turn what the database refuses into ImportRefused."""
    try:
        yield
    except DatabaseError as error:
        refusal = refusal_of(error)
        if refusal is None:
            raise
        raise ImportRefused(refusal.field or "text", refusal.sentence) from error
