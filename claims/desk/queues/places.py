"""Where statements stand and are worked on: what a line says of them, and the address of the desk at one of them."""

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from claims.desk.queues import queued
from claims.models import Appearance, Attribution, Statement
from claims.models.vocabularies import Status
from sources.models import SourceText


def with_words(statements: QuerySet[Statement]) -> QuerySet[Statement]:
    """Fetch what a line says of a statement: who says what, and where; what is in a latest text comes first."""
    speaking = Attribution.objects.of_speakers().select_related("speaker").order_by("id")
    printed = Appearance.objects.select_related("source_text__source").defer("source_text__raw", "source_text__text")
    return statements.prefetch_related(
        "wordings",
        "candidates",
        Prefetch("attributions", speaking),
        Prefetch("appearances", printed.annotate(is_behind=Exists(newer_texts())).order_by("is_behind", "id")),
        "appearances__segments",
    )


def newer_texts() -> QuerySet[SourceText]:
    """The later revisions of the text that an appearance is in."""
    return SourceText.objects.filter(
        source=OuterRef("source_text__source"), number__gt=OuterRef("source_text__number")
    ).order_by()


def anchors_with_words(rows: QuerySet[Appearance]) -> QuerySet[Appearance]:
    """Fetch what a line says of an appearance."""
    speaking = Attribution.objects.of_speakers().select_related("speaker").order_by("id")
    return (
        rows.select_related("statement", "source_text__source")
        .defer("source_text__raw", "source_text__text")
        .prefetch_related("segments", Prefetch("statement__attributions", speaking))
    )


def desk_address(statement: Statement, mode: str = "") -> str:
    """Return where a statement is worked on: at the desk, at its first appearance; its own page where it has none.

    The desk opens in the mode that its state asks for, unless another is given. `with_words` fetches what this needs.
    """
    appearance: Any = next(iter(statement.appearances.all()), None)
    if appearance is None:
        return reverse("admin:claims_statement_change", args=[statement.pk])
    query = {"item": str(item_of(statement, appearance))}
    if mode or statement.status == Status.IN_REVIEW:
        query["mode"] = mode or queued.REVIEW
    if appearance.is_behind:
        query["revision"] = str(appearance.source_text.number)
    return f"{reverse('desk:page', args=[appearance.source_text.source_id])}?{urlencode(query)}"


def item_of(statement: Statement, appearance: Appearance) -> UUID:
    """Return the item of the desk that an appearance is: that of the candidate it was made of, or its own."""
    of_text = (one for one in statement.candidates.all() if one.source_text_id == appearance.source_text_id)
    return next((one.pk for one in of_text), appearance.pk)
