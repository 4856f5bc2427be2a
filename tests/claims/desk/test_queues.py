"""Each sees the sources and statements that wait for them, in the order of work, at the same cost for many."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from claims.desk.models import Link
from claims.desk.queues import duplicates
from claims.models import Relation, SpeakerName, Statement
from claims.proposals.models import Candidate
from claims.services.reviewing import approve, publish, return_to_draft, submit
from config.access.permissions import Access
from tests import factories
from tests.claims.admin.test_statements import browser_of, person
from tests.claims.desk.waiting import QUEUES, access, counts, page, queries, read, revised, shown, urgent, waiting

pytestmark = pytest.mark.django_db
WORDS = "devant les livraisons d’armement"


@pytest.fixture
def ann() -> User:
    return person("ann", "curators")


@pytest.fixture
def bob() -> User:
    return person("bob", "reviewers")


@pytest.fixture
def curator(ann: User) -> Client:
    return browser_of(ann)


@pytest.fixture
def reviewer(bob: User) -> Client:
    return browser_of(bob)


def in_review(by: str = "author", **values: Any) -> Statement:
    statement = factories.draft(created_by=factories.user(by), **values)
    return submit(statement_id=statement.pk, by=factories.user(by))


def source_of(statement: Statement) -> Any:
    return statement.appearances.get().source_text.source_id


class TestToAttribute:
    def test_has_what_nobody_read_what_is_open_and_drafts_of_theirs(self, curator: Client, ann: User) -> None:
        unread, opened = factories.source().source, waiting()
        drafted = waiting("accepted")
        factories.draft(revision=drafted.texts.get(), created_by=ann)
        done = waiting("rejected", "accepted", "covered")
        of_another = waiting("accepted")
        factories.draft(revision=of_another.texts.get())
        found = set(shown(curator, "attribute"))
        assert found == {unread.pk, opened.pk, drafted.pk}
        assert not found & {done.pk, of_another.pk}

    def test_an_engine_that_found_nothing_has_read_it(self, curator: Client) -> None:
        read(factories.source())
        assert shown(curator, "attribute") == []

    def test_is_about_the_latest_text(self, curator: Client) -> None:
        source = waiting("open")
        assert "not read yet" not in page(curator, queue="attribute")
        later = revised(source)
        assert "not read yet" in page(curator, queue="attribute")
        read(later, "rejected")
        assert shown(curator, "attribute") == []

    def test_goes_by_priority_then_mine_then_the_oldest(self, curator: Client, ann: User) -> None:
        newer, older = waiting(published_at="2024-02-01"), waiting(published_at="2023-01-01")
        low = urgent(waiting(published_at="1999-01-01"), priority=-1)
        mine = urgent(waiting(published_at="2024-03-01"), priority=0, assigned_to=ann)
        high, urgents = urgent(waiting(published_at="2024-03-01"), priority=1), urgent(waiting())
        assert shown(curator, "attribute") == [one.pk for one in (urgents, high, mine, older, newer, low)]
        newest = shown(curator, "attribute", sort="newest")
        assert newest == [one.pk for one in (urgents, high, mine, newer, older, low)]

    def test_can_begin_with_the_most_candidates(self, curator: Client) -> None:
        few, many = waiting("open", published_at="2020"), waiting("open", "open", "rejected", published_at="2024")
        assert shown(curator, "attribute", sort="candidates") == [many.pk, few.pk]

    @pytest.mark.parametrize(
        "query",
        [
            {"q": "armee"},
            {"publisher": "courrier"},
            {"language": "fr"},
            {"assigned": "me"},
            {"priority": "2"},
            {"priority": "2", "q": "l’armée", "publisher": "Courrier détroit"},
        ],
    )
    def test_is_narrowed(self, curator: Client, ann: User, query: dict[str, str]) -> None:
        paper = factories.publisher()
        wanted = urgent(waiting(title="Devant l’armée", publisher=paper, language="fr-CA"), assigned_to=ann)
        waiting(title="Rien", language="en")
        assert shown(curator, "attribute", **query) == [wanted.pk]

    def test_is_narrowed_to_what_is_normal_and_nobodys(self, curator: Client, bob: User) -> None:
        never, normal = waiting(published_at="2020"), urgent(waiting(published_at="2021"), priority=0)
        urgent(waiting(), assigned_to=bob)
        assert shown(curator, "attribute", priority="0") == [never.pk, normal.pk]
        assert shown(curator, "attribute", assigned="nobody") == [never.pk, normal.pk]

    @pytest.mark.parametrize(
        "query", [{"priority": "9"}, {"language": "xx"}, {"page": "0"}, {"page": "1e9"}, {"q": "\0"}]
    )
    def test_leaves_out_what_it_does_not_understand(self, curator: Client, query: dict[str, str]) -> None:
        source = waiting()
        assert shown(curator, "attribute", **query) == [source.pk]

    def test_is_read_page_by_page(self, curator: Client) -> None:
        made = [factories.source(published_at=f"20{number:02}").source.pk for number in range(53)]
        assert shown(curator, "attribute") == made[:50]
        assert shown(curator, "attribute", page="2") == made[50:]
        everything = page(curator)
        assert everything.count('<tr id="source-') == 10
        assert "All 53" in everything

    def test_says_how_much_is_open_who_has_it_and_since_when(self, curator: Client, bob: User) -> None:
        now = timezone.now()
        lease = {
            "leased_by": bob,
            "leased_since": now - timedelta(minutes=5),
            "leased_until": now + timedelta(minutes=1),
        }
        source = urgent(waiting("open", "open", "rejected"), **lease)
        factories.draft(revision=source.texts.get())
        (section,) = curator.get(QUEUES, {"queue": "attribute"}).context["shown"]
        (line,) = section.rows
        assert (line.open, line.statements, line.leased_by) == (2, 1, bob)
        assert "bob, for 5\xa0minutes" in page(curator)

    def test_a_lease_that_ended_is_nobodys(self, curator: Client, bob: User) -> None:
        past = timezone.now() - timedelta(minutes=5)
        urgent(waiting(), leased_by=bob, leased_since=past, leased_until=past)
        assert "bob, for" not in page(curator)

    def test_contributors_see_no_drafts_of_others_and_assign_nothing(self) -> None:
        source = waiting()
        factories.draft(revision=source.texts.get())
        contributor = browser_of(person("eve", "contributors"))
        (section,) = contributor.get(QUEUES, {"queue": "attribute"}).context["shown"]
        assert [line.statements for line in section.rows] == [0]
        assert 'name="assigned_to"' not in page(contributor)


class TestToReview:
    def test_has_what_others_entered(self, reviewer: Client, bob: User) -> None:
        theirs = in_review()
        in_review("bob")
        factories.draft()
        assert shown(reviewer, "review") == [source_of(theirs)]
        assert counts(reviewer)["review"] == "1"

    def test_has_own_work_where_the_installation_allows_it(self, reviewer: Client, settings: Any) -> None:
        settings.ALLOW_SELF_REVIEW = True
        own = in_review("bob")
        assert shown(reviewer, "review") == [source_of(own)]

    def test_what_is_approved_waits_to_be_published(self, reviewer: Client) -> None:
        statement = in_review()
        approve(statement_id=statement.pk, by=factories.user("reviewer"))
        assert shown(reviewer, "review") == []
        assert shown(reviewer, "publish") == [source_of(statement)]
        publish(statement_id=statement.pk, by=factories.user("reviewer"))
        assert shown(reviewer, "publish") == []

    def test_is_not_for_curators(self, curator: Client) -> None:
        in_review()
        assert not {"review", "publish"} & set(counts(curator))
        assert curator.get(QUEUES, {"queue": "review"}).context["chosen"] is None


class TestReturned:
    def test_has_their_drafts_with_the_reason(self, curator: Client, ann: User) -> None:
        mine, others = in_review("ann"), in_review()
        for one in (mine, others):
            return_to_draft(statement_id=one.pk, reason="Ce n’est pas Ada.")
        appearance = mine.appearances.get()
        words = page(curator, queue="returned")
        assert words.count("Ce n’est pas Ada.") == 1
        assert f"/admin/desk/sources/{source_of(mine)}/?item={appearance.pk}" in words

    def test_leads_to_the_candidate_it_was_made_of(self, curator: Client) -> None:
        mine = return_to_draft(statement_id=in_review("ann").pk, reason="Non.")
        text = mine.appearances.get().source_text
        candidate = Candidate.objects.create(
            source_text=text, start=3, end=9, engine="marks", state="accepted", statement=mine
        )
        assert f"?item={candidate.pk}" in page(curator, queue="returned")


class TestSent:
    def test_has_what_they_sent_to_review_until_it_is_published_or_returned(self, curator: Client, ann: User) -> None:
        later = submit(statement_id=factories.draft(created_by=factories.user("other")).pk, by=ann)
        mine, gone, back = (in_review("ann") for _ in range(3))
        in_review()
        publish(statement_id=gone.pk, by=factories.user("reviewer"))
        return_to_draft(statement_id=back.pk, reason="Non.")
        (section,) = curator.get(QUEUES, {"queue": "sent"}).context["shown"]
        assert [one.pk for one in section.rows] == [mine.pk, later.pk]
        assert counts(curator)["sent"] == "2"

    def test_leads_to_the_desk_where_it_can_be_taken_back_and_says_what_is_approved(self, curator: Client) -> None:
        mine = in_review("ann")
        words = page(curator, queue="sent")
        assert "In review, sent by me" in words
        place = f"/admin/desk/sources/{source_of(mine)}/?item={mine.appearances.get().pk}&amp;mode=attribute"
        assert f'href="{place}"' in words
        assert "<td>In review</td>" in words
        approve(statement_id=mine.pk, by=factories.user("reviewer"))
        assert "<td>Approved</td>" in page(curator, queue="sent")

    def test_what_a_contributor_sent_while_they_might_is_hidden_from_them(self) -> None:
        eve = person("eve", "contributors")
        submit(statement_id=factories.draft(created_by=factories.user("other")).pk, by=eve)
        own = submit(statement_id=factories.draft(created_by=eve).pk, by=eve)
        (section,) = browser_of(eve).get(QUEUES, {"queue": "sent"}).context["shown"]
        assert list(section.rows) == [own]


class TestAStatement:
    def address(self, statement: Statement) -> str:
        return f"/admin/desk/statements/{statement.pk}/"

    def test_is_opened_where_it_stands(self, reviewer: Client) -> None:
        draft, waits = factories.draft(), in_review()
        for statement, mode in ((draft, ""), (waits, "&mode=review")):
            appearance = statement.appearances.get()
            place = f"/admin/desk/sources/{source_of(statement)}/?item={appearance.pk}{mode}"
            assert reviewer.get(self.address(statement))["Location"] == place

    def test_is_opened_in_an_older_text_only_where_it_is_in_no_other(self, curator: Client) -> None:
        draft = factories.draft()
        old = draft.appearances.get()
        later = revised(old.source_text.source, f"Avant. {factories.TEXT}")
        assert curator.get(self.address(draft))["Location"].endswith(f"?item={old.pk}&revision=1")
        new = factories.draft(revision=later, speakers=[]).appearances.get()
        assert curator.get(self.address(new.statement))["Location"].endswith(f"?item={new.pk}")

    def test_the_draft_of_another_is_not_there_for_contributors(self) -> None:
        eve = browser_of(person("eve", "contributors"))
        assert eve.get(self.address(factories.draft())).status_code == 404

    def test_its_own_page_leads_there(self, curator: Client) -> None:
        draft = factories.draft()
        words = curator.get(f"/admin/claims/statement/{draft.pk}/change/").content.decode()
        assert f'href="{self.address(draft)}"' in words


class TestAnchors:
    def test_has_words_that_moved_and_drafts_left_behind(self, curator: Client) -> None:
        moved = factories.draft()
        revised(moved.appearances.get().source_text.source, f"Avant. {factories.TEXT}")
        behind = factories.draft()
        revised(behind.appearances.get().source_text.source, f"{factories.TEXT} Après.")
        factories.draft()
        words = page(curator, queue="anchors")
        assert counts(curator)["anchors"] == "2"
        for one in (moved, behind):
            assert f"/admin/claims/statement/reanchor/{one.appearances.get().pk}/" in words

    def test_published_ones_are_for_reviewers_and_fine_where_they_are_in_place(
        self, curator: Client, reviewer: Client
    ) -> None:
        moved, in_place = factories.published(), factories.published()
        revised(moved.appearances.get().source_text.source, f"Avant. {factories.TEXT}")
        revised(in_place.appearances.get().source_text.source, f"{factories.TEXT} Après.")
        assert (counts(curator)["anchors"], counts(reviewer)["anchors"]) == ("0", "1")

    def test_contributors_see_their_own(self) -> None:
        eve = person("eve", "contributors")
        for one in (factories.draft(created_by=eve), factories.draft()):
            revised(one.appearances.get().source_text.source, f"Avant. {factories.TEXT}")
        assert counts(browser_of(eve))["anchors"] == "1"


class TestDuplicates:
    def test_has_the_same_words_of_the_same_speakers_in_two_documents(self, curator: Client) -> None:
        ada = factories.speaker()
        one = factories.draft(speakers=[ada], words=WORDS)
        other = factories.draft(
            speakers=[ada],
            words="Devant les LIVRAISONS d'armement",
            revision=factories.source("« Devant les LIVRAISONS d'armement », dit-elle."),
        )
        assert f"/admin/claims/statement/unite/{one.pk}/{other.pk}/" in page(curator, queue="duplicates")

    def test_has_neither_other_speakers_nor_other_words_nor_the_same_document(self, ann: User) -> None:
        ada, revision = factories.speaker(), factories.source()
        factories.draft(speakers=[ada], words=WORDS, revision=revision)
        factories.draft(speakers=[ada, factories.speaker("Bo")], words=WORDS)
        factories.draft(speakers=[ada], words="devant les livraisons d’armement à l’étranger")
        factories.draft(speakers=[ada], words=WORDS, revision=revision)
        assert duplicates.same_statements(access(ann)) == []

    def test_two_words_are_the_same_by_chance(self, ann: User) -> None:
        ada = factories.speaker()
        for _ in range(2):
            factories.draft(speakers=[ada], words="profonde préoccupation")
        assert duplicates.same_statements(access(ann)) == []

    def test_a_draft_and_a_public_one_are_linked_at_the_desk(self, curator: Client) -> None:
        ada = factories.speaker()
        factories.published(speakers=[ada], words=WORDS)
        draft = factories.draft(speakers=[ada], words=WORDS)
        words = page(curator, queue="duplicates")
        assert "Link at the desk" in words
        assert f"/admin/desk/sources/{source_of(draft)}/?item=" in words

    def test_what_is_told_apart_leaves(self, ann: User) -> None:
        ada = factories.speaker()
        one, other = (factories.draft(speakers=[ada], words=WORDS) for _ in range(2))
        assert len(duplicates.same_statements(access(ann))) == 1
        relation = Relation.objects.create(statement=other, type="repeats", other=one)
        assert duplicates.same_statements(access(ann)) == []
        relation.delete()
        for statement, day in ((one, "2024-01"), (other, "2024-02-03")):
            Statement.objects.filter(pk=statement.pk).update(said_at=day, said_at_basis="printed")
        assert duplicates.same_statements(access(ann)) == []

    def test_what_is_linked_is_decided_until_it_could_not_be_carried_out(self, bob: User) -> None:
        ada = factories.speaker()
        public = factories.published(speakers=[ada], words=WORDS)
        draft = factories.draft(speakers=[ada], words="profonde préoccupation")
        same = factories.draft(speakers=[ada], words=WORDS)
        for one in (draft, same):
            Link.objects.create(statement=one, same_as=public, linked_at=timezone.now())
        assert duplicates.same_statements(access(bob)) == []
        factories.put_out(draft)
        (pair,) = duplicates.same_statements(access(bob))
        assert (pair.one, pair.other, pair.can_unite) == (draft, public, True)

    def test_public_ones_are_for_reviewers_and_drafts_of_others_for_nobody_else(self, ann: User, bob: User) -> None:
        ada = factories.speaker()
        for _ in range(2):
            factories.published(speakers=[ada], words=WORDS)
        assert duplicates.same_statements(access(ann)) == []
        assert len(duplicates.same_statements(access(bob))) == 1
        factories.draft(speakers=[ada], words=WORDS)
        eve = person("eve", "contributors")
        assert duplicates.same_statements(access(eve)) == []

    def test_who_only_reads_has_none(self) -> None:
        assert duplicates.same_statements(Access(user=person("rea", "readers"))) == []


class TestSpeakers:
    def test_has_those_of_one_name_by_whichever_of_their_names(self, curator: Client) -> None:
        one, other = factories.speaker("Ada Éssai"), factories.speaker("A. Essai")
        SpeakerName.objects.create(speaker=other, name="ada essai")
        factories.speaker("Ada Essai Martin")
        assert f"/admin/claims/speaker/{other.pk}/merge/?into={one.pk}" in page(curator, queue="speakers")
        assert counts(curator)["speakers"] == "1"

    def test_leaves_out_other_kinds_the_unnamed_the_merged_and_those_with_notes(self, ann: User) -> None:
        ada = factories.speaker("Ada Essai", note="porte-parole")
        factories.speaker("Ada Essai", type="organization")
        factories.speaker("Ada Essai", note="chanteuse")
        factories.speaker("Ada Essai", merged_into=ada)
        for _ in range(2):
            factories.speaker("un haut responsable", is_named=False)
        assert duplicates.same_speakers(access(ann)) == []

    def test_is_for_who_may_merge(self) -> None:
        assert "speakers" not in counts(browser_of(person("eve", "contributors")))


class TestThePage:
    def test_costs_the_same_for_one_and_for_many(self, reviewer: Client, bob: User) -> None:
        def fill() -> None:
            ada = factories.speaker("Ada Essai")
            factories.speaker("Ada Essai")
            waiting(publisher=factories.publisher())
            urgent(waiting(), assigned_to=bob)
            in_review()
            in_review("bob")
            approve(statement_id=in_review().pk, by=factories.user("reviewer"))
            return_to_draft(statement_id=in_review("bob").pk, reason="Non.")
            for _ in range(2):
                moved = factories.draft(speakers=[ada], words=WORDS)
            revised(moved.appearances.get().source_text.source, f"Avant. {factories.TEXT}")

        fill()
        few = queries(reviewer)
        for _ in range(3):
            fill()
        assert queries(reviewer) == few
        assert few == 48

    @pytest.mark.parametrize("group", ["readers", "administrators"])
    def test_is_for_who_works_at_the_desk(self, group: str) -> None:
        expected = {"readers": 403, "administrators": 200}[group]
        assert browser_of(person("one", group)).get(QUEUES).status_code == expected

    def test_strangers_are_led_to_the_login(self) -> None:
        answer = Client(headers={"host": "localhost"}).get(QUEUES)
        assert (answer.status_code, answer["Location"]) == (302, "/admin/login/?next=/admin/desk/")

    def test_hostile_titles_are_shown_as_text_and_nothing_is_inline(self, curator: Client) -> None:
        waiting(title="<script>alert(1)</script>\"'")
        answer = curator.get(QUEUES)
        words = answer.content.decode()
        assert "<script>alert" not in words
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in words
        assert "'unsafe-inline'" not in answer["Content-Security-Policy"]
        assert not [sign for sign in (" style=", " onclick=", "<script>") if sign in words]

    def test_says_so_where_nothing_waits(self, curator: Client) -> None:
        assert "Nothing waits for you." in page(curator)
