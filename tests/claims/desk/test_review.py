"""The steps of the workflow from the desk: each by who may, in the version they saw, all of a text at once."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse

from claims.desk.decisions.base import Asked, Desk
from claims.desk.decisions.linking import link, pending
from claims.desk.decisions.review import approve, publish, return_to_draft, send
from claims.desk.models import Link
from claims.models import Speaker, Statement
from claims.proposals.models import Candidate
from claims.services.reviewing import approve as approve_statement
from claims.services.reviewing import submit, withdraw
from config.http.problems import ProblemError
from sources.models import SourceText
from sources.models.fields import uuid7
from tests import factories
from tests.claims.desk.conftest import Sit, Sitting
from tests.claims.desk.desks import decide, post, refused, sit_down

pytestmark = pytest.mark.django_db
OTHER_WORDS = "livraisons d’armement"


@pytest.fixture
def ada() -> Speaker:
    return factories.speaker("Ada Essai")


@pytest.fixture
def revision() -> SourceText:
    return factories.source()


def place_of(statement: Statement) -> Any:
    return statement.appearances.get().pk


def status_of(statement: Statement) -> str:
    return str(Statement.objects.values_list("status", flat=True).get(pk=statement.pk))


def in_review(
    revision: SourceText, *, words: str = factories.WORDS, approved: bool = False, **values: Any
) -> Statement:
    """A statement in review, written and sent by the author; with `approved`, approved by another reviewer."""
    statement = factories.draft(revision=revision, words=words, **values)
    submit(statement_id=statement.pk, by=factories.user("author"))
    if approved:
        approve_statement(statement_id=statement.pk, by=factories.user("first reviewer"))
    return Statement.objects.get(pk=statement.pk)


class TestSending:
    def test_all_drafts_here_go_to_review(self, revision: SourceText) -> None:
        desk = sit_down(revision, "curator")
        drafts = [factories.draft(revision=revision, words=words) for words in (factories.WORDS, OTHER_WORDS)]
        elsewhere, there = factories.draft(), in_review(revision, words="Tokyo")
        done = decide(send, desk, {})
        assert [status_of(one) for one in (*drafts, elsewhere, there)] == ["in_review"] * 2 + ["draft", "in_review"]
        assert done.message == "2 sent to review."
        assert set(done.changed) == {place_of(one) for one in drafts}
        assert (done.refused, done.removed) == ([], [])
        assert set(done.undo["sent"]) == {str(one.pk) for one in drafts}  # type: ignore[index]  # they were sent
        assert Statement.objects.get(pk=drafts[0].pk).submitted_by == desk.person

    def test_one_that_is_refused_is_told_and_holds_no_other_up(self, revision: SourceText) -> None:
        desk = sit_down(revision, "curator")
        good, bad = (factories.draft(revision=revision, words=words) for words in (factories.WORDS, OTHER_WORDS))
        bad.attributions.all().delete()
        Candidate.objects.create(source_text=factories.source(), start=0, end=5, engine="hand")  # there is a next one
        done = decide(send, desk, {})
        assert (status_of(good), status_of(bad)) == ("in_review", "draft")
        assert done.refused == [(place_of(bad), "Nobody says it: add a speaker first.")]
        assert (done.message, done.next) == ("1 sent to review.", None)

    def test_a_contributor_sends_only_their_own(self, revision: SourceText) -> None:
        desk = sit_down(revision, "contributor", "contributors")
        own = factories.draft(revision=revision, words=OTHER_WORDS, created_by=desk.person)
        other = factories.draft(revision=revision)
        done = decide(send, desk, {})
        assert (status_of(own), status_of(other)) == ("in_review", "draft")
        assert done.changed == [place_of(own)]
        assert done.refused == []

    def test_it_leads_to_the_next_source_besides_this_one(self, revision: SourceText) -> None:
        desk = sit_down(revision, "curator")
        factories.draft(revision=revision)
        assert decide(send, desk, {}).next == reverse("desk:queues")
        assert decide(send, desk, {}).undo is None
        for text in (revision, following := factories.source()):
            Candidate.objects.create(source_text=text, start=0, end=5, engine="hand")
        assert decide(send, desk, {}).next == f"{reverse('desk:page', args=[following.source_id])}?mode=attribute"

    def test_one_that_is_gone_by_now_holds_no_other_up(self, revision: SourceText) -> None:
        desk = sit_down(revision, "curator")
        good, gone = (factories.draft(revision=revision, words=words) for words in (factories.WORDS, OTHER_WORDS))
        assert len(desk.items.all()) == 2
        Statement.objects.get(pk=gone.pk).delete()
        done = send(desk, Asked(key=uuid7(), group=uuid7(), about=None, seen=None, do="send", given={}))
        assert (status_of(good), done.refused, done.message) == ("in_review", [], "1 sent to review.")

    def test_one_that_was_changed_since_is_told(self, revision: SourceText) -> None:
        desk = sit_down(revision, "curator")
        draft = factories.draft(revision=revision)
        assert len(desk.items.all()) == 1
        Statement.objects.filter(pk=draft.pk).update(said_at_text="hier")
        done = send(desk, Asked(key=uuid7(), group=uuid7(), about=None, seen=None, do="send", given={}))
        assert (status_of(draft), len(done.refused), done.undo) == ("draft", 1, None)

    def test_who_may_change_no_statements_sends_none(self, revision: SourceText) -> None:
        user = User.objects.create_user("onlooker", is_staff=True)
        seeing = ["add_statement", "view_statement", "edit_others_statement"]
        user.user_permissions.set(Permission.objects.filter(codename__in=seeing))
        draft = factories.draft(revision=revision)
        assert refused(send, sit_down(revision, "onlooker"), {})["kind"] == "role"
        assert status_of(draft) == "draft"

    def test_what_it_does_not_take_is_refused(self, revision: SourceText) -> None:
        desk = sit_down(revision, "curator")
        assert refused(send, desk, {"all": True})["errors"][0]["pointer"] == "/all"

    def test_it_takes_as_many_queries_to_begin_with_whatever_is_here(
        self, revision: SourceText, django_assert_max_num_queries: Any
    ) -> None:
        desk = sit_down(revision, "curator")
        with django_assert_max_num_queries(30):
            decide(send, desk, {})


class TestApprovingAndReturning:
    @pytest.fixture
    def desk(self, revision: SourceText) -> Desk:
        return sit_down(revision, "second reviewer", "reviewers")

    def test_a_reviewer_approves(self, desk: Desk, revision: SourceText) -> None:
        statement = in_review(revision)
        done = decide(approve, desk, {}, place_of(statement))
        statement.refresh_from_db()
        assert (statement.status, statement.reviewed_by, statement.is_self_reviewed) == (
            "in_review",
            desk.person,
            False,
        )
        assert (done.changed, done.undo, done.message) == ([place_of(statement)], None, "Approved.")
        assert refused(approve, desk, {}, place_of(statement))["kind"] == "step"

    def test_own_work_is_refused_with_a_sentence(self, desk: Desk, revision: SourceText) -> None:
        statement = in_review(revision, created_by=desk.person)
        problem = refused(approve, desk, {}, place_of(statement))
        assert (problem["status"], problem["kind"]) == (409, "step")
        assert "yourself" in problem["detail"]

    def test_a_reviewer_returns_with_a_reason(self, desk: Desk, revision: SourceText) -> None:
        statement = in_review(revision, approved=True)
        done = decide(return_to_draft, desk, {"reason": "  Whose words?  "}, place_of(statement))
        statement.refresh_from_db()
        assert (statement.status, statement.returned_reason, statement.reviewed_by) == ("draft", "Whose words?", None)
        assert done.changed == [place_of(statement)]

    @pytest.mark.parametrize("reason", [None, "", "   ", 5, ["x"], "x" * 501, "a\0b"])
    def test_no_reason_or_one_too_long_is_refused(self, desk: Desk, revision: SourceText, reason: Any) -> None:
        statement = in_review(revision)
        problem = refused(return_to_draft, desk, {"reason": reason}, place_of(statement))
        assert (problem["status"], problem["errors"][0]["pointer"]) == (400, "/reason")
        assert status_of(statement) == "in_review"

    def test_only_what_is_in_review_is_approved_or_returned(self, desk: Desk, revision: SourceText) -> None:
        draft = factories.draft(revision=revision)
        gone = factories.published(revision=revision, words=OTHER_WORDS)
        withdraw(statement_id=gone.pk, reason="Wrong.")
        for one in (draft, gone):
            assert refused(approve, desk, {}, place_of(one))["kind"] == "step"
            assert refused(return_to_draft, desk, {"reason": "x"}, place_of(one))["kind"] == "step"
        assert [status_of(one) for one in (draft, gone)] == ["draft", "withdrawn"]

    def test_another_version_than_they_saw_is_stale(self, desk: Desk, revision: SourceText) -> None:
        statement = in_review(revision)
        for handler, given in ((approve, {}), (return_to_draft, {"reason": "x"})):
            problem = refused(handler, desk, given, place_of(statement), seen=statement.version - 1)
            assert (problem["kind"], problem["item"]["version"]) == ("stale", statement.version)
        assert Statement.objects.get(pk=statement.pk).reviewed_by is None

    @pytest.mark.parametrize("group", ["contributors", "curators"])
    def test_who_is_no_reviewer_does_neither(self, revision: SourceText, group: str) -> None:
        statement = in_review(revision, approved=True)
        desk = sit_down(revision, "somebody", group)
        for handler, given in ((approve, {}), (return_to_draft, {"reason": "x"}), (publish, {})):
            about = None if handler is publish else place_of(statement)
            assert refused(handler, desk, given, about)["kind"] == "role"
        assert status_of(statement) == "in_review"


class TestPublishing:
    @pytest.fixture
    def desk(self, revision: SourceText) -> Desk:
        return sit_down(revision, "second reviewer", "reviewers")

    def linked(self, revision: SourceText, ada: Speaker, public: Statement) -> Statement:
        """An approved statement of this text that was linked with a public one while it was a draft."""
        draft = factories.draft(revision=revision, speakers=[ada])
        decide(link, sit_down(revision, "curator"), {"to": str(public.pk)}, place_of(draft))
        submit(statement_id=draft.pk, by=factories.user("author"))
        return approve_statement(statement_id=draft.pk, by=factories.user("first reviewer"))

    def test_all_that_is_approved_here_is_published(self, desk: Desk, revision: SourceText) -> None:
        approved = in_review(revision, approved=True)
        waiting = in_review(revision, words=OTHER_WORDS)
        elsewhere = in_review(factories.source(), approved=True)
        done = decide(publish, desk, {})
        assert [status_of(one) for one in (approved, waiting, elsewhere)] == ["published", "in_review", "in_review"]
        assert (done.changed, done.message, done.undo) == ([place_of(approved)], "1 published.", None)

    def test_it_leads_to_the_next_source_to_review(self, desk: Desk, revision: SourceText) -> None:
        in_review(revision, approved=True)
        following = factories.source()
        in_review(following)
        assert decide(publish, desk, {}).next == f"{reverse('desk:page', args=[following.source_id])}?mode=review"

    def test_what_was_linked_becomes_one_with_the_public_one(
        self, desk: Desk, revision: SourceText, ada: Speaker
    ) -> None:
        public = factories.published(speakers=[ada])
        statement = self.linked(revision, ada, public)
        item = place_of(statement)
        candidate = Candidate.objects.create(
            source_text=revision, start=0, end=5, engine="hand", state="accepted", statement=statement
        )
        done = decide(publish, desk, {})
        statement.refresh_from_db()
        assert (statement.status, statement.merged_into) == ("withdrawn", public)
        assert revision in {one.source_text for one in public.appearances.all()}
        candidate.refresh_from_db()
        assert candidate.statement == public
        assert not Link.objects.exists()
        assert (done.refused, done.removed, len(done.changed)) == ([], [], 1)
        assert desk.items.get(done.changed[0]).statement == public
        assert item == desk.items.get(done.changed[0]).appearance.pk  # type: ignore[union-attr]  # it is a statement

    def test_a_link_that_is_refused_stays_and_is_told(self, desk: Desk, revision: SourceText, ada: Speaker) -> None:
        public = factories.published(speakers=[ada])
        statement = self.linked(revision, ada, public)
        withdraw(statement_id=public.pk, reason="Wrong.")
        done = decide(publish, desk, {})
        assert status_of(statement) == "published"
        ((item, sentence),) = done.refused
        assert item == place_of(statement)
        assert "was withdrawn" in sentence
        assert done.next is None
        assert pending().get().statement == statement

    def test_no_right_or_a_wrong_body_changes_nothing(self, desk: Desk, revision: SourceText) -> None:
        statement = in_review(revision, approved=True)
        with pytest.raises(ProblemError):
            decide(publish, desk, {"all": True})
        assert status_of(statement) == "in_review"


class TestLeaving:
    """Where no source follows, the page of the queues does, and says what became of this one."""

    TITLE = "Armes <b>& munitions"

    @pytest.fixture
    def revision(self) -> SourceText:
        return factories.source(title=self.TITLE)

    def told(self, seat: Sitting) -> list[Any]:
        """What that page says, once."""
        page = seat.client.get(reverse("desk:queues"))
        return [one.message for one in page.context["messages"]]

    def test_it_is_told_once_what_was_sent_and_the_way_back(self, sit: Sit, revision: SourceText) -> None:
        factories.draft(revision=revision)
        seat = sit(revision)
        answer = seat.decide("send")
        assert answer["next"] == reverse("desk:queues")
        assert "told" not in answer
        (message,) = self.told(seat)
        address = f"{reverse('desk:page', args=[revision.source_id])}?mode=attribute"
        assert message == (f'“Armes &lt;b&gt;&amp; munitions”: 1 sent to review. <a href="{address}">Back to it</a>')
        assert self.told(seat) == []

    def test_a_browser_that_asks_again_is_told_too(self, sit: Sit, revision: SourceText) -> None:
        """The first answer did not reach it, nor did what came with that."""
        factories.draft(revision=revision)
        seat = sit(revision)
        seat.decide("send")
        seat.client.cookies.pop("messages")
        seat.send(seat.body)
        assert seat.answer["Idempotency-Replayed"] == "true"
        assert len(self.told(seat)) == 1

    def test_what_was_published_is_told(self, sit: Sit, revision: SourceText) -> None:
        in_review(revision, approved=True)
        seat = sit(revision, "second reviewer", "reviewers")
        assert seat.decide("publish")["next"] == reverse("desk:queues")
        (message,) = self.told(seat)
        assert "1 published." in message
        assert "?mode=review" in message

    def test_where_nothing_was_sent_nothing_is_told(self, sit: Sit, revision: SourceText) -> None:
        seat = sit(revision)
        assert seat.decide("send")["next"] == reverse("desk:queues")
        assert self.told(seat) == []

    def test_who_goes_on_to_another_source_is_told_there_by_the_page(self, sit: Sit, revision: SourceText) -> None:
        factories.draft(revision=revision)
        Candidate.objects.create(source_text=factories.source(), start=0, end=5, engine="hand")
        seat = sit(revision)
        assert "/sources/" in seat.decide("send")["next"]
        assert self.told(seat) == []

    def test_who_has_something_to_mend_stays(self, sit: Sit, revision: SourceText) -> None:
        bad = factories.draft(revision=revision)
        factories.draft(revision=revision, words=OTHER_WORDS)
        bad.attributions.all().delete()
        seat = sit(revision)
        assert seat.decide("send")["next"] is None
        assert self.told(seat) == []


class TestAsked:
    def test_the_page_is_told_what_was_sent_and_what_was_refused(self, revision: SourceText) -> None:
        desk = sit_down(revision, "curator")
        good, bad = (factories.draft(revision=revision, words=words) for words in (factories.WORDS, OTHER_WORDS))
        bad.attributions.all().delete()
        answer = post(desk, "send", {})
        assert answer["message"] == "1 sent to review."
        assert answer["refused"] == [{"item": str(place_of(bad)), "sentence": "Nobody says it: add a speaker first."}]
        states = {one["id"]: one["state"] for one in answer["items"]}
        assert states == {str(place_of(good)): "in_review", str(place_of(bad)): "draft"}
        assert good.changes.order_by("pgh_id").last().pgh_context["origin"] == "admin"

    def test_a_reviewer_approves_and_publishes_and_the_page_shows_the_one_that_two_became(
        self, revision: SourceText, ada: Speaker
    ) -> None:
        public = factories.published(speakers=[ada])
        draft = factories.draft(revision=revision, speakers=[ada])
        decide(link, sit_down(revision, "curator"), {"to": str(public.pk)}, place_of(draft))
        submit(statement_id=draft.pk, by=factories.user("author"))
        draft.refresh_from_db()
        desk, item = sit_down(revision, "second reviewer", "reviewers"), str(place_of(draft))
        (one,) = post(desk, "approve", {}, about=item, seen=draft.version)["items"]
        assert (one["state"], one["is_approved"]) == ("in_review", True)
        answer = post(desk, "publish", {})
        assert [(one["id"], one["statement"], one["state"]) for one in answer["items"]] == [
            (item, str(public.pk), "published")
        ]
        assert answer["message"] == "1 published."
