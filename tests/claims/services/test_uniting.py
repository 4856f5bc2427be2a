"""Two records of one utterance become one with the appearances of both; what is not the same utterance stays two."""

from typing import Any
from uuid import uuid4

import pytest

from claims.models import (
    Appearance,
    Attribution,
    Claim,
    Membership,
    Position,
    Relation,
    Role,
    Speaker,
    Statement,
    StatementSearch,
    Wording,
)
from claims.services.recording import Part
from claims.services.reviewing import StaleVersionError, publish, return_to_draft, submit, withdraw
from claims.services.uniting import UniteRefusedError, unite_statements
from claims.text.spans import find
from sources.models import SourceText
from tests import factories
from tests.claims.changes import contexts_of

pytestmark = pytest.mark.django_db

MAKERS = [factories.draft, factories.published]


@pytest.fixture
def ada() -> Speaker:
    return factories.speaker()


def unite(statement: Statement, into: Statement, **more: Any) -> Statement:
    return unite_statements(statement_id=statement.pk, into_id=into.pk, by=factories.user("curator"), **more)


def revision(place: str) -> SourceText:
    return factories.source(f"{place}. {factories.TEXT}")


class TestWhatMoves:
    @pytest.mark.parametrize("make", MAKERS)
    def test_the_kept_one_appears_wherever_either_did(self, make: Any, ada: Speaker) -> None:
        texts = [revision(place) for place in ("Paris", "Lyon")]
        into, statement = (
            make(parts=[Part(speaker=ada, mention=find(text.text, "Ada Essai"))], revision=text, relayed_by=[ada])
            for text in texts
        )
        kept = unite(statement, into)
        assert kept == into
        assert [row.source_text for row in kept.appearances.order_by("pk")] == texts
        assert {mention.attribution for row in kept.appearances.all() for mention in row.mentions.all()} == {
            kept.attributions.get()
        }
        assert Appearance.objects.count() == 2
        assert kept.status == into.status

    @pytest.mark.parametrize("make", MAKERS)
    def test_parts_topics_positions_and_relations_move_once_each(self, make: Any, ada: Speaker) -> None:
        public = factories.speaker("Public", type="group")
        shared, own = factories.topic("a"), factories.topic("b")
        statement = make(parts=[Part(speaker=ada), Part(speaker=public, kind="addressee")], topics=[shared, own])
        into = make(speakers=[ada], topics=[shared])
        others = [factories.published(speakers=[ada]) for _ in range(2)]
        claims = [Claim.objects.create(text={"en": text}) for text in ("x", "y")]
        for one in (statement, into):
            Position.objects.create(statement=one, claim=claims[0], stance="affirms")
            Relation.objects.create(statement=one, type="repeats", other=others[0])
            Relation.objects.create(statement=others[1], type="denies", other=one)
        Position.objects.create(statement=statement, claim=claims[1], stance="denies")
        Relation.objects.create(statement=statement, type="answers", other=others[0])
        Relation.objects.create(statement=statement, type="repeats", other=into)
        Relation.objects.create(statement=into, type="corrects", other=statement)
        kept = unite(statement, into)
        assert set(kept.attributions.values_list("speaker", "kind")) == {(ada.pk, "speaker"), (public.pk, "addressee")}
        assert set(kept.topics.all()) == {shared, own}
        assert set(kept.positions.values_list("claim", "stance")) == {
            (claims[0].pk, "affirms"),
            (claims[1].pk, "denies"),
        }
        assert set(kept.relations.values_list("type", "other")) == {
            ("repeats", others[0].pk),
            ("answers", others[0].pk),
        }
        assert [(row.type, row.statement) for row in kept.related.all()] == [("denies", others[1])]
        assert Relation.objects.count() == 3
        assert Position.objects.count() == 2

    def test_the_role_of_a_part_is_taken_where_the_kept_one_has_none(self, ada: Speaker) -> None:
        held = Membership.objects.create(speaker=ada, role=Role.objects.create(labels={"en": "minister"}))
        statement = factories.draft(parts=[Part(speaker=ada, membership=held)])
        kept = unite(statement, factories.draft(parts=[Part(speaker=ada, has_no_role=True)]))
        assert kept.attributions.get().membership == held

    def test_the_same_words_of_the_same_text_are_one_appearance(self, ada: Speaker) -> None:
        text = revision("Paris")
        into, statement = (factories.draft(speakers=[ada], revision=text) for _ in range(2))
        assert unite(statement, into).appearances.count() == 1
        assert Appearance.objects.count() == 1


class TestDrafts:
    def test_the_other_goes_and_its_wordings_in_further_languages_stay(self, ada: Speaker) -> None:
        statement = factories.draft(
            speakers=[ada], wordings=[{"language": "fr", "text": "une"}, {"language": "en", "text": "one"}]
        )
        into = factories.draft(speakers=[ada], wordings=[{"language": "fr", "text": "un"}])
        kept = unite(statement, into)
        assert set(kept.wordings.values_list("language", "text")) == {("fr", "un"), ("en", "one")}
        assert not Statement.objects.filter(pk=statement.pk).exists()
        assert Wording.objects.count() == 2
        assert set(StatementSearch.objects.values_list("statement", "language")) == {(kept.pk, "fr"), (kept.pk, "en")}

    def test_two_originals_are_for_a_person_to_decide(self, ada: Speaker) -> None:
        drafts = [
            factories.draft(speakers=[ada], wordings=[{"language": language, "text": "x", "is_original": True}])
            for language in ("fr", "en")
        ]
        with pytest.raises(UniteRefusedError, match="en, fr"):
            unite(*drafts)


class TestPublished:
    def test_the_other_is_withdrawn_and_points_to_the_kept_one(self, ada: Speaker) -> None:
        statement, into = (factories.published(speakers=[ada]) for _ in range(2))
        wordings = list(statement.wordings.all())
        unite(statement, into)
        statement.refresh_from_db()
        assert (statement.status, statement.merged_into) == ("withdrawn", into)
        assert statement.withdrawn_reason == f"It is one with statement {into.pk}."
        assert statement.withdrawn_at is not None
        assert list(statement.wordings.all()) == wordings
        assert statement.attributions.count() == 1
        assert not statement.appearances.exists()

    def test_one_without_a_wording_keeps_the_words_it_was_published_with(self, ada: Speaker) -> None:
        statement = factories.draft(speakers=[ada])
        statement.wordings.all().delete()
        factories.put_out(statement)
        unite(statement, factories.published(speakers=[ada]))
        assert [row.text for row in statement.wordings.all()] == [factories.WORDS]

    def test_those_found_to_be_one_with_it_earlier_point_to_the_kept_one(self, ada: Speaker) -> None:
        first, second, third = (factories.published(speakers=[ada]) for _ in range(3))
        unite(first, second)
        unite(second, third)
        first.refresh_from_db()
        assert first.merged_into == third
        assert third.appearances.count() == 3


class TestRefusals:
    def test_itself(self, ada: Speaker) -> None:
        one = factories.draft(speakers=[ada])
        with pytest.raises(UniteRefusedError, match="itself"):
            unite(one, one)

    @pytest.mark.parametrize("make", MAKERS)
    def test_what_different_speakers_say(self, make: Any, ada: Speaker) -> None:
        alone, joint = make(speakers=[ada]), make(speakers=[ada, factories.speaker("Autre")])
        for pair in ((alone, joint), (joint, alone)):
            with pytest.raises(UniteRefusedError, match="Different speakers"):
                unite(*pair)

    def test_a_draft_and_a_published_one(self, ada: Speaker) -> None:
        pair = [factories.draft(speakers=[ada]), factories.published(speakers=[ada])]
        for one, other in (pair, reversed(pair)):
            with pytest.raises(UniteRefusedError, match="publish the draft first"):
                unite(one, other)

    def test_what_is_in_review_withdrawn_or_one_with_another(self, ada: Speaker) -> None:
        in_review = factories.draft(speakers=[ada])
        submit(statement_id=in_review.pk, by=factories.user("author"))
        united, kept = (factories.published(speakers=[ada]) for _ in range(2))
        unite(united, kept)
        published = factories.published(speakers=[ada])
        for one, reason in (
            (in_review, "in review"),
            (factories.withdrawn(speakers=[ada]), "was withdrawn"),
            (united, f"one with another already: {kept.pk}"),
        ):
            for pair in ((one, published), (published, one)):
                with pytest.raises(UniteRefusedError, match=reason):
                    unite(*pair)

    def test_a_draft_that_was_public_once_is_not_deleted(self, ada: Speaker) -> None:
        corrected, again = (
            return_to_draft(statement_id=factories.withdrawn(speakers=[ada]).pk, reason="x") for _ in range(2)
        )
        fresh = factories.draft(speakers=[ada])
        with pytest.raises(UniteRefusedError, match="was public once and stays: keep it"):
            unite(corrected, fresh)
        with pytest.raises(UniteRefusedError, match="publish both again"):
            unite(corrected, again)
        assert unite(fresh, corrected).appearances.count() == 2

    def test_different_positions_to_the_same_claim(self, ada: Speaker) -> None:
        pair = [factories.published(speakers=[ada]) for _ in range(2)]
        claim = Claim.objects.create(text={"en": "It rains."})
        for one, stance in zip(pair, ("affirms", "denies"), strict=True):
            Position.objects.create(statement=one, claim=claim, stance=stance)
        with pytest.raises(UniteRefusedError, match="It rains"):
            unite(*pair)

    def test_what_was_changed_since_it_was_read(self, ada: Speaker) -> None:
        pair = [factories.draft(speakers=[ada]) for _ in range(2)]
        with pytest.raises(StaleVersionError):
            unite(*pair, version=pair[0].version + 1)
        with pytest.raises(StaleVersionError):
            unite(*pair, into_version=pair[1].version + 1)
        assert unite(*pair, version=pair[0].version, into_version=pair[1].version) == pair[1]

    def test_one_that_is_not_there(self, ada: Speaker) -> None:
        with pytest.raises(Statement.DoesNotExist):
            unite_statements(statement_id=uuid4(), into_id=factories.draft().pk, by=factories.user("curator"))


def test_what_was_one_with_another_does_not_come_back_by_itself(ada: Speaker) -> None:
    statement, into = (factories.published(speakers=[ada]) for _ in range(2))
    unite(statement, into)
    withdraw(statement_id=into.pk, reason="Misattributed.")
    with pytest.raises(Exception, match="correct that one"):
        return_to_draft(statement_id=statement.pk, reason="x")
    with pytest.raises(Exception, match="Withdrawn"):
        publish(statement_id=statement.pk, by=factories.user("reviewer"))


def test_the_history_says_that_they_were_united(ada: Speaker) -> None:
    pair = [factories.published(speakers=[ada]) for _ in range(2)]
    unite(*pair)
    for model in (Statement, Appearance):
        assert contexts_of(model)[-1]["act"] == "unite"
    assert "unite" not in [one.get("act") for one in contexts_of(Attribution)]
