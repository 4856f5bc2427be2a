"""What very many statements name is followed in steps; readers have what is fresh at once."""

import io
from collections.abc import Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command

from claims.models import (
    Appearance,
    Attribution,
    PendingChange,
    PendingStatement,
    Speaker,
    Statement,
)
from claims.querysets.documents import Document, fresh_documents
from claims.services import following
from claims.services.following import follow_changes
from config.writing.refusals import check_deferred_rules
from tests import factories
from tests.asking import Api
from tests.claims.documents import NAMED, documents, normal, serialized, sql, three, wrong

PATH = "/api/v1/statements/"


def etag_of(api: Api, path: str) -> str:
    answer = api.client.get(path)
    assert answer.status_code == 200, answer.content
    return str(answer.headers["ETag"])


def same_names() -> tuple[Statement, Statement]:
    """Return two statements with everything but relations that name the same rows."""
    first, second = factories.full_draft(), factories.full_draft()
    for one in second.attributions.all():
        same = first.attributions.get(kind=one.kind)
        Attribution.objects.filter(pk=one.pk).update(speaker=same.speaker, membership=same.membership)
    mine, others = (row.appearances.get() for row in (second, first))
    Appearance.objects.filter(pk=mine.pk).update(source_text=others.source_text)
    mine.relays.update(speaker=others.relays.get().speaker)
    second.topics.set(first.topics.all())
    second.positions.update(claim=first.positions.get().claim)
    Statement.objects.filter(pk=second.pk).update(event=first.event)
    return factories.put_out(first), factories.put_out(second)


def rendered_anew(keys: Sequence[UUID]) -> dict[UUID, Document]:
    rows = sql("SELECT statement_id, version, body FROM public.statement_documents(%s)", list(keys))
    return {key: Document(version, sha256(body).digest()[:8], bytes(body)) for key, version, body in rows}


class TestLargeChanges:
    def test_readers_have_what_is_fresh_at_once(self, api: Api, few_are_many: None) -> None:
        _first, other, last = three()
        paths = [PATH, f"{PATH}?q=quai", f"{PATH}?speaker={last.attributions.get().speaker_id}", f"{PATH}{last.pk}/"]
        paths += [f"{PATH}?order=updated", f"{PATH}?q=quai&order=relevance", f"{PATH}?act=assert&q=quai"]
        tags = {path: etag_of(api, path) for path in paths}
        untouched = etag_of(api, f"{PATH}{other.pk}/")
        Speaker.objects.filter(name="Ada").update(name="Eva")
        for path, tag in tags.items():
            answer = api.client.get(path, headers={"If-None-Match": tag})
            assert answer.status_code == 200, path
            assert b'"name":"Eva"' in answer.content, path
            assert b'"name":"Ada"' not in answer.content, path
            assert api.client.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304, path
            tags[path] = answer.headers["ETag"]
        assert etag_of(api, f"{PATH}{other.pk}/") == untouched
        follow_changes()
        assert {path: etag_of(api, path) for path in paths} == tags
        assert documents() == serialized()

    @pytest.mark.parametrize(("model", "columns"), NAMED, ids=lambda one: getattr(one, "__name__", ""))
    def test_readers_have_each_column_of_another_row_as_it_is(
        self, model: Any, columns: dict[str, list[Any]], few_are_many: None
    ) -> None:
        shared = [factories.full(), *same_names(), *same_names()]
        keys = [one.pk for one in shared]
        for column, values in columns.items():
            for value in values:
                rows = model.objects.all() if column != "url" else [shared[-1].appearances.get().source_text.source]
                for row in rows:
                    setattr(row, column, value)
                    row.save()
                check_deferred_rules()
                assert PendingStatement.objects.exists(), (column, value)
                fresh = fresh_documents(keys, using="default")
                now = serialized()
                assert {key: normal(one.body) for key, one in fresh.items()} == {key: now[key] for key in keys}
                assert fresh == rendered_anew(keys)
                follow_changes()
                assert documents() == serialized()

    def test_words_lead_to_them_as_soon_as_they_were_followed(self, api: Api, few_are_many: None) -> None:
        first, _other, last = three()
        Speaker.objects.filter(name="Ada").update(name="Quenouille")
        follow_changes()
        assert api.ids(PATH, q="quenouille") == [str(last.pk), str(first.pk)]
        assert api.ids(PATH, q="Ada", search_in="speakers") == []
        assert wrong() == set()

    def test_it_goes_on_where_it_was_broken_off(self, few_are_many: None) -> None:
        three()
        Speaker.objects.filter(name="Ada").update(name="Eva")

        def broken_off(_seconds: float) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            follow_changes(broken_off)
        assert sum("Eva" in body for body in documents().values()) == 1
        assert wrong() == set()
        assert PendingStatement.objects.count() == 1
        steps: list[float] = []
        follow_changes(steps.append)
        assert len(steps) == 1
        assert not PendingChange.objects.exists()
        assert documents() == serialized()

    def test_a_change_beneath_another_is_followed_from_the_beginning(self, few_are_many: None) -> None:
        three()
        Speaker.objects.filter(name="Ada").update(name="Eva")
        following._step()
        Speaker.objects.filter(name="Eva").update(name="Ida")
        assert PendingStatement.objects.count() == 2
        follow_changes()
        assert documents() == serialized()
        assert wrong() == set()

    def test_a_statement_changed_meanwhile_is_fresh_at_once(self, few_are_many: None) -> None:
        first, _other, last = three()
        Speaker.objects.filter(name="Ada").update(name="Eva")
        sql("SET LOCAL record.act = 'unite'")
        Statement.objects.filter(pk=last.pk).update(act="deny")
        check_deferred_rules()
        assert "Eva" in documents()[last.pk]
        assert "Ada" in documents()[first.pk]
        follow_changes()
        assert documents() == serialized()

    def test_rows_that_no_document_at_hand_shows_are_rendered(self, api: Api, few_are_many: None) -> None:
        first, _other, last = three()
        Speaker.objects.filter(name="Ada").update(name="Eva")
        # who is written anew to see how the row stands is the first of them, and names it no more
        unseen = factories.speaker("Ida")
        sql("SET LOCAL record.act = 'unite'")
        sql("UPDATE claims_attribution SET speaker_id = %s WHERE statement_id = %s", unseen.pk, first.pk)
        check_deferred_rules()
        assert {row.statement_id for row in PendingStatement.objects.all()} == {first.pk, last.pk}
        shown = {row["id"]: row["speakers"][0]["speaker"]["name"] for row in api.get(PATH)["results"]}
        assert (shown[str(first.pk)], shown[str(last.pk)]) == ("Ida", "Eva")
        follow_changes()
        assert documents() == serialized()

    def test_the_command_finishes_and_says_so(self, few_are_many: None) -> None:
        three()
        Speaker.objects.filter(name="Ada").update(name="Eva")
        out = io.StringIO()
        call_command("follow_changes", stdout=out)
        assert out.getvalue() == "Nothing is pending.\n"
        assert documents() == serialized()

    def test_what_names_a_large_row_goes_and_the_change_ends(self, few_are_many: None) -> None:
        three()
        Speaker.objects.filter(name="Ada").update(name="Eva")
        sql("UPDATE claims_pendingchange SET key = %s", uuid4())
        follow_changes()
        assert not PendingChange.objects.exists()


@pytest.mark.parametrize(("load", "rests"), [(0.5, []), (1000.0, [0.25])], ids=["free", "busy"])
def test_who_follows_makes_way_where_there_is_more_to_do_than_processors(
    load: float, rests: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    rested: list[float] = []
    monkeypatch.setattr("os.getloadavg", lambda: (load, 0.0, 0.0))
    monkeypatch.setattr("time.sleep", rested.append)
    following._make_way(0.25)
    assert rested == rests
