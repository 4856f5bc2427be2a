"""Statements stored together are what statements stored row by row are, and break no rule that these keep."""

import copy
import io
import itertools
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from claims.exchange import importing, statements
from claims.exchange.importing import import_dataset
from claims.exchange.reading import numbered
from claims.models import Speaker, Statement, Topic
from claims.models.vocabularies import Status
from claims.services.storing import Rows, store_statements
from config.history.acting import Origin, acting
from config.writing.refusals import check_deferred_rules
from sources.models.fields import uuid7
from tests.bench.generated import dataset
from tests.claims.exchange.running import administrator
from tests.factories import user

#: in an order in which rows can be stored one by one
TABLES = [
    "statement",
    "attribution",
    "statementtopic",
    "wording",
    "appearance",
    "segment",
    "mention",
    "relay",
    "position",
]
STEPS = ("reviewed_by_id", "is_self_reviewed", "published_at", "withdrawn_reason")


def _one_by_one(many: Iterable[Rows], *, at: datetime, are_posted: bool) -> None:
    """Store each row by a query of its own, and take each step of the workflow by another."""
    assert not are_posted  # which happens in the end
    kept = [copy.deepcopy(dict(rows)) for rows in many]
    for rows in kept:
        (row,) = rows["statement"]
        created = {name: value for name, value in row.items() if name not in {"status", *STEPS}}
        apps.get_model("claims", "statement")(**created).save(force_insert=True)
        for table in TABLES[1:]:
            for part in rows[table]:
                apps.get_model("claims", table)(**part).save(force_insert=True)
    check_deferred_rules()
    for rows in kept:
        (row,) = rows["statement"]
        mine = Statement.objects.filter(pk=row["id"])
        if row["status"] != Status.DRAFT:
            mine.update(status=Status.IN_REVIEW, returned_reason="", submitted_at=at)
        if row["status"] in (Status.PUBLISHED, Status.WITHDRAWN):
            mine.update(status=Status.PUBLISHED, **{name: row[name] for name in STEPS[:3]})
        if row["status"] == Status.WITHDRAWN:
            mine.update(status=Status.WITHDRAWN, withdrawn_reason=row["withdrawn_reason"], withdrawn_at=at)


def _tables() -> dict[str, list[str]]:
    """All rows of the record and its history, without the numbers that sequences give."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if not table.startswith(("claims_", "sources_")):
                continue
            numbers = ["pgh_id"] + (["id", "pgh_obj_id"] if table.startswith("claims_statementtopic") else [])
            numbers += {"claims_statementsearch": ["id"], "claims_statementdocument": ["filed"]}.get(table, [])
            cursor.execute(f'SELECT (to_jsonb(row) - %s::text[])::text FROM "{table}" AS row ORDER BY 1', [numbers])
            found[table] = [one for (one,) in cursor.fetchall()]
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("is_published", [True, False], ids=["published", "drafts"])
def test_what_is_stored_together_is_what_is_stored_row_by_row_history_included(
    monkeypatch: pytest.MonkeyPatch, is_published: bool
) -> None:
    later = timezone.now() + timedelta(minutes=1)
    lines = dataset(250).splitlines(keepends=True)
    first = [one for one in lines[1:] if not one.startswith((b'{"record":"statement"', b'{"record":"relation"'))]
    said = [one for one in lines if one.startswith(b'{"record":"statement"')]
    author, publisher = user("author"), administrator() if is_published else None

    def stored(lines: list[bytes]) -> dict[str, list[str]]:
        numbers = itertools.count(1)
        monkeypatch.setattr(timezone, "now", lambda: later)
        monkeypatch.setattr(statements, "_new_id", lambda: f"0190a5c0-0000-7000-8000-{next(numbers):012x}")
        import_dataset(
            numbered(io.BytesIO(b"".join(lines))),
            name="file",
            by=author,
            publish_by=publisher,
            refuse=lambda *refused: pytest.fail(str(refused)),
        )
        return _tables()

    with acting(origin=Origin.COMMAND):
        stored(first)
        with transaction.atomic(), monkeypatch.context() as patched:
            patched.setattr(importing, "store_statements", _one_by_one)
            expected = stored(said)
            transaction.set_rollback(True)
        found = stored(said)
    assert len(expected["claims_statementchange"]) >= 250
    for table, rows in expected.items():
        assert found[table] == rows, table


WORDS = "profonde préoccupation"


def _given() -> dict[str, list[dict[str, Any]]]:
    """The rows of a statement with one part of each kind but positions, and what they name."""
    from tests.factories import source, speaker, topic

    text = source(text=f"Tokyo a dit sa {WORDS} à Ada, ministre, selon Oslo.")
    place = text.text.index
    said, appearance, attribution = str(uuid7()), str(uuid7()), str(uuid7())
    return {
        "statement": [
            {
                "id": said, "status": "draft", "said_at": None, "said_at_text": "", "said_at_basis": "",
                "event_id": None,
                "act": "assert", "cameo": "", "attitude": None, "intensity": None, "intensity_phrase": "",
                "returned_reason": "", "created_by_id": None,
            }
        ],
        "attribution": [
            {"id": attribution, "statement_id": said, "speaker_id": str(speaker().pk), "kind": "speaker",
             "certainty": "certain", "membership_id": None}
        ],
        "statementtopic": [{"statement_id": said, "topic_id": str(topic().pk)}],
        "wording": [
            {"id": str(uuid7()), "statement_id": said, "language": "fr", "text": WORDS, "is_original": False,
             "translator": ""}
        ],
        "appearance": [
            {"id": appearance, "statement_id": said, "source_text_id": str(text.pk), "quotation_type": "direct",
             "language": "fr", "is_headline": False, "cue_start": place("a dit"), "cue_end": place("a dit") + 5,
             "cue_exact": "a dit", "anchor_state": "exact"}
        ],
        "segment": [
            {"id": str(uuid7()), "appearance_id": appearance, "position": 1, "start": place(WORDS),
             "end": place(WORDS) + len(WORDS), "exact": WORDS, "prefix": "sa ", "suffix": " à Ada"}
        ],
        "mention": [
            {"id": str(uuid7()), "appearance_id": appearance, "attribution_id": attribution, "start": place("Ada"),
             "end": place("Ada") + 3, "exact": "Ada", "role_start": place("ministre"),
             "role_end": place("ministre") + 8, "role_exact": "ministre"}
        ],
        "relay": [
            {"id": str(uuid7()), "appearance_id": appearance, "level": 1, "speaker_id": str(speaker().pk),
             "start": place("Oslo"), "end": place("Oslo") + 4, "exact": "Oslo"}
        ],
    }  # fmt: skip


def _store(given: Rows) -> None:
    with transaction.atomic():
        store_statements([given], at=timezone.now())
        check_deferred_rules()


@pytest.mark.django_db
def test_it_stores_what_is_right() -> None:
    given = _given()
    _store(given)
    statement = Statement.objects.get(pk=given["statement"][0]["id"])
    assert (statement.version, statement.changes.count(), statement.search.count()) == (1, 1, 1)


def _merged(model: type[Any]) -> Callable[[dict[str, Any]], None]:
    def merge(row: dict[str, Any]) -> None:
        from tests.factories import speaker, topic

        gone, other = (speaker(), speaker()) if model is Speaker else (topic(), topic())
        model.objects.filter(pk=gone.pk).update(merged_into=other)
        row["speaker_id" if model is Speaker else "topic_id"] = str(gone.pk)

    return merge


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("table", "change", "rule"),
    [
        ("segment", {"exact": "profonde préoccupatioN"}, "segment_selects_its_words"),
        ("segment", {"prefix": "la "}, "segment_selects_its_words"),
        ("segment", {"suffix": " à Eve"}, "segment_selects_its_words"),
        ("segment", {"end": 900}, "segment_selects_its_words"),
        (
            "segment",
            {"start": 0, "end": 5, "exact": "Tokyo", "prefix": "? ", "suffix": ""},
            "segment_selects_its_words",
        ),
        ("segment", {"position": 2}, "segments_have_no_gaps"),
        ("mention", {"exact": "Eve"}, "mention_selects_its_words"),
        ("mention", {"role_exact": "Ministre"}, "mention_selects_its_words"),
        ("relay", {"exact": "Lima"}, "relay_selects_its_words"),
        ("relay", {"level": 2}, "relays_have_no_gaps"),
        ("relay", _merged(Speaker), "speaker_is_live"),
        ("appearance", {"cue_exact": "a dut"}, "appearance_selects_its_words"),
        ("attribution", _merged(Speaker), "speaker_is_live"),
        ("statementtopic", _merged(Topic), "topic_is_live"),
        ("statement", {"act": "sing"}, "statement_act_is_known"),
    ],
)
def test_it_refuses_what_row_by_row_is_refused(table: str, change: Any, rule: str) -> None:
    given = _given()
    if callable(change):
        change(given[table][0])
    else:
        given[table][0].update(change)
    with pytest.raises(IntegrityError) as caught:
        _store(given)
    assert getattr(caught.value.__cause__, "diag").constraint_name == rule  # noqa: B009 the stubs do not know it
    assert not Statement.objects.exists()


@pytest.mark.django_db
def test_an_appearance_needs_its_segments() -> None:
    given = _given()
    del given["segment"]
    with pytest.raises(IntegrityError, match="needs the words it quotes"):
        _store(given)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("gone", "sentence"), [("attribution", "at least one speaker"), ("wording", "needs its words")]
)
def test_what_is_published_is_complete(gone: str, sentence: str) -> None:
    given = _given()
    for table in ("appearance", "segment", "mention", "relay", gone):
        del given[table]
    given["statement"][0].update(
        status="published",
        reviewed_by_id=administrator().pk,
        is_self_reviewed=False,
        published_at="2025-02-13T10:30:00Z",
    )
    with pytest.raises(IntegrityError, match=sentence):
        _store(given)


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["attribution", "statementtopic", "wording", "appearance"])
def test_nothing_is_added_to_a_statement_that_was_there(table: str) -> None:
    there, given = _given(), _given()
    _store(there)
    given[table][0]["statement_id"] = there["statement"][0]["id"]
    with pytest.raises(IntegrityError):
        _store(given)
    other = _given()
    other["segment"][0]["appearance_id"] = there["appearance"][0]["id"]
    with pytest.raises(IntegrityError):
        _store(other)


@pytest.mark.django_db
def test_the_triggers_are_at_work_again_behind_it() -> None:
    _store(_given())
    with pytest.raises(IntegrityError, match="does not select these words"), connection.cursor() as cursor:
        cursor.execute("UPDATE claims_segment SET exact = upper(exact)")
