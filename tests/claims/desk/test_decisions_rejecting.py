"""Rejecting: words that are no statement; a draft of them goes. What was rejected, or covered, opens again."""

import pytest

from claims.models import Claim, Position, Statement
from claims.proposals.models import Candidate
from claims.services.reviewing import return_to_draft
from tests import factories
from tests.claims.desk.conftest import Sit

pytestmark = pytest.mark.django_db
TEXT = "« Un profond souci », a dit Ada Essai."
WORDS = "Un profond souci"


def test_a_candidate_is_rejected_and_opened_again(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    item = seat.mark(WORDS, {"act": "deny"})
    rejected = seat.decide("reject", item)["items"][0]
    assert (rejected["state"], rejected["version"]) == ("rejected", item["version"] + 1)
    assert Candidate.objects.get().decided_by == seat.user
    opened = seat.decide("reopen", rejected)["items"][0]
    assert (opened["state"], opened["form"]["act"]) == ("open", "deny")
    assert Candidate.objects.get().decided_by is None


def test_the_draft_goes_and_what_was_chosen_before_it_is_kept_for_when_it_opens_again(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    item = seat.accept(WORDS, factories.speaker(), attitude="fear")
    item = seat.decide("choose", item, {"act": "warn"})["items"][0]

    rejected = seat.decide("reject", item)["items"][0]

    assert (rejected["id"], rejected["state"]) == (item["id"], "rejected")
    assert not Statement.objects.exists()
    opened = seat.decide("reopen", rejected)["items"][0]
    assert opened["form"]["attitude"] == "fear"
    assert "act" not in opened["form"]
    assert seat.decide("accept", opened)["items"][0]["state"] == "draft"


def test_what_was_said_with_a_draft_goes_with_it(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    item = seat.mark(WORDS, {"speakers": [{"id": str(factories.speaker().pk)}]})
    secret = {"wordings": [{"language": "en", "text": "nobody else has read this"}]}
    draft = seat.decide("accept", item, secret)["items"][0]
    rejected = seat.decide("reject", draft)["items"][0]
    assert "wordings" not in rejected["form"]
    assert [one["id"] for one in rejected["form"]["speakers"]] == [one["id"] for one in item["form"]["speakers"]]
    seat.decide("undo")
    assert seat.item(draft["id"])["form"]["wordings"][0]["text"] == "nobody else has read this"


def test_what_a_draft_bears_on_comes_back_where_that_may_be_said_still(sit: Sit) -> None:
    seat = sit(factories.source(TEXT + " « Un autre souci », a dit Ada Essai."))
    said = {"speakers": [{"id": str(factories.speaker().pk)}]}
    outer = seat.decide("accept", seat.mark("Un autre souci", said))["items"][0]
    inner = seat.decide("accept", seat.mark(WORDS, said))["items"][0]
    seat.decide("choose", inner, {"inside": outer["statement"]})
    group = seat.decide("reject", seat.item(inner["id"])) and seat.body["group"]
    seat.decide("send")
    seat.decide("undo", None, {"group": group})
    assert seat.item(inner["id"])["form"]["inside"] is None


def test_a_draft_that_nobody_put_forward_stays_the_same_item(sit: Sit) -> None:
    revision = factories.source(TEXT)
    factories.draft(revision=revision, words=WORDS)
    seat = sit(revision)
    seat.state()
    Candidate.objects.all().delete()
    (item,) = seat.state()["items"]

    rejected = seat.decide("reject", item)["items"][0]

    assert rejected["id"] == item["id"]
    assert rejected["state"] == "rejected"
    assert Candidate.objects.get().engine == "hand"
    assert [one["id"] for one in seat.state()["items"]] == [rejected["id"]]


def test_what_was_public_once_or_stands_elsewhere_stays(sit: Sit) -> None:
    revision = factories.source(TEXT)
    statement = factories.withdrawn(revision=revision, words=WORDS)
    return_to_draft(statement_id=statement.pk, reason="x")
    seat = sit(revision)
    problem = seat.decide("reject", seat.at(WORDS), status=409)
    assert problem["kind"] == "step"
    assert "public once" in problem["detail"]
    assert Statement.objects.exists()


def test_the_draft_of_somebody_else_is_refused(sit: Sit) -> None:
    revision = factories.source(TEXT)
    factories.draft(revision=revision, words=WORDS)
    seat = sit(revision, "contributor", "contributors")
    hidden = next(one for one in seat.state()["items"] if one["state"] == "hidden")
    for do in ("reject", "choose", "accept", "reopen"):
        problem = seat.decide(do, hidden["id"], seen=1, status=403)
        assert problem["detail"] == "It is somebody else’s draft."
    assert Statement.objects.exists()


@pytest.mark.parametrize(("cue", "is_inside"), [("affirme", True), ("a dit", False), (None, False)])
def test_what_was_covered_is_reported_by_what_covers_it_where_that_says_who_says_it(
    sit: Sit, cue: str | None, is_inside: bool
) -> None:
    text = "« Le voisin affirme que tout va bien », a dit Ada Essai."
    revision = factories.source(text)
    seat = sit(revision)
    inner = seat.mark("tout va bien", {"cue": [text.index(cue), text.index(cue) + len(cue)]} if cue else {})
    outer = seat.accept("Le voisin affirme que tout va bien", factories.speaker())
    covered = seat.item(inner["id"])
    assert covered["state"] == "covered"
    opened = seat.decide("reopen", covered)["items"][0]
    assert opened["form"].get("inside") == (outer["statement"] if is_inside else None)


def test_what_is_open_is_not_opened_and_what_is_rejected_not_rejected(sit: Sit) -> None:
    seat = sit(factories.source(TEXT))
    item = seat.mark(WORDS)
    assert seat.decide("reopen", item, status=409)["kind"] == "step"
    item = seat.decide("reject", item)["items"][0]
    assert seat.decide("reject", item, status=409)["kind"] == "step"
    assert seat.decide("accept", item, status=409)["kind"] == "step"


def test_what_bore_on_it_goes_with_it(sit: Sit) -> None:
    revision = factories.source(TEXT)
    statement = factories.draft(revision=revision, words=WORDS)
    claim = Claim.objects.create(text={"fr": "x"})
    Position.objects.create(statement=statement, claim=claim, stance="affirms")
    seat = sit(revision)
    seat.decide("reject", seat.at(WORDS))
    assert not Position.objects.exists()
