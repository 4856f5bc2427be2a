"""`python -m tests.bench.importing [1000]`: the import of so many statements next to a loop that records each alone.

Both on a database of their own, in one run, so that the ratio says more than the times, which are the machine's.
"""

import io
import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import django


def main() -> None:
    """Measure and print a table."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from django.db import connection

    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        table = _measured(count)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
    print(f"{count} statements with all that belongs to them")
    for what, seconds in table.items():
        print(f"  {what:<28} {seconds:8.2f} s {count / seconds:8.0f} statements/s")
    ratio = table["one after the other"] / table["import_dataset"]
    print(f"  import_dataset is {ratio:.1f} times as fast as recording one after the other")


def _measured(count: int) -> dict[str, float]:
    from tests.bench.generated import dataset

    data = dataset(count)
    header, *lines = data.splitlines(keepends=True)
    statements = [line for line in lines if line.startswith(b'{"record":"statement"')]
    before = [line for line in lines if not line.startswith((b'{"record":"statement"', b'{"record":"relation"'))]
    _import(header.split(b',"records"')[0] + b"}\n" + b"".join(before))
    return {
        "one after the other": _undone(lambda: _record(statements)),
        "import_dataset": _undone(lambda: _import(b"".join(statements))),
        "import_dataset, again": _seconds_of_the_second(b"".join(statements)),
        "export_dataset": _seconds(_export),
    }


def _seconds(what: Callable[[], Any]) -> float:
    started = time.perf_counter()
    what()
    return time.perf_counter() - started


def _undone(what: Callable[[], Any]) -> float:
    from django.db import transaction

    with transaction.atomic():
        seconds = _seconds(what)
        transaction.set_rollback(True)
    return seconds


def _seconds_of_the_second(data: bytes) -> float:
    _import(data)
    return _seconds(lambda: _import(data))


def _export() -> None:
    from claims.exchange.exporting import export_dataset

    for line, _total in export_dataset():
        line.encode("utf-8")


def _import(data: bytes) -> None:
    from claims.exchange.importing import import_dataset
    from claims.exchange.reading import numbered

    result = import_dataset(numbered(io.BytesIO(data)), name="bench", refuse=_stop)
    assert result.lines == len(data.splitlines())


def _stop(number: int, _raw: bytes, problems: Any) -> None:
    raise AssertionError(f"line {number}: {problems}")


def _record(statements: list[bytes]) -> None:
    """Record each alone with the service that curators' forms use, and what they add to it."""
    from uuid import UUID

    from claims.models import Membership, Position, Speaker, Topic
    from claims.services.recording import Part, Passing, Report
    from claims.text.spans import Span
    from sources.models import SourceText
    from tests.recording import add_appearance, record_statement

    def span(words: Any) -> Span | None:
        return Span(words["start"], words["end"]) if words else None

    def part(row: Any, mentions: Any) -> Part:
        printed = mentions.get((row["speaker"], row["kind"]), {})
        held = row["membership"]
        return Part(
            speaker=Speaker(id=UUID(row["speaker"])),
            kind=row["kind"],
            certainty=row["certainty"],
            membership=Membership(id=UUID(held)) if held else None,
            has_no_role=not held,
            mention=span(printed.get("name")),
            role=span(printed.get("role")),
        )

    def report(row: Any) -> Report:
        return Report(
            revision=SourceText.objects.select_related("source").get(source=row["source"], number=row["revision"]),
            segments=[Span(one["start"], one["end"]) for one in row["segments"]],
            quotation_type=row["quotation_type"],
            language=row["language"],
            cue=span(row["cue"]),
            is_headline=row["is_headline"],
            relays=[Passing(Speaker(id=UUID(one["speaker"])), span(one["mention"])) for one in row["relays"]],
        )

    def printed(row: Any, appearance: Any) -> list[Part]:
        mentions = {(one["speaker"], one["kind"]): one for one in appearance.get("mentions", [])}
        return [part(one, mentions) for one in row["attributions"]]

    for raw in statements:
        row = json.loads(raw)
        first, *more = row["appearances"] or [{}]
        statement = record_statement(
            parts=printed(row, first),
            report=report(first) if first else None,
            wordings=[{**one, "translator": one["translator"] or ""} for one in row["wordings"]],
            topics=[Topic(id=UUID(topic)) for topic in row["topics"]],
            values={
                **{name: row[name] for name in ("said_at", "act", "attitude", "intensity")},
                **{name: row[name] or "" for name in ("said_at_text", "said_at_basis", "cameo", "intensity_phrase")},
                "event_id": row["event"],
            },
        )
        attributions = list(statement.attributions.order_by("id"))
        for one in more:
            parts = list(zip(printed(row, one), attributions, strict=True))
            add_appearance(statement=statement, report=report(one), parts=parts)
        for one in row["positions"]:
            Position.objects.create(statement=statement, claim_id=UUID(one["claim"]), stance=one["stance"])


if __name__ == "__main__":
    main()
