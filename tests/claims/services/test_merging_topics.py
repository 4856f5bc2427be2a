"""All that names one topic names the other afterwards, once; what cannot be one is refused with a reason."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from claims.history.earlier import RestoreRefusedError
from claims.history.restoring import restore_row, restore_statement
from claims.models import StatementTopic, Topic, TopicSameAs
from claims.services.merging_rows import MergeRefusedError
from claims.services.merging_topics import merge_topics
from claims.services.reviewing import StaleVersionError, approve, submit
from config.writing.refusals import check_deferred_rules
from tests import factories
from tests.claims.changes import contexts_of

pytestmark = pytest.mark.django_db


def merge(topic: Topic, into: Topic, **more: Any) -> Topic:
    return merge_topics(topic_id=topic.pk, into_id=into.pk, by=factories.user("curator"), **more)


@contextmanager
def refused(sentence: str) -> Iterator[None]:
    """Expect the database to refuse it, at the latest at the end."""
    with pytest.raises(IntegrityError, match=sentence), transaction.atomic(), rules_checked():
        yield


@contextmanager
def rules_checked() -> Iterator[None]:
    yield
    check_deferred_rules()


def pair() -> tuple[Topic, Topic]:
    return factories.topic("armes"), factories.topic("armement")


class TestWhatMoves:
    def test_all_that_named_the_first_names_the_second(self) -> None:
        gone, kept = pair()
        narrower, earlier = factories.topic("missiles", broader=gone), factories.topic("armes de guerre")
        merge(earlier, gone)
        TopicSameAs.objects.create(topic=gone, url="https://register.example/1")
        said = [factories.published(topics=[gone]), factories.draft(topics=[gone]), factories.withdrawn(topics=[gone])]
        merge(gone, kept)
        assert [list(one.topics.all()) for one in said] == [[kept]] * 3
        for row in (narrower, earlier, gone):
            row.refresh_from_db()
        assert (narrower.broader, earlier.merged_into, gone.merged_into) == (kept, kept, kept)
        assert [one.url for one in kept.same_as.all()] == ["https://register.example/1"]
        assert list(Topic.objects.live().order_by("pk")) == [kept, narrower]

    def test_what_was_about_both_is_about_the_kept_one_once(self) -> None:
        gone, kept = pair()
        both = factories.published(topics=[gone, kept])
        merge(gone, kept)
        assert StatementTopic.objects.get(statement=both).topic == kept

    def test_labels_are_kept_in_languages_that_were_lacking(self) -> None:
        gone, kept = pair()
        Topic.objects.filter(pk=gone.pk).update(labels={"fr": "armes", "de": "Waffen"})
        assert merge(gone, kept).labels == {"fr": "armement", "de": "Waffen"}
        gone.refresh_from_db()
        assert gone.labels == {"fr": "armes", "de": "Waffen"}

    def test_the_kept_one_belongs_where_the_other_did_if_it_belonged_nowhere(self) -> None:
        defence, war = factories.topic("défense"), factories.topic("guerre")
        assert merge(factories.topic("a", broader=defence), factories.topic("b")).broader == defence
        assert merge(factories.topic("c", broader=defence), factories.topic("d", broader=war)).broader == war

    def test_a_narrow_one_merged_into_its_broad_one_leaves_no_loop(self) -> None:
        broad = factories.topic("défense")
        middle = factories.topic("armée", broader=broad)
        narrow = factories.topic("armement", broader=middle)
        assert merge(narrow, broad).broader is None
        assert merge(middle, broad).broader is None

    def test_it_becomes_public_with_what_was(self) -> None:
        gone, kept = pair()
        factories.published(topics=[gone])
        assert merge(gone, kept).is_public
        hidden, other = pair()
        assert not merge(hidden, other).is_public

    def test_an_approval_is_of_what_was_read(self) -> None:
        gone, kept = pair()
        draft = factories.draft(topics=[gone])
        submit(statement_id=draft.pk, by=factories.user("author"))
        approve(statement_id=draft.pk, by=factories.user("reviewer"))
        merge(gone, kept)
        draft.refresh_from_db()
        assert (draft.status, draft.reviewed_by) == ("in_review", None)

    def test_the_history_says_what_it_was_and_who_did_it(self) -> None:
        gone, kept = pair()
        factories.published(topics=[gone])
        merge(gone, kept)
        for context in (contexts_of(Topic, pgh_obj=gone)[-1], contexts_of(StatementTopic)[-1]):
            assert (context["act"], context["user"]) == ("merge", factories.user("curator").pk)

    def test_versions_grow(self) -> None:
        gone, kept = pair()
        said = factories.published(topics=[gone])
        merge(gone, kept)
        after = Topic.objects.get(pk=gone.pk).version
        assert after > gone.version
        before = said.version
        said.refresh_from_db()
        assert said.version > before


class TestRefusals:
    def test_itself(self) -> None:
        topic = factories.topic()
        with pytest.raises(MergeRefusedError, match="itself"):
            merge(topic, topic)

    def test_one_that_was_merged_already(self) -> None:
        gone, kept = pair()
        merge(gone, kept)
        for one, other in ((gone, factories.topic("x")), (factories.topic("y"), gone)):
            with pytest.raises(MergeRefusedError, match=f"it is “armement” \\({kept.pk}\\) now"):
                merge(one, other)

    def test_a_broad_one_into_one_of_its_parts(self) -> None:
        broad = factories.topic("défense")
        narrow = factories.topic("missiles", broader=factories.topic("armement", broader=broad))
        with pytest.raises(MergeRefusedError, match="“missiles” is part of “défense”"):
            merge(broad, narrow)

    def test_what_was_changed_since(self) -> None:
        gone, kept = pair()
        Topic.objects.filter(pk=gone.pk).update(labels={"fr": "arme"})
        with pytest.raises(StaleVersionError):
            merge(gone, kept, version=gone.version)

    def test_none(self) -> None:
        topic = factories.topic()
        with pytest.raises(Topic.DoesNotExist):
            merge_topics(topic_id=topic.pk, into_id=uuid4(), by=factories.user("curator"))


class TestRulesOfTheDatabase:
    """What no import and no SQL can leave behind."""

    @pytest.fixture
    def merged(self) -> tuple[Topic, Topic]:
        gone, kept = pair()
        merge(gone, kept)
        return Topic.objects.get(pk=gone.pk), kept

    def test_nothing_names_a_merged_one(self, merged: tuple[Topic, Topic]) -> None:
        gone, _kept = merged
        draft, spare = factories.draft(), factories.topic("autre")
        for act in (
            lambda: StatementTopic.objects.create(statement=draft, topic=gone),
            lambda: Topic.objects.filter(pk=spare.pk).update(broader=gone),
            lambda: Topic.objects.filter(pk=spare.pk).update(merged_into=gone),
            lambda: Topic.objects.create(labels={"fr": "x"}, merged_into=gone),
        ):
            with refused("This topic was merged into another"):
                act()

    def test_none_is_merged_into_itself_or_round_in_a_circle(self, merged: tuple[Topic, Topic]) -> None:
        gone, kept = merged
        for into in (gone, kept):
            with refused("merged"):
                Topic.objects.filter(pk=kept.pk).update(merged_into=into)

    def test_what_is_named_is_not_merged(self) -> None:
        topic, kept = pair()
        for act in (lambda: factories.draft(topics=[topic]), lambda: factories.topic("missiles", broader=topic)):
            with refused("must name the other first"):
                act()
                Topic.objects.filter(pk=topic.pk).update(merged_into=kept)


@pytest.mark.django_db(transaction=True)
class TestEarlierVersions:
    def test_a_merged_one_is_followed_to_the_living_one(self) -> None:
        gone, kept = pair()
        draft = factories.draft(topics=[gone, kept])
        draft.statementtopic_set.all().delete()
        merge(gone, kept)
        restored = restore_statement(statement_id=draft.pk, number=1, by=factories.user("curator"))
        assert list(restored.topics.all()) == [kept]

    def test_a_broader_one_that_was_merged_is_followed(self) -> None:
        gone, kept = pair()
        narrow = factories.topic("missiles", broader=gone)
        Topic.objects.filter(pk=narrow.pk).update(broader=None)
        merge(gone, kept)
        assert restore_row(Topic, pk=narrow.pk, number=1, by=factories.user("curator")).broader == kept

    def test_a_merged_one_is_not_restored(self) -> None:
        gone, kept = pair()
        merge(gone, kept)
        with pytest.raises(RestoreRefusedError, match="merged into another"):
            restore_row(Topic, pk=gone.pk, number=1, by=factories.user("curator"))


class TestLiving:
    """`living` follows ids to what stands for them now."""

    def test_each_leads_to_the_living_one_in_one_query(self, django_assert_num_queries: Any) -> None:
        first, second = pair()
        third, unknown = factories.topic("armements"), uuid4()
        merge(first, second)
        merge(second, third)
        given = [unknown, first.pk, third.pk, second.pk, first.pk]
        with django_assert_num_queries(1):
            found = Topic.objects.living(given, only_public=False)
        assert found == [unknown, third.pk, third.pk, third.pk, third.pk]
        assert Topic.objects.living([], only_public=True) == []

    def test_the_public_is_led_nowhere_from_what_it_may_not_know(self) -> None:
        hidden, kept = pair()
        shown = factories.topic("armes lourdes")
        factories.published(topics=[kept, shown])
        merge(hidden, kept)
        merge(shown, kept)
        given = [hidden.pk, shown.pk, kept.pk]
        assert Topic.objects.living(given, only_public=True) == [hidden.pk, kept.pk, kept.pk]
        assert Topic.objects.living(given, only_public=False) == [kept.pk] * 3
