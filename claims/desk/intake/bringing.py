"""Documents coming in at the desk: kept between two pages, likened to what is there, recorded once."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.db.models import F, Func, Q, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from claims.desk.cast import named_in
from claims.desk.models import Intake
from claims.desk.state import read_first
from sources.models import Source, SourceText
from sources.services import ImportRefused, Metadata, Outcome, Words, import_text, read_words
from sources.text import partial_dates

KEPT = timedelta(days=1)
MOST_KEPT = 20  # documents of one person that wait
NEAR = timedelta(days=3)
FEW = 5  # alike documents that are shown
MOST_COMPARED = 1000  # texts of the days around
PASSAGES, PASSAGE = 3, 120  # how many are looked for, of how many characters


@dataclass(frozen=True, kw_only=True)
class Alike:
    """What is recorded already and may be the same document, or one that it copies.

    `at_address` has the same address, `number` being its revision with these very words, if it has one; `same` have the
    same words, `near` the same title or a passage, and are of the days around.
    """

    at_address: Source | None = None
    number: int | None = None
    same: tuple[Source, ...] = ()
    near: tuple[Source, ...] = ()

    @property
    def others(self) -> tuple[Source, ...]:
        """Those that it may be a copy of."""
        return (*self.same, *self.near)


def take_in(
    *,
    user: Any,
    raw: bytes,
    media_type: str,
    encoding: str | None = None,
    url: str = "",
    retrieved_at: datetime | None = None,
) -> Intake:
    """Keep what came until it is recorded, for a day at the most; and clear away what was left lying."""
    now = timezone.now()
    Intake.objects.older_than(now - KEPT).delete()
    waiting = Intake.objects.of(user).order_by("-made_at").values("pk")[MOST_KEPT - 1 :]
    Intake.objects.filter(pk__in=list(waiting.values_list("pk", flat=True))).delete()
    return Intake.objects.create(
        user=user,
        raw=raw,
        media_type=media_type,
        encoding=encoding or "",
        url=url,
        retrieved_at=retrieved_at,
        made_at=now,
    )


def read(intake: Intake) -> Words:
    """Read the words of what came. Raise ImportRefused where they cannot be."""
    return read_words(bytes(intake.raw), intake.media_type, intake.encoding or None)


def alike(words: Words, *, url: str, title: str, published_at: str) -> Alike:
    """Return what is recorded and alike. `url` is canonical, `published_at` a partial date; each may be empty."""
    at_address = Source.objects.at(url) if url else None
    text = at_address.texts.with_words(words.sha256).first() if at_address else None
    known = [at_address.pk] if at_address else []
    same = _few(Source.objects.filter(texts__in=SourceText.objects.with_words(words.sha256).values("pk")), known)
    days = _days_around(published_at)
    near = _few(_of_title(title, days), [*known, *(one.pk for one in same)])
    if len(near) < FEW:
        shown = [*known, *(one.pk for one in (*same, *near))]
        near = (*near, *_few(_with_passages(words.text, days), shown))
    return Alike(at_address=at_address, number=text.number if text else None, same=same, near=near[:FEW])


@transaction.atomic
def record(
    intake: Intake, *, metadata: Metadata, copy_of: UUID | None, allow_duplicate: bool
) -> tuple[Source, Outcome]:
    """Record what came with what is known of it, propose its statements, and say what became of it.

    The row is locked, and no source was made of it yet. Raise ImportRefused, with nothing stored, for what cannot be
    kept.
    """
    result = import_text(
        raw=bytes(intake.raw),
        metadata=metadata,
        media_type=intake.media_type,
        encoding=intake.encoding or None,
        copy_of=copy_of,
        allow_duplicate=allow_duplicate,
        is_complete=True,
    )
    if result.outcome is Outcome.DUPLICATE:
        raise ImportRefused(
            "copy_of",
            _("These words were recorded meanwhile (“%(title)s”): say what this is.") % {"title": result.source.title},
        )
    read_first(result.text, named_in(result.text.text))
    intake.source, intake.raw = result.source, b""
    intake.save(update_fields=["source", "raw"])
    return result.source, result.outcome


def _few(sources: models.QuerySet[Source], besides: list[UUID]) -> tuple[Source, ...]:
    found = sources.exclude(pk__in=besides).select_related("publisher", "agency").order_by("id")
    return tuple(found.distinct()[:FEW])


def _days_around(published_at: str) -> tuple[date, date] | None:
    """The days near a date of publication; None for one that is open, or of more than a month."""
    try:
        bounds = partial_dates.parse(published_at)
    except partial_dates.PartialDateError:
        return None
    if bounds.latest - bounds.earliest > timedelta(days=31):
        return None
    return bounds.earliest - NEAR, bounds.latest + NEAR


def _of_title(title: str, days: tuple[date, date] | None) -> models.QuerySet[Source]:
    """Documents of the same title, in any case and accent; where the days are known, of these days or undated."""
    if not title.strip():
        return Source.objects.none()
    folded: dict[str, Any] = {"function": "fold_text", "output_field": models.TextField()}
    found = Source.objects.named(title).annotate(folded_title=Func(F("title"), **folded))
    found = found.filter(folded_title=Func(Value(title.strip()), **folded))
    if days is None:
        return found
    undated = Q(published_at=None)
    return found.filter(undated | Q(published_earliest__lte=days[1], published_latest__gte=days[0]))


def _with_passages(text: str, days: tuple[date, date] | None) -> models.QuerySet[Source]:
    """Documents that have a passage of the text, one from the midst of each of its longest paragraphs.

    Looked for in those of the days around; where these are not known, in those that were entered last.
    """
    longest = sorted((line.strip() for line in text.splitlines()), key=len, reverse=True)[:PASSAGES]
    middles = [line[(len(line) - PASSAGE) // 2 :][:PASSAGE] for line in longest if len(line) >= PASSAGE]
    has_one = Q(pk__in=[])
    for passage in middles:
        has_one |= Q(text__contains=passage)
    compared = SourceText.objects.filter(source__sort_date__range=days) if days else SourceText.objects.all()
    latest = compared.order_by("-id").values("pk")[:MOST_COMPARED]
    near = SourceText.objects.filter(pk__in=latest).filter(has_one)
    return Source.objects.filter(texts__in=near.order_by().values("pk"))
