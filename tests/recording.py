"""Statements as tests write them: drafts with their parts, in one call."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction

from claims.models import Appearance, Attribution, Statement, Topic
from claims.services.recording import Part, Report, StatementRows, report_rows, rows_of, store, store_parts
from config.writing.refusals import check_deferred_rules

_PARENTS = {"statement", "source_text"}  # stored, or about to be


@transaction.atomic
def record_statement(
    *,
    parts: Sequence[Part],
    report: Report | None = None,
    wordings: Iterable[Mapping[str, Any]] = (),
    topics: Iterable[Topic] = (),
    values: Mapping[str, Any],
) -> Statement:
    """Store a draft with its attributions, wordings, topics and first appearance, all or nothing."""
    statement = Statement(**values)
    statement.full_clean()
    rows = rows_of(
        statement=statement,
        parts=parts,
        reports=[(report, parts)] if report else [],
        wordings=list(wordings),
        topics=[topic.pk for topic in topics],
    )
    for row in [*rows.appearances, *rows.wordings]:
        row.full_clean(validate_unique=False, validate_constraints=False, exclude=_PARENTS)
    store([rows])
    check_deferred_rules()
    return statement


def add_appearance(*, statement: Statement, report: Report, parts: Sequence[tuple[Part, Attribution]]) -> Appearance:
    """Store how one more document reports a statement."""
    rows = StatementRows(statement)
    appearance = report_rows(rows, report, parts)
    appearance.full_clean()
    store_parts([rows])
    return appearance
