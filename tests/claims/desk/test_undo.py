"""Undoing: the latest key press is taken back, all of it or nothing."""

from typing import Any

import pytest
from django.contrib.auth.models import Group

from claims.desk.models import Decision
from claims.models import Claim, Event, Position, Relation, Statement, Wording
from claims.proposals.models import Candidate
from claims.services.reviewing import approve, publish, return_to_draft, submit
from sources.models.fields import uuid7
from tests import factories
from tests.claims.desk.conftest import Sit, Sitting

pytestmark = pytest.mark.django_db
TEXT = "« Un profond souci dit « le ministre » », a dit Ada Essai. « Rien de plus », selon Tokyo."
OUTER, INNER = "Un profond souci dit « le ministre »", "le ministre"


def undone(seat: Sitting, status: int = 200, group: Any = None) -> Any:
    return seat.decide("undo", None, {"group": group}, status=status)


def test_what_was_chosen_is_as_it_was(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    item = seat.mark(OUTER, {"act": "warn"})
    item = seat.decide("choose", item, {"act": "deny", "attitude": "fear"})["items"][0]

    answer = undone(seat)

    assert (answer["undone"], answer["undoable"], answer["message"]) == ("choose", 1, "Taken back.")
    (back,) = answer["items"]
    assert (back["form"]["act"], back["form"].get("attitude")) == ("warn", None)
    assert back["version"] == item["version"] + 1


def test_a_draft_says_what_it_said(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    item = seat.accept(OUTER, factories.speaker())
    before = item["form"]
    start = item["start"]
    tokyo = factories.speaker("Tokyo")
    seat.decide(
        "choose",
        item,
        {
            "segments": [[start, start + 10]],
            "speakers": [{"id": str(tokyo.pk), "mention": [start, start + 2]}],
            "wordings": [{"language": "fr", "text": "autre"}],
            "said_at": "2024",
            "intensity": 3,
            "intensity_phrase": "profond",
        },
    )
    (back,) = undone(seat)["items"]
    assert back["form"] == before
    assert Statement.objects.get().wordings.get().text == OUTER


def test_several_are_taken_back_one_by_one_to_the_beginning(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    opened = len(seat.state()["items"])
    item = seat.accept(OUTER, factories.speaker())
    item = seat.decide("choose", item, {"act": "deny"})["items"][0]
    seat.decide("choose", item, {"act": "warn", "attitude": "fear"})
    names = []
    while seat.state()["undoable"]:
        names.append(undone(seat)["undone"])
    assert names == ["choose", "choose", "accept", "mark"]
    assert not Statement.objects.exists()
    assert len(seat.state()["items"]) == opened
    problem = undone(seat, 409)
    assert (problem["kind"], problem["detail"]) == ("step", "There is nothing to take back.")


def test_the_draft_goes_and_what_it_covered_opens(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    inner = seat.mark(INNER)
    outer = seat.mark(OUTER, {"speakers": [{"id": str(factories.speaker().pk)}]})
    seat.decide("accept", outer, {"act": "deny"})
    answer = undone(seat)
    states = {one["id"]: one["state"] for one in answer["items"]}
    assert (states[outer["id"]], states[inner["id"]]) == ("open", "open")
    assert "act" not in seat.item(outer["id"])["form"]
    assert not Statement.objects.exists()


def test_a_draft_that_somebody_changed_stays(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    seat.accept(OUTER, factories.speaker())
    statement = Statement.objects.get()
    Wording.objects.create(statement=statement, language="en", text="A deep concern")
    assert undone(seat, 409)["kind"] == "step"
    Wording.objects.filter(language="en").delete()
    claim = Claim.objects.create(text={"fr": "x"})
    position = Position.objects.create(statement=statement, claim=claim, stance="affirms")
    assert undone(seat, 409)["kind"] == "step"
    position.delete()
    submit(statement_id=statement.pk, by=seat.user)
    assert "only a draft" in undone(seat, 409)["detail"]
    assert Statement.objects.get() == statement


def test_a_rejected_draft_is_made_anew_as_it_was(sit: Sit) -> None:
    full = factories.full_draft()
    appearance = full.appearances.get()
    outer = factories.draft(revision=appearance.source_text, words="Tokyo", speakers=[factories.speaker("X")])
    Relation.objects.create(statement=outer, type="reports", other=full)
    Relation.objects.create(statement=full, type="repeats", other=outer)
    seat = sit(appearance.source_text)
    item = next(one for one in seat.state()["items"] if one["statement"] == str(full.pk))
    kept = (full.created_by, full.positions.get().claim, set(full.wordings.values_list("language", "text")))
    seat.decide("reject", item)
    assert not Statement.objects.filter(pk=full.pk).exists()

    answer = undone(seat)

    back = next(one for one in answer["items"] if one["statement"] == str(full.pk))
    assert {**back, "version": 0, "engine": "", "score": 0} == {**item, "version": 0, "engine": "", "score": 0}
    again = Statement.objects.get(pk=full.pk)
    assert (
        again.created_by,
        again.positions.get().claim,
        set(again.wordings.values_list("language", "text")),
    ) == kept
    assert again.related.get().statement == outer
    assert again.relations.get().type == "repeats"


def test_a_draft_that_named_what_is_gone_stays_rejected(sit: Sit) -> None:
    event = Event.objects.create(name="Sommet")
    seat = sit(factories.source(TEXT))
    item = seat.accept(OUTER, factories.speaker())
    item = seat.decide("choose", item, {"event": str(event.pk)})["items"][0]
    seat.decide("reject", item)
    event.delete()
    problem = undone(seat, 409)
    assert problem["kind"] == "step"
    assert "/event" not in problem["detail"]
    assert not Statement.objects.exists()


def test_a_draft_outlives_the_account_of_who_entered_it(sit: Sit) -> None:
    revision = factories.source(TEXT)
    author = factories.user("gone soon")
    draft = factories.draft(revision=revision, words=OUTER, created_by=author)
    seat = sit(revision)
    seat.decide("reject", seat.at(OUTER))
    author.delete()
    (back,) = undone(seat)["items"]
    assert (back["statement"], back["state"]) == (str(draft.pk), "draft")
    assert Statement.objects.get().created_by is None


def test_what_was_chosen_of_a_candidate_is_not_taken_from_what_it_became_one_with(sit: Sit) -> None:
    """That two drafts became one cannot be undone, and what it was made with cannot either."""
    ada = factories.speaker()
    other = factories.draft(speakers=[ada], act="deny")
    seat = sit(factories.source(TEXT))
    item = seat.decide("choose", seat.mark(OUTER, {"speakers": [{"id": str(ada.pk)}]}), {"act": "deny"})["items"][0]
    (item,) = seat.decide("accept", item, {"same_as": str(other.pk)})["items"]
    assert item["statement"] == str(other.pk)
    assert undone(seat, 409)["kind"] == "step"
    assert Statement.objects.get().act == "deny"


def test_words_that_were_recorded_again_meanwhile_are_not_recorded_twice(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    ada = factories.speaker()
    seat.decide("reject", seat.accept(OUTER, ada))
    factories.draft(revision=seat.revision, words=OUTER, speakers=[ada])
    assert undone(seat, 409)["kind"] == "step"


def test_marks_rejections_and_openings_are_taken_back(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    item = seat.mark(OUTER)
    rejected = seat.decide("reject", item)["items"][0]
    seat.decide("reopen", rejected)
    assert undone(seat)["items"][0]["state"] == "rejected"
    assert undone(seat)["items"][0]["state"] == "open"
    answer = undone(seat)
    assert (answer["removed"], answer["items"]) == ([item["id"]], [])


def test_a_mark_upon_a_rejected_one_leaves_it_rejected(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    item = seat.decide("reject", seat.mark(OUTER, {"act": "warn"}))["items"][0]
    seat.mark(OUTER, {"act": "deny"})
    (back,) = undone(seat)["items"]
    assert (back["id"], back["state"], back["form"]["act"]) == (item["id"], "rejected", "warn")


def test_one_key_press_is_taken_back_whole_or_not_at_all(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    ada = {"speakers": [{"id": str(factories.speaker().pk)}]}
    items = [seat.mark(words, ada) for words in (OUTER, "Rien de plus")]
    group = str(uuid7())
    for item in items:
        seat.decide("accept", item, group=group)
    late = Statement.objects.order_by("id").first()
    assert late is not None
    Wording.objects.create(statement=late, language="en", text="x")

    assert undone(seat, 409, group)["kind"] == "step"
    assert Statement.objects.count() == 2
    Wording.objects.filter(language="en").delete()
    answer = undone(seat)
    assert {one["id"] for one in answer["items"]} >= {one["id"] for one in items}
    assert not Statement.objects.exists()


def test_one_of_which_a_part_became_one_with_another_statement_stays_whole(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    ada = factories.speaker()
    other = factories.draft(speakers=[ada])
    speakers = {"speakers": [{"id": str(ada.pk)}]}
    first, second = (seat.mark(words, speakers) for words in (OUTER, "Rien de plus"))
    group = str(uuid7())
    seat.decide("accept", first, group=group)
    seat.decide("accept", second, {"same_as": str(other.pk)}, group=group)
    assert undone(seat, 409)["kind"] == "step"
    assert Statement.objects.count() == 2


def test_nobody_takes_back_what_another_decided(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    seat.mark(OUTER)
    group = seat.body["group"]
    seat.lease("release")
    other = sit(seat.revision, "other")
    assert undone(other, 409)["kind"] == "step"
    assert undone(other, 409, group)["kind"] == "step"


def test_what_somebody_chose_upon_it_is_not_lost(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    item = seat.decide("choose", seat.mark(OUTER), {"act": "deny"})["items"][0]
    seat.lease("release")
    sit(seat.revision, "other").decide("choose", item, {"act": "warn"})
    sit(seat.revision, "other").lease("release")
    assert undone(seat, 409)["kind"] == "step"
    assert Candidate.objects.get(pk=item["id"]).choices["act"] == "warn"


def test_it_is_undone_once(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    seat.decide("choose", seat.mark(OUTER), {"act": "deny"})
    undone(seat)
    again = dict(seat.body)
    assert seat.send(again)["undone"] == "choose"
    assert seat.answer["Idempotency-Replayed"] == "true"
    assert Decision.objects.filter(is_undone=True).count() == 1


def test_the_version_of_an_item_never_comes_again(sit: Sit) -> None:
    """A tab that saw the first draft does not change the second one unseen."""
    seat = sit(factories.source(TEXT))
    speaker = factories.speaker()
    item = seat.mark(OUTER, {"speakers": [{"id": str(speaker.pk)}]})
    seen = [item["version"]]
    for do, about in (
        ("accept", 1),
        ("undo", 0),
        ("accept", 1),
        ("reject", 1),
        ("undo", 0),
        ("reject", 1),
        ("reopen", 1),
    ):
        seat.decide(do, seat.item(item["id"]) if about else None)
        seen.append(seat.item(item["id"])["version"])
    assert seen == sorted(set(seen))


def test_nor_where_its_draft_becomes_one_with_another(sit: Sit) -> None:
    ada = factories.speaker()
    other = factories.draft(speakers=[ada])
    seat = sit(factories.source(TEXT))
    item = seat.accept(OUTER, ada)
    for act in ("deny", "warn", "deny", "warn"):
        item = seat.decide("choose", item, {"act": act})["items"][0]
    (after,) = seat.decide("link", item, {"to": str(other.pk)})["items"]
    assert (after["id"], after["statement"]) == (item["id"], str(other.pk))
    assert after["version"] > item["version"]


def test_what_is_gone_cannot_be_taken_back(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    seat.decide("choose", seat.mark(OUTER), {"act": "deny"})
    Candidate.objects.all().delete()
    assert undone(seat, 409)["kind"] == "step"


class TestTakingBackFromReview:
    @pytest.fixture
    def seat(self, sit: Sit) -> Sitting:
        """Somebody who sent two statements to review."""
        seat = sit(factories.source(TEXT))
        for words in (OUTER, "Rien de plus"):
            seat.accept(words, factories.speaker())
        assert seat.decide("send")["undoable"] == 5
        return seat

    def statements(self) -> list[Statement]:
        return list(Statement.objects.order_by("id"))

    def test_all_that_was_sent_at_once_is_a_draft_again(self, seat: Sitting) -> None:
        answer = undone(seat)
        assert (answer["undone"], answer["undoable"]) == ("send", 4)
        assert [(one["state"], one["may_change"]) for one in answer["items"]] == [("draft", True)] * 2
        assert [one.status for one in self.statements()] == ["draft", "draft"]
        assert [undone(seat)["undone"] for _ in range(4)] == ["accept", "mark", "accept", "mark"]
        assert not self.statements()

    def test_it_is_sent_and_taken_back_again(self, seat: Sitting) -> None:
        undone(seat)
        seat.decide("send")
        first = Decision.objects.filter(name="send").earliest("id").group
        assert undone(seat, 409, str(first))["detail"] == "There is nothing to take back."
        assert undone(seat)["undone"] == "send"

    @pytest.mark.parametrize("do", ["approve", "publish", "return"])
    def test_where_a_reviewer_was_quicker_with_one_nothing_is_taken_back(self, seat: Sitting, do: str) -> None:
        reviewer = factories.user("reviewer")
        late = self.statements()[1]
        if do == "return":
            return_to_draft(statement_id=late.pk, reason="Who?")
        else:
            (approve if do == "approve" else publish)(statement_id=late.pk, by=reviewer)
        problem = undone(seat, 409)
        status = {"approve": "in_review", "publish": "published", "return": "draft"}[do]
        assert problem["kind"] == "step"
        assert [one.status for one in self.statements()] == ["in_review", status]

    def test_what_was_sent_again_is_another_sending(self, seat: Sitting) -> None:
        late = self.statements()[1]
        return_to_draft(statement_id=late.pk, reason="Who?")
        submit(statement_id=late.pk, by=seat.user)
        assert "sent again" in undone(seat, 409)["detail"]
        assert [one.status for one in self.statements()] == ["in_review", "in_review"]

    def test_what_is_gone_is_not_taken_back(self, seat: Sitting) -> None:
        late = self.statements()[1]
        return_to_draft(statement_id=late.pk, reason="Who?")
        late.delete()
        assert undone(seat, 409)["kind"] == "step"

    def test_while_a_reviewer_has_it_open_it_stays(self, sit: Sit, seat: Sitting) -> None:
        seat.lease("release")
        sit(seat.revision, "bob", "reviewers").lease("hold")
        assert undone(seat, 409)["kind"] == "lease"

    def test_who_may_not_change_them_any_more_takes_nothing_back(self, sit: Sit) -> None:
        revision = factories.source(TEXT)
        factories.draft(revision=revision, words=OUTER)
        seat = sit(revision)
        seat.decide("send")
        seat.user.groups.set([Group.objects.get(name="contributors")])
        undone(seat, 403)
        assert Statement.objects.get().status == "in_review"
