"""What very many statements name is followed in steps; readers have what is fresh at once."""

import io
from uuid import uuid4

import pytest
from django.core.management import call_command

from claims.models import (
    PendingChange,
    Speaker,
    Statement,
)
from claims.services import following
from claims.services.following import follow_changes
from config.writing.refusals import check_deferred_rules
from tests.asking import Api
from tests.claims.documents import documents, serialized, sql, three, wrong

PATH = "/api/v1/statements/"


def etag_of(api: Api, path: str) -> str:
    answer = api.client.get(path)
    assert answer.status_code == 200, answer.content
    return str(answer.headers["ETag"])


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

        def broken_off() -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            follow_changes(broken_off)
        assert sum("Eva" in body for body in documents().values()) == 1
        assert wrong() == set()
        assert PendingChange.objects.get().after is not None
        steps: list[None] = []
        follow_changes(lambda: steps.append(None))
        assert len(steps) == 2
        assert not PendingChange.objects.exists()
        assert documents() == serialized()

    def test_a_change_beneath_another_is_followed_from_the_beginning(self, few_are_many: None) -> None:
        three()
        Speaker.objects.filter(name="Ada").update(name="Eva")
        following._step()
        Speaker.objects.filter(name="Eva").update(name="Ida")
        assert PendingChange.objects.get().after is None
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
