"""The page of a source: its text with the statements marked, and a list of them."""

from typing import Any

from django.http import HttpRequest

from claims.models import Appearance
from claims.services.rights import seen_statements
from claims.text import marking
from claims.text.spans import Span
from config.access.permissions import access_of
from sources.models import Source, SourceText


def reading_context(request: HttpRequest, source: Source) -> dict[str, Any]:
    """Return what the page of a source shows: one revision's text in pieces, and the statements marked in it."""
    revisions = list(source.texts.without_content().order_by("-number"))
    number = request.GET.get("revision", "")
    chosen = next((row for row in revisions if str(row.number) == number), revisions[0] if revisions else None)
    if chosen is None:
        return {"revision": None}
    revision = source.texts.defer("raw").get(pk=chosen.pk)
    appearances = list(appearances_in(revision, request))
    return {
        "revision": revision,
        "revisions": revisions,
        "pieces": marking.pieces(revision.text, [mark for one in appearances for mark in _marks(one)]),
        "appearances": appearances,
        "can_attribute": request.user.has_perm("claims.add_statement"),
    }


def appearances_in(revision: SourceText, request: HttpRequest) -> Any:
    """Return the appearances in a revision that the person sees, in reading order, with what a line shows."""
    seen = seen_statements(access_of(request)).order_by().values("pk")
    return (
        Appearance.objects.filter(source_text=revision, statement__in=seen)
        .in_reading_order()
        .select_related("statement")
        .prefetch_related("segments", "statement__attributions__speaker", "statement__wordings", "relays__speaker")
    )


def _marks(appearance: Appearance) -> list[marking.Mark]:
    return [
        marking.Mark(Span(segment.start, segment.end), str(appearance.statement_id), appearance.statement.status)
        for segment in appearance.segments.all()
    ]
