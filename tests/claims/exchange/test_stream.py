"""GET /api/v1/statements/export/."""

import csv
import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.db import Error, connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from psycopg.pq import TransactionStatus

from claims.exchange import csv_rows, streaming
from claims.services.reviewing import withdraw
from config.access.roles import Role
from sources.models import Source
from tests import factories
from tests.asking import Api
from tests.writing import Writer

PATH = "/api/v1/statements/export/"
LIST = "/api/v1/statements/"


def asked(api: Api, **parameters: Any) -> Any:
    answer = api.client.get(PATH, parameters)
    assert answer.status_code == 200, answer.content
    return answer


def body(api: Api, **parameters: Any) -> str:
    text: str = asked(api, **parameters).getvalue().decode()
    return text


def rows(api: Api, **parameters: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in body(api, **parameters).split("\n")[:-1]]


def ids(api: Api, **parameters: Any) -> list[str]:
    return [row["id"] for row in rows(api, **parameters)]


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


@pytest.fixture(autouse=True)
def _places() -> Iterator[None]:
    """Give back the places of what a test does not read to its end, as the server does."""
    yield
    for stream in list(streaming.Stream._open):
        stream.close()


@pytest.fixture
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read two rows at once, so that a few of them take several times."""
    monkeypatch.setattr(streaming, "ROWS", 2)
    monkeypatch.setattr(streaming, "DOCUMENTS", 2)


@contextmanager
def locked(name: str) -> Iterator[None]:
    """Keep everybody from reading a table, so that a query is cut off by its time."""
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute(f"BEGIN; LOCK TABLE {name}")
        yield
    finally:
        other.close()


def test_each_line_is_what_the_list_writes(api: Api) -> None:
    factories.full()
    listed = api.client.get(LIST, {"limit": 100}).content.decode()
    lines = body(api).splitlines()
    assert len(lines) == 3
    assert "[" + ",".join(lines) + "]" == listed.removeprefix('{"results":').split(',"next":')[0]


def test_the_header_names_a_file_and_what_is_in_it(api: Api) -> None:
    answer = asked(api)
    assert answer["Content-Type"] == "application/x-ndjson"
    assert answer["Content-Disposition"] == 'attachment; filename="statements.ndjson"'
    assert answer.getvalue() == b""
    answer = asked(api, format="csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert answer["Content-Disposition"] == 'attachment; filename="statements.csv"'


@pytest.mark.usefixtures("few_at_once")
def test_it_has_all_rows_once_in_the_order_asked_for(api: Api) -> None:
    made = [str(factories.published(said_at=day).pk) for day in ("2023", "2021", "2024", "2022", "2025")]
    by_day = [made[at] for at in (1, 3, 0, 2, 4)]
    assert ids(api) == by_day[::-1]
    assert ids(api, order="newest") == by_day[::-1]
    assert ids(api, order="oldest") == by_day
    assert ids(api, order="updated") == made
    assert api.refused(PATH, order="relevance")[0][0] == "order"


@pytest.mark.usefixtures("few_at_once")
def test_it_takes_the_filters_of_the_list(api: Api) -> None:
    ada = factories.speaker("Ada")
    hers = [str(factories.published(speakers=[ada], act=act).pk) for act in ("deny", "warn", "deny")]
    factories.published(act="deny")
    assert ids(api, speaker=ada.pk, order="updated") == hers
    assert sorted(ids(api, speaker=ada.pk, act="deny")) == sorted([hers[0], hers[2]])
    assert ids(api, speaker=ada.pk, not_act="deny") == [hers[1]]
    assert api.refused(PATH, speaker="Ada")[0][0] == "speaker"
    for unknown in ({"limit": 2}, {"cursor": "x"}, {"count": "true"}, {"expand": "speakers"}):
        assert api.get(PATH, 400, **unknown)["type"] == "/api/problems/#unknown-parameter"


def test_members_are_chosen_of_json_alone(api: Api) -> None:
    statement = factories.published()
    assert rows(api, fields="id,version") == [{"id": str(statement.pk), "version": statement.version}]
    assert "appearances" not in rows(api, omit="appearances")[0]
    assert api.refused(PATH, format="csv", fields="id") == [("fields", "It is for format=ndjson alone.")]
    assert api.refused(PATH, bom="true") == [("bom", "It is for format=csv alone.")]
    assert api.refused(PATH, format="xml") == [("format", "“xml” is not one of: ndjson, csv.")]


def test_any_media_type_may_be_accepted(api: Api) -> None:
    assert api.client.get(PATH, headers={"accept": "text/csv"}).status_code == 200


def test_the_table_has_a_line_for_each_statement(api: Api) -> None:
    statement = factories.full()
    text = body(api, format="csv")
    assert text.startswith("id,status,said_at,")
    assert text.count("\r\n") == text.count("\n") == 4
    row = next(one for one in table(text) if one["id"] == str(statement.pk))
    (speaker, *_) = [one.speaker for one in statement.attributions.all()]
    assert row["speakers"] == speaker.name
    assert row["speaker_ids"] == str(speaker.pk)
    assert row["roles"].startswith("porte-parole")
    assert row["organizations"].startswith("Ministère")
    assert row["on_behalf_of"].startswith("Utopie")
    assert (row["said_at"], row["said_at_earliest"], row["said_at_latest"]) == ("2024-11", "2024-11-01", "2024-11-30")
    assert (row["act"], row["attitude"], row["intensity"]) == ("express", "concern", "3")
    assert row["quotes"] == "profonde préoccupation […] les livraisons d’armement"
    assert (row["quotation_types"], row["is_headline"]) == ("mixed", "false")
    assert row["wordings"].split(csv_rows.BETWEEN)[1].strip() == "deep concern"
    assert (row["wording_languages"], row["wording_is_original"]) == ("fr | en", "false | false")
    assert row["source_dates"] == "2024-11-16"
    assert row["publishers"].startswith("Gazette")
    assert row["agencies"].startswith("Agence")
    assert row["relayed_by"].startswith("Tokyo")
    assert row["claims"].startswith("affirms: Utopie")
    assert row["event"].startswith("Conférence")
    assert row["version"] == str(api.get(f"{LIST}{statement.pk}/")["version"])


def test_joint_speakers_have_as_many_roles(api: Api) -> None:
    factories.published(speakers=[factories.speaker("Ada"), factories.speaker("Bo")])
    (row,) = table(body(api, format="csv"))
    assert sorted(row["speakers"].split(csv_rows.BETWEEN)) == ["Ada", "Bo"]
    assert len(row["certainties"].split(csv_rows.BETWEEN)) == 2
    assert row["roles"] == ""


def test_a_byte_order_mark_is_there_for_who_asks(api: Api) -> None:
    assert asked(api, format="csv", bom="true").getvalue().startswith(b"\xef\xbb\xbfid,")
    assert asked(api, format="csv", bom="false").getvalue().startswith(b"id,")


def test_a_spreadsheet_gets_no_formula(api: Api) -> None:
    factories.published(speakers=[factories.speaker("=HYPERLINK(1)")], revision=factories.source(title='@SUM, "a"\n'))
    (row,) = table(body(api, format="csv"))
    assert row["speakers"] == "'=HYPERLINK(1)"
    assert row["source_titles"].startswith("'@SUM")
    assert rows(api)[0]["speakers"][0]["speaker"]["name"] == "=HYPERLINK(1)"


@given(
    st.lists(st.one_of(st.none(), st.text(alphabet=st.one_of(st.sampled_from("=+-@\t\r\n'\",|;＝ "), st.characters()))))
)
def test_no_cell_begins_as_a_formula_does(values: list[str | None]) -> None:
    text = csv_rows.cell(values)
    assert not text.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝"))
    joined = csv_rows.BETWEEN.join(value or "" for value in values) if any(values) else ""
    assert text.replace("'", "") == joined.replace("'", "")
    # some spreadsheets part cells at these too
    for piece in re.split(r"[;\t\r\n]", text):
        assert not piece.lstrip().startswith(("=", "+", "-", "@", "＝"))


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=2))
def test_what_is_written_is_read_again(cells: list[str]) -> None:
    assert next(csv.reader(io.StringIO(csv_rows._line(cells), newline=""), strict=True)) == cells


def test_drafts_are_for_those_who_see_them(api: Api) -> None:
    public = str(factories.published().pk)
    draft = str(factories.draft().pk)
    assert ids(api) == [public]
    assert api.client.get(PATH, {"status": "draft"}).json()["type"] == "/api/problems/#unknown-parameter"
    curator = Writer(Role.CURATOR)
    for query, found in (("", [public]), ("?status=draft", [draft])):
        answer: Any = curator.client.get(PATH + query)
        assert [json.loads(line)["id"] for line in answer.getvalue().splitlines()] == found


def test_head_reads_no_row(api: Api) -> None:
    factories.published()
    with CaptureQueriesContext(connection) as queries:
        answer: Any = api.client.head(PATH, {"format": "csv", "act": "deny"})
    assert (answer.status_code, answer["Content-Type"]) == (200, csv_type := "text/csv; charset=utf-8; header=present")
    assert answer.getvalue() == b""
    assert not queries.captured_queries, csv_type
    assert api.client.head(PATH, {"act": "no"}).status_code == 400


@pytest.mark.usefixtures("few_at_once")
def test_what_changes_meanwhile_comes_at_most_once(api: Api) -> None:
    documents = [factories.source(published_at=str(2020 + number)) for number in range(6)]
    made = [factories.published(revision=document) for document in documents]
    answer = asked(api, order="oldest")
    pieces = iter(answer.streaming_content)
    read = next(pieces)
    factories.published(said_at="2030")
    withdraw(statement_id=made[3].pk, reason="Misattributed.")
    for at in (0, 4):
        Source.objects.filter(pk=documents[at].source_id).update(published_at="2031")
    assert ids(api, order="oldest")[-2:] == [str(made[0].pk), str(made[4].pk)]
    found = [json.loads(line) for line in (read + b"".join(pieces)).splitlines()]
    assert [row["id"] for row in found] == [str(made[at].pk) for at in (0, 1, 2, 4, 5)]
    days = [row["appearances"][0]["source"]["published_at"] for row in found]
    assert days == ["2020", "2021", "2022", "2031", "2025"]


@pytest.mark.usefixtures("few_at_once")
def test_the_number_of_queries_goes_by_what_is_read_at_once(api: Api) -> None:
    numbers = []
    for _ in range(2):
        for _ in range(4):
            factories.full()
        with CaptureQueriesContext(connection) as queries:
            count = len(rows(api))
        numbers.append((count, len(queries)))
    (few, queries_of_few), (many, queries_of_many) = numbers
    assert (few, many) == (12, 24)
    assert queries_of_many - queries_of_few <= 6 * 17


def test_only_so_many_are_sent_at_once(api: Api) -> None:
    factories.published()
    most = settings.ENVIRONMENT.THREADS // 2
    answers = [asked(api) for _ in range(most)]
    refused = api.client.get(PATH)
    assert refused.status_code == 503
    assert refused.json()["detail"] == streaming.TOO_MANY
    assert int(refused["Retry-After"]) > 0
    assert api.client.get(LIST).status_code == 200
    answers[0].getvalue()
    answers[0] = asked(api)
    for answer in answers:
        answer.getvalue()
    assert len(streaming.Stream._open) == 0


@pytest.mark.django_db(transaction=True, databases=["default", "public"])
@pytest.mark.usefixtures("few_at_once")
class TestOnItsOwnConnection:
    @pytest.fixture
    def api(self) -> Api:
        return Api(Client(headers={"host": "localhost"}))

    def test_it_holds_no_transaction_between_pieces(self, api: Api) -> None:
        for _ in range(5):
            factories.published()
        seen = []
        for _piece in asked(api).streaming_content:
            public: Any = connections["public"]
            seen.append(public.connection.info.transaction_status)
        assert seen == [TransactionStatus.IDLE] * 3

    def test_a_query_that_takes_too_long_is_a_problem_at_first(self, api: Api) -> None:
        factories.published()
        with locked("claims_statementdocument"):
            assert api.get(PATH, 503)["type"] == "/api/problems/#too-slow"
        assert len(streaming.Stream._open) == 0
        assert len(rows(api)) == 1

    @pytest.mark.parametrize("form", ["ndjson", "csv"])
    def test_what_fails_under_way_cannot_be_taken_for_the_whole(self, api: Api, form: str) -> None:
        for _ in range(5):
            factories.published()
        answer = asked(api, format=form)
        received = []
        read = {"ndjson": "claims_statementdocument", "csv": "claims_wording"}[form]
        with locked(read), pytest.raises(Error):  # noqa: PT012 it fails under way
            for piece in answer.streaming_content:
                received.append(piece)  # noqa: PERF402
        *whole, broken = received
        assert len(whole) == 1
        assert streaming.INCOMPLETE in broken.decode()
        assert len(streaming.Stream._open) == 0
        if form == "csv":
            assert len(table(whole[0].decode())) == 2
            with pytest.raises(csv.Error):
                table(b"".join(received).decode())
        else:
            *_rows, last = b"".join(received).splitlines()
            assert len(_rows) == 2
            with pytest.raises(json.JSONDecodeError):
                json.loads(last)

    def test_it_waits_for_a_database_that_comes_back(self, api: Api) -> None:
        for _ in range(5):
            factories.published()
        pieces = iter(asked(api).streaming_content)
        first = next(pieces)
        public: Any = connections["public"]
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [public.connection.info.backend_pid])
        assert len((first + b"".join(pieces)).splitlines()) == 5
