"""Who may what at the desk, beside roles and states (tests/permissions): sessions, lost rights, drafts of others."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse

from claims.desk.intake.bringing import take_in
from claims.desk.models import Decision, Intake, Link, Work
from claims.models import Speaker, Statement
from claims.proposals.models import Candidate
from config.access.roles import Role
from config.access.services import make_token
from sources.models import Source, SourceText
from sources.models.fields import uuid7
from tests import factories
from tests.claims.admin.test_statements import browser_of, person
from tests.claims.desk.conftest import Sit, Sitting

pytestmark = pytest.mark.django_db
TEXT = "« Un profond souci », a dit Ada Essai hier soir à Paris."
WORDS = "Un profond souci"
#: of which nothing is in the text
SECRET = "a word that stands in no document"


@pytest.fixture
def revision() -> SourceText:
    return factories.source(TEXT)


@pytest.fixture
def ada() -> Speaker:
    return factories.speaker("Ada Essai")


def drafted(sit: Sit, revision: SourceText, ada: Speaker, name: str = "contributor") -> Any:
    """Let a contributor record the words, and go; return the item."""
    seat = sit(revision, name, "contributors")
    item = seat.accept(WORDS, ada)
    seat.lease("release")
    return item


def move(user: User, group: str) -> None:
    user.groups.set([Group.objects.get(name=group)])


class TestSessions:
    def test_a_token_of_the_api_opens_nothing(self, revision: SourceText) -> None:
        user = person("curator", "curators")
        _token, secret = make_token(user=user, name="own", role=Role.CURATOR, days=1, by=None)
        program = Client(headers={"host": "localhost", "authorization": f"Bearer {secret}"})
        for name in ("state", "decisions", "lease"):
            address = reverse(f"desk:{name}", args=[revision.source_id])
            assert program.get(address).status_code == 401
            assert program.post(address, {}, "application/json").status_code == 401
        page = program.get(reverse("desk:page", args=[revision.source_id]))
        assert page["Location"].startswith(reverse("admin:login"))

    def test_nor_does_an_account_that_may_not_log_in_to_the_admin(self, revision: SourceText) -> None:
        user = person("outsider", "administrators")
        user.is_staff = False
        user.save()
        browser = browser_of(user)
        for name in ("page", "state"):
            answer = browser.get(reverse(f"desk:{name}", args=[revision.source_id]))
            assert answer.status_code == {"page": 302, "state": 403}[name]
        assert browser.get(reverse("desk:queues"))["Location"].startswith(reverse("admin:login"))
        assert browser.get(reverse("desk:bring-in"))["Location"].startswith(reverse("admin:login"))

    def test_nothing_is_written_from_elsewhere(self, revision: SourceText) -> None:
        """What another site lets a browser send has no token of ours."""
        user = person("reviewer", "reviewers")
        browser = browser_of(user, with_csrf_checks=True)
        intake = take_in(user=user, raw=b"Words.", media_type="text/plain")
        source = [revision.source_id]
        for address, form in (
            (reverse("desk:next"), {"mode": "attribute"}),
            (reverse("desk:assign", args=source), {"priority": "2"}),
            (reverse("desk:bring-in"), {"text": "Other words."}),
            (reverse("desk:preview", args=[intake.pk]), {"do": "drop"}),
        ):
            assert browser.post(address, form).status_code == 403, address
        lease = {"do": "take", "tab": str(revision.pk)}
        assert browser.post(reverse("desk:lease", args=source), lease, "application/json").status_code == 403
        assert Intake.objects.get() == intake
        assert not Work.objects.exists()

    def test_an_address_that_is_only_looked_at_writes_nothing(self, revision: SourceText) -> None:
        """But for the reading of a text by an engine, which the state of the desk waits for."""
        browser = browser_of(person("reviewer", "reviewers"))
        for name in ("next", "queues", "bring-in", "measures"):
            browser.get(reverse(f"desk:{name}"), {"mode": "attribute", "url": "https://nowhere.example/"})
        browser.get(reverse("desk:assign", args=[revision.source_id]), {"priority": "2"})
        browser.get(reverse("desk:page", args=[revision.source_id]))
        rows: Any = (Work, Intake, Decision, Candidate)
        assert not any(model.objects.exists() for model in rows)


class TestLostRights:
    def test_a_role_is_lost_at_once(self, sit: Sit, revision: SourceText) -> None:
        seat = sit(revision)
        item = seat.mark(WORDS)
        body = seat.body
        move(seat.user, "readers")
        seat.decide("reject", item, status=403)
        seat.send(body, 403)
        seat.state(403)
        seat.lease("hold", 403)

    def test_who_may_not_change_drafts_of_others_any_more_restores_none(
        self, sit: Sit, revision: SourceText, ada: Speaker
    ) -> None:
        item = drafted(sit, revision, ada)
        seat = sit(revision)
        seat.decide("reject", seat.item(item["id"]))
        move(seat.user, "contributors")
        seat.decide("undo", status=403)
        assert not Statement.objects.exists()

    def test_nor_takes_back_what_they_linked(self, sit: Sit, revision: SourceText, ada: Speaker) -> None:
        public = factories.published(speakers=[ada])
        item = drafted(sit, revision, ada)
        seat = sit(revision)
        seat.decide("link", seat.item(item["id"]), {"to": str(public.pk)})
        move(seat.user, "contributors")
        seat.decide("undo", status=403)
        assert Link.objects.get().same_as == public

    def test_what_their_role_does_not_allow_is_told_as_that(self, sit: Sit, revision: SourceText, ada: Speaker) -> None:
        """The page keeps such a decision until they may again; a draft of somebody else is another matter."""
        seat = sit(revision, "other", "contributors")
        new = {"id": str(uuid7()), "name": "Ida", "type": "person", "wikidata": "", "names": [], "anyway": True}
        for do, given in (("publish", {}), ("approve", {}), ("return", {"reason": "Because."}), ("speaker", new)):
            problem = seat.decide(do, given=given, status=403)
            assert (problem["kind"], problem["detail"]) == ("role", "Your role does not allow this.")
        seat.lease("release")
        item = drafted(sit, revision, ada)
        problem = seat.decide("reject", item["id"], seen=item["version"], status=403)
        assert problem["detail"] == "It is somebody else’s draft."
        assert "kind" not in problem

    def test_who_may_change_nothing_any_more_is_told_of_their_role(
        self, sit: Sit, revision: SourceText, ada: Speaker
    ) -> None:
        item = drafted(sit, revision, ada)
        Group.objects.get(name="contributors").permissions.remove(Permission.objects.get(codename="change_statement"))
        seat = sit(revision, "contributor")
        for do, given in (("choose", {"act": "deny"}), ("link", {"to": None}), ("reject", {})):
            assert seat.decide(do, seat.item(item["id"]), given, status=403)["kind"] == "role"


class TestDraftsOfOthers:
    def hidden(self, seat: Sitting, key: str) -> None:
        assert set(seat.item(key)) == {"id", "start", "end", "state"}

    def test_they_are_a_place_in_the_text(self, sit: Sit, revision: SourceText, ada: Speaker) -> None:
        item = drafted(sit, revision, ada)
        seat = sit(revision, "other", "contributors")
        self.hidden(seat, item["id"])
        assert item["statement"] not in seat.answer.content.decode()
        for key in (item["id"], str(Statement.objects.get().appearances.get().pk)):
            for do in ("choose", "accept", "reject", "reopen", "link", "approve", "return"):
                given = {"link": {"to": None}, "return": {"reason": "Because."}}.get(do, {})
                problem = seat.decide(do, key, given, seen=item["version"], status=403)
                assert "item" not in problem
        seat.mark(WORDS, status=409)
        assert seat.answer.json()["item"] is None

    def test_a_mark_does_not_take_the_place_of_one(self, sit: Sit, revision: SourceText, ada: Speaker) -> None:
        """Items are known by an id alone: two of the same one, and nobody reaches the second."""
        entered = factories.draft(revision=revision, words="hier soir", speakers=[ada])
        seat = sit(revision, "other", "contributors")
        key = next(one["id"] for one in seat.state()["items"] if one["state"] == "hidden")
        assert key == str(entered.appearances.get().pk)
        problem = seat.decide("mark", key, {"id": key, "start": 2, "end": 10, "form": {}}, status=400)
        assert problem["errors"] == [{"pointer": "/id", "detail": "This id is taken: take a new one for each."}]
        assert [one["id"] for one in seat.state()["items"]].count(key) == 1

    def test_what_is_decided_by_somebody_else_is_not_taken_back(
        self, sit: Sit, revision: SourceText, ada: Speaker
    ) -> None:
        drafted(sit, revision, ada)
        group = str(Decision.objects.latest("id").group)
        seat = sit(revision, "other", "administrators")
        for given in ({}, {"group": None}, {"group": group}):
            assert seat.decide("undo", given=given, status=409)["kind"] == "step"
        assert Statement.objects.get().status == "draft"

    def test_a_candidate_inside_one_does_not_name_it(self, sit: Sit, revision: SourceText, ada: Speaker) -> None:
        outer = drafted(sit, revision, ada)
        curator = sit(revision)
        start = TEXT.index("souci")
        speakers = [{"id": str(ada.pk), "kind": "speaker"}]
        marked = curator.mark("profond", {"speakers": speakers, "cue": [start, start + len("souci")]})
        assert marked["form"]["inside"] == outer["statement"]
        curator.lease("release")
        seat = sit(revision, "other", "contributors")
        item = seat.item(marked["id"])
        assert outer["statement"] not in seat.answer.content.decode()
        assert seat.decide("accept", item)["items"][0]["form"]["inside"] is None

    def test_nor_does_one_that_is_said_to_be_the_same(self, sit: Sit, revision: SourceText, ada: Speaker) -> None:
        other = factories.draft(speakers=[ada])
        curator = sit(revision)
        marked = curator.mark(WORDS, {"same_as": str(other.pk)})
        curator.lease("release")
        seat = sit(revision, "other", "contributors")
        seat.item(marked["id"])
        assert str(other.pk) not in seat.answer.content.decode()

    def test_a_draft_that_was_rejected_tells_others_nothing(self, sit: Sit, revision: SourceText, ada: Speaker) -> None:
        item = drafted(sit, revision, ada)
        seat = sit(revision, "contributor", "contributors")
        wording = {"language": "en", "text": SECRET}
        changed = seat.decide("choose", seat.item(item["id"]), {"wordings": [wording]})["items"][0]
        seat.decide("reject", changed)
        other = sit(revision, "other", "contributors")
        assert SECRET not in str(other.state())
        assert seat.decide("undo")["items"][0]["form"]["wordings"][0]["text"] == SECRET


def test_a_speaker_that_there_is_is_not_made_anew(sit: Sit, revision: SourceText, ada: Speaker) -> None:
    seat = sit(revision)
    given = {"id": str(ada.pk), "name": "Ida Autre", "type": "person", "wikidata": "", "names": [], "anyway": True}
    seat.decide("speaker", given=given, status=409)
    assert Speaker.objects.get(pk=ada.pk).name == "Ada Essai"


def test_a_document_on_its_way_in_is_shown_to_who_brought_it(revision: SourceText) -> None:
    mine = take_in(user=person("curator", "curators"), raw=SECRET.encode(), media_type="text/plain")
    other = browser_of(person("other", "administrators"))
    address = reverse("desk:preview", args=[mine.pk])
    for do in ("", "again", "drop"):
        form = {"do": do, "title": "Stolen", "language": "en", "format": "text/plain"}
        assert other.post(address, form).status_code == 404
    assert other.get(address).status_code == 404
    assert Intake.objects.get() == mine
    assert Source.objects.get() == revision.source
