"""The same statement elsewhere: two drafts become one at once, a draft and a public statement when it is published."""

from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission, User

from claims.desk.decisions import linking
from claims.desk.decisions.base import Desk
from claims.desk.decisions.linking import link, undo_link
from claims.desk.models import Link
from claims.models import Appearance, Speaker, Statement
from claims.proposals.models import Candidate
from claims.services.reviewing import publish, return_to_draft, submit, withdraw
from claims.services.uniting import unite_statements
from sources.models import SourceText
from tests import factories
from tests.claims.desk.desks import decide, post, refused, sit_down

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> Speaker:
    return factories.speaker("Ada Essai")


@pytest.fixture
def revision() -> SourceText:
    return factories.source()


@pytest.fixture
def desk(revision: SourceText) -> Desk:
    return sit_down(revision, "curator")


def item_of(statement: Statement) -> Any:
    """The accepted candidate of a draft's words, by which the desk knows it."""
    place = statement.appearances.get()
    segment = place.segments.get()
    return Candidate.objects.create(
        source_text=place.source_text,
        start=segment.start,
        end=segment.end,
        engine="hand",
        state="accepted",
        statement=statement,
    )


class TestTwoDrafts:
    def test_they_become_the_other_one_and_the_item_follows(self, desk: Desk, revision: Any, ada: Speaker) -> None:
        draft, other = factories.draft(speakers=[ada], revision=revision), factories.draft(speakers=[ada])
        item, there = item_of(draft), other.appearances.get().source_text
        done = decide(link, desk, {"to": str(other.pk)}, item.pk)
        assert (done.changed, done.removed, done.undo) == ([item.pk], [], None)
        assert not Statement.objects.filter(pk=draft.pk).exists()
        assert Candidate.objects.get(pk=item.pk).statement == other
        assert {one.source_text for one in other.appearances.all()} == {revision, there}
        assert desk.items.get(item.pk).statement == other

    def test_an_item_without_a_candidate_follows_too(self, desk: Desk, revision: Any, ada: Speaker) -> None:
        place = factories.draft(speakers=[ada], revision=revision).appearances.get()
        other = factories.draft(speakers=[ada])
        assert decide(link, desk, {"to": str(other.pk)}, place.pk).changed == [place.pk]
        assert Appearance.objects.get(pk=place.pk).statement == other

    def test_what_the_draft_was_linked_with_the_kept_one_is(self, desk: Desk, revision: Any, ada: Speaker) -> None:
        public = factories.published(speakers=[ada])
        place = factories.draft(speakers=[ada], revision=revision).appearances.get()
        other = factories.draft(speakers=[ada])
        decide(link, desk, {"to": str(public.pk)}, place.pk)
        decide(link, desk, {"to": str(other.pk)}, place.pk)
        assert list(Link.objects.values_list("statement", "same_as")) == [(other.pk, public.pk)]

    def test_all_items_of_the_kept_one_are_answered(self, desk: Desk, revision: Any, ada: Speaker) -> None:
        place = factories.draft(speakers=[ada], revision=revision).appearances.get()
        other = factories.draft(speakers=[ada], revision=revision, words="livraisons d’armement")
        done = decide(link, desk, {"to": str(other.pk)}, place.pk)
        assert set(done.changed) == {place.pk, *other.appearances.values_list("pk", flat=True)}

    @pytest.mark.parametrize(
        ("status", "sentence"), [("in_review", "is in review"), ("withdrawn", "was withdrawn"), ("other", "Different")]
    )
    def test_what_uniting_refuses_is_told_and_nothing_changes(
        self, desk: Desk, revision: Any, ada: Speaker, status: str, sentence: str
    ) -> None:
        draft = factories.draft(speakers=[ada], revision=revision)
        item = item_of(draft)
        if status == "withdrawn":
            other = factories.withdrawn(speakers=[ada])
        else:
            other = factories.draft(speakers=[ada if status == "in_review" else factories.speaker("Bo")])
        if status == "in_review":
            submit(statement_id=other.pk, by=factories.user("author"))
        before = Candidate.objects.get(pk=item.pk).version, draft.version
        problem = refused(link, desk, {"to": str(other.pk)}, item.pk)
        assert (problem["status"], problem["kind"]) == (409, "step")
        assert sentence in problem["detail"]
        draft.refresh_from_db()
        assert (Candidate.objects.get(pk=item.pk).version, draft.version) == before

    def test_itself_is_refused(self, desk: Desk, revision: Any, ada: Speaker) -> None:
        draft = factories.draft(speakers=[ada], revision=revision)
        problem = refused(link, desk, {"to": str(draft.pk)}, draft.appearances.get().pk)
        assert problem["kind"] == "step"


class TestWithAPublicOne:
    @pytest.fixture
    def draft(self, revision: SourceText, ada: Speaker) -> Statement:
        return factories.draft(speakers=[ada], revision=revision)

    @pytest.fixture
    def public(self, ada: Speaker) -> Statement:
        return factories.published(speakers=[ada])

    def test_it_is_noted_and_taken_away_again(self, desk: Desk, draft: Statement, public: Statement) -> None:
        item = draft.appearances.get().pk
        done = decide(link, desk, {"to": str(public.pk)}, item)
        assert done.changed == [item]
        held = Link.objects.get()
        assert (held.statement, held.same_as, held.linked_by) == (draft, public, desk.person)
        assert desk.items.document(item)["link"] == str(public.pk)
        done = decide(link, desk, {"to": None}, item)
        assert (done.changed, Link.objects.count()) == ([item], 0)
        assert desk.items.document(item)["link"] is None

    def test_saying_it_again_changes_nothing(self, desk: Desk, draft: Statement, public: Statement) -> None:
        item = draft.appearances.get().pk
        decide(link, desk, {"to": str(public.pk)}, item)
        noted = Link.objects.get().linked_at
        assert decide(link, desk, {"to": str(public.pk)}, item).undo is None
        assert Link.objects.get().linked_at == noted
        decide(link, desk, {"to": None}, item)
        assert decide(link, desk, {"to": None}, item).undo is None

    def test_each_is_undone_to_what_was_before(
        self, desk: Desk, draft: Statement, public: Statement, ada: Speaker
    ) -> None:
        item, second = draft.appearances.get().pk, factories.published(speakers=[ada])
        steps = [str(public.pk), str(second.pk), None]
        undos = [decide(link, desk, {"to": to}, item).undo for to in steps]
        was = []
        for undo in reversed(undos):
            assert undo is not None
            assert undo_link(desk, undo).changed == [item]
            was.append(next((str(one.same_as_id) for one in Link.objects.all()), None))
        assert was == [str(second.pk), str(public.pk), None]

    def test_what_was_linked_otherwise_since_is_not_undone(
        self, desk: Desk, draft: Statement, public: Statement, ada: Speaker
    ) -> None:
        item = draft.appearances.get().pk
        first = decide(link, desk, {"to": str(public.pk)}, item).undo
        decide(link, desk, {"to": str(factories.published(speakers=[ada]).pk)}, item)
        assert first is not None
        with pytest.raises(Exception, match="cannot be undone"):
            undo_link(desk, first)

    def test_different_speakers_are_refused_at_once(self, desk: Desk, draft: Statement) -> None:
        other = factories.published(speakers=[factories.speaker("Bo")])
        problem = refused(link, desk, {"to": str(other.pk)}, draft.appearances.get().pk)
        assert problem["kind"] == "step"
        assert "Different speakers" in problem["detail"]
        assert not Link.objects.exists()


class TestWhoMay:
    def test_a_contributor_links_own_drafts_alone(self, revision: SourceText, ada: Speaker) -> None:
        desk = sit_down(revision, "contributor", "contributors")
        mine = factories.draft(speakers=[ada], revision=revision, created_by=desk.person)
        place = mine.appearances.get().pk
        hidden, public = factories.draft(speakers=[ada]), factories.published(speakers=[ada])
        problem = refused(link, desk, {"to": str(hidden.pk)}, place)
        unknown = refused(link, desk, {"to": str(uuid4())}, place)
        assert problem == unknown  # the draft of another is not there
        assert problem["errors"][0]["pointer"] == "/to"
        decide(link, desk, {"to": str(public.pk)}, place)
        assert Link.objects.get().statement == mine

    def test_the_draft_of_another_is_not_linked_by_a_contributor(self, revision: SourceText, ada: Speaker) -> None:
        place = factories.draft(speakers=[ada], revision=revision).appearances.get().pk
        desk = sit_down(revision, "contributor", "contributors")
        public = factories.published(speakers=[ada])
        assert refused(link, desk, {"to": str(public.pk)}, place)["status"] == 403
        assert not Link.objects.exists()

    def test_who_sees_drafts_and_may_not_change_them_links_none(self, revision: SourceText, ada: Speaker) -> None:
        user = User.objects.create_user("onlooker", is_staff=True)
        seeing = ["add_statement", "view_statement", "edit_others_statement"]
        user.user_permissions.set(Permission.objects.filter(codename__in=seeing))
        desk = sit_down(revision, "onlooker")
        place = factories.draft(speakers=[ada], revision=revision).appearances.get().pk
        for other in (factories.draft(speakers=[ada]), factories.published(speakers=[ada])):
            assert refused(link, desk, {"to": str(other.pk)}, place)["status"] == 403
        assert refused(link, desk, {"to": None}, place)["status"] == 403
        assert Statement.objects.count() == 3

    def test_only_a_draft_is_linked(self, desk: Desk, revision: SourceText, ada: Speaker) -> None:
        draft = factories.draft(speakers=[ada], revision=revision)
        submit(statement_id=draft.pk, by=factories.user("author"))
        to = {"to": str(factories.published(speakers=[ada]).pk)}
        assert refused(link, desk, to, draft.appearances.get().pk)["kind"] == "step"
        start = revision.text.index("samedi")
        open_one = Candidate.objects.create(source_text=revision, start=start, end=start + 6, engine="hand")
        assert refused(link, desk, to, open_one.pk)["kind"] == "step"

    def test_a_version_that_is_old_is_stale(self, desk: Desk, revision: SourceText, ada: Speaker) -> None:
        draft = factories.draft(speakers=[ada], revision=revision)
        to = {"to": str(factories.draft(speakers=[ada]).pk)}
        problem = refused(link, desk, to, draft.appearances.get().pk, seen=draft.version + 1)
        assert (problem["kind"], problem["item"]["version"]) == ("stale", draft.version)

    @pytest.mark.parametrize("given", [{}, {"to": 5}, {"to": "x"}, {"to": [str(uuid4())]}, {"to": None, "into": 1}])
    def test_a_wrong_body_is_refused(self, desk: Desk, revision: SourceText, ada: Speaker, given: Any) -> None:
        draft = factories.draft(speakers=[ada], revision=revision)
        problem = refused(link, desk, given, draft.appearances.get().pk)
        assert problem["status"] == 400
        assert problem["errors"][0]["pointer"] in {"/to", "/into"}


class TestPublishedElsewhere:
    def linked(self, desk: Desk, ada: Speaker) -> tuple[Statement, Statement]:
        draft = factories.draft(speakers=[ada], revision=desk.revision)
        public = factories.published(speakers=[ada])
        decide(link, desk, {"to": str(public.pk)}, draft.appearances.get().pk)
        return draft, public

    def test_its_link_is_pending_until_it_is_carried_out(self, desk: Desk, ada: Speaker) -> None:
        draft, public = self.linked(desk, ada)
        assert not linking.pending().exists()
        factories.put_out(draft)
        assert [one.statement for one in linking.pending()] == [draft]
        done = linking.carry_out([draft.pk], by=desk.person)
        assert (done.kept, done.refused) == ({public.pk}, {})
        assert not Link.objects.exists()
        draft.refresh_from_db()
        assert (draft.status, draft.merged_into) == ("withdrawn", public)

    def test_one_that_was_made_one_by_hand_is_not_pending(self, desk: Desk, ada: Speaker) -> None:
        draft, public = self.linked(desk, ada)
        factories.put_out(draft)
        unite_statements(statement_id=draft.pk, into_id=public.pk, by=desk.person)
        assert not linking.pending().exists()

    def test_it_becomes_one_with_what_the_public_one_is_one_with_by_then(self, desk: Desk, ada: Speaker) -> None:
        draft, public = self.linked(desk, ada)
        further = factories.published(speakers=[ada])
        unite_statements(statement_id=public.pk, into_id=further.pk, by=desk.person)
        factories.put_out(draft)
        assert linking.carry_out([draft.pk], by=desk.person).kept == {further.pk}

    def test_one_that_the_other_became_one_with_needs_nothing_more(self, desk: Desk, ada: Speaker) -> None:
        draft, public = self.linked(desk, ada)
        factories.put_out(draft)
        unite_statements(statement_id=public.pk, into_id=draft.pk, by=desk.person)
        assert linking.carry_out([draft.pk], by=desk.person).refused == {}
        assert not Link.objects.exists()

    @pytest.mark.parametrize("returned", [False, True])
    def test_what_cannot_be_carried_out_stays_with_the_reason(self, desk: Desk, ada: Speaker, returned: bool) -> None:
        draft, public = self.linked(desk, ada)
        candidate = item_of(draft)
        withdraw(statement_id=public.pk, reason="Wrong.")
        if returned:
            return_to_draft(statement_id=public.pk, reason="To be mended.")
        factories.put_out(draft)
        done = linking.carry_out([draft.pk], by=desk.person)
        assert set(done.refused) == {draft.pk}
        assert done.kept == set()
        assert linking.pending().get().statement == draft
        candidate.refresh_from_db()
        assert candidate.statement == draft

    def test_publishing_again_by_the_service_alone_carries_nothing_out(self, desk: Desk, ada: Speaker) -> None:
        draft, _public = self.linked(desk, ada)
        submit(statement_id=draft.pk, by=factories.user("author"))
        publish(statement_id=draft.pk, by=factories.user("reviewer"))
        draft.refresh_from_db()
        assert (draft.status, Link.objects.count()) == ("published", 1)


class TestAsked:
    def test_the_page_gets_the_item_with_its_link_and_undoes_it(self, desk: Desk, ada: Speaker) -> None:
        draft, public = factories.draft(speakers=[ada], revision=desk.revision), factories.published(speakers=[ada])
        place = str(draft.appearances.get().pk)
        answer = post(desk, "link", {"to": str(public.pk)}, about=place, seen=draft.version)
        assert [one["link"] for one in answer["items"]] == [str(public.pk)]
        assert [one["id"] for one in answer["statements"]] == [str(public.pk)]
        assert answer["undoable"] == 1
        answer = post(desk, "undo", {"group": None})
        assert (answer["undone"], [one["link"] for one in answer["items"]]) == ("link", [None])
        assert not Link.objects.exists()

    def test_the_page_gets_the_item_as_the_statement_that_two_drafts_became(self, desk: Desk, ada: Speaker) -> None:
        draft, other = factories.draft(speakers=[ada], revision=desk.revision), factories.draft(speakers=[ada])
        row = item_of(draft)
        item, seen = str(row.pk), row.version + draft.version
        answer = post(desk, "link", {"to": str(other.pk)}, about=item, seen=seen)
        assert [(one["id"], one["statement"], one["state"]) for one in answer["items"]] == [
            (item, str(other.pk), "draft")
        ]
        assert answer["removed"] == []
        assert answer["undoable"] == 0
