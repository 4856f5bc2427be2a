"""All that names one speaker names the other afterwards, once; what cannot be one is refused with a reason."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import translation

from claims.models import (
    Attribution,
    Membership,
    Relay,
    Role,
    Speaker,
    SpeakerName,
    SpeakerSameAs,
)
from claims.services.merging import merge_speakers
from claims.services.merging_rows import MergeRefusedError
from claims.services.recording import Part
from claims.services.reviewing import StaleVersionError
from claims.text.spans import find
from tests import factories
from tests.claims.changes import contexts_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def curator() -> User:
    return factories.user("curator")


@pytest.fixture
def pair() -> tuple[Speaker, Speaker]:
    """Two records of one person."""
    return factories.speaker("A. Essai"), factories.speaker("Ada Essai")


@pytest.fixture
def role() -> Role:
    return Role.objects.create(category="minister", labels={"fr": "ministre"})


def merge(speaker: Speaker, into: Speaker, **more: Any) -> Speaker:
    return merge_speakers(speaker_id=speaker.pk, into_id=into.pk, by=factories.user("curator"), **more)


def names_of(speaker: Speaker) -> set[str]:
    return set(speaker.names.values_list("name", flat=True))


def is_named_by_nothing(speaker: Speaker) -> bool:
    return not any(
        (
            Attribution.objects.filter(speaker=speaker).exists(),
            Relay.objects.filter(speaker=speaker).exists(),
            Membership.objects.filter(speaker=speaker).exists(),
            Membership.objects.filter(organization=speaker).exists(),
            Speaker.objects.filter(part_of=speaker).exists(),
            Speaker.objects.filter(merged_into=speaker).exists(),
            SpeakerName.objects.filter(speaker=speaker).exists(),
            SpeakerSameAs.objects.filter(speaker=speaker).exists(),
        )
    )


class TestWhatMoves:
    def test_all_that_named_the_first_names_the_second(self, role: Role) -> None:
        gone, kept = (factories.speaker(name, type="organization") for name in ("Ministère", "Le ministère"))
        minister = factories.speaker("Ada Essai")
        part = factories.speaker("Direction", type="organization", part_of=gone)
        earlier = factories.speaker("Min.", type="organization")
        merge(earlier, gone)
        held = Membership.objects.create(speaker=minister, role=role, organization=gone)
        SpeakerSameAs.objects.create(speaker=gone, url="https://register.example/1")
        said = factories.published(speakers=[gone], relayed_by=[gone])
        draft = factories.draft(parts=[Part(speaker=minister, membership=held)])
        assert merge(gone, kept) == kept
        gone.refresh_from_db()
        earlier.refresh_from_db()
        part.refresh_from_db()
        held.refresh_from_db()
        assert (gone.merged_into, earlier.merged_into, part.part_of, held.organization) == (kept, kept, kept, kept)
        assert [row.speaker for row in said.attributions.all()] == [kept]
        assert [row.speaker for row in Relay.objects.all()] == [kept]
        assert names_of(kept) == {"Ministère", "Min."}
        assert kept.same_as.count() == 1
        assert is_named_by_nothing(gone)
        assert draft.attributions.get().membership == held

    def test_a_body_with_published_roles_in_it_is_merged(self, role: Role) -> None:
        gone, kept = (factories.speaker(name, type="state") for name in ("Utopia", "Utopie"))
        held = Membership.objects.create(speaker=factories.speaker(), role=role, organization=gone)
        factories.published(parts=[Part(speaker=held.speaker, membership=held)])
        merge(gone, kept)
        held.refresh_from_db()
        kept.refresh_from_db()
        assert (held.organization, held.is_public, kept.is_public) == (kept, True, True)

    def test_the_kept_one_is_public_where_the_other_was(self, pair: tuple[Speaker, Speaker]) -> None:
        gone, kept = pair
        factories.withdrawn(speakers=[gone])
        assert not kept.is_public
        assert merge(gone, kept).is_public

    def test_the_statements_grow_by_one_version_and_the_search_finds_them_under_the_kept_name(
        self, pair: tuple[Speaker, Speaker]
    ) -> None:
        gone, kept = pair
        said = factories.published(speakers=[gone])
        version = said.version
        connection.cursor().execute("UPDATE claims_statement SET updated_at = %s", [datetime(2020, 1, 1, tzinfo=UTC)])
        merge(gone, kept)
        said.refresh_from_db()
        assert (said.version, said.status) == (version + 1, "published")
        assert list(Speaker.objects.live().named("a. essai")) == [kept]

    def test_country_and_whole_are_filled_in_where_there_were_none(self) -> None:
        state = factories.speaker("Utopie", type="state", country="FR")
        gone = factories.speaker("Ministère", type="organization", part_of=state, country="FR")
        kept = merge(gone, factories.speaker("Le ministère", type="organization"))
        assert (kept.part_of, kept.country) == (state, "FR")
        other = factories.speaker("Min.", type="organization", country="BE")
        assert merge(other, kept).country == "FR"

    def test_a_part_becomes_one_with_its_whole(self) -> None:
        state = factories.speaker("Utopie", type="organization")
        between = factories.speaker("Direction", type="organization", part_of=state)
        kept = merge(factories.speaker("Bureau", type="organization", part_of=between), state)
        assert kept.part_of is None


class TestNames:
    def test_no_name_is_kept_twice(self, pair: tuple[Speaker, Speaker]) -> None:
        gone, kept = pair
        for speaker, name, language in (
            (gone, "Ada Essai", ""),
            (gone, "Ада", "ru"),
            (gone, "Ada E.", ""),
            (kept, "Ада", "ru"),
            (kept, "A. Essai", "fr"),
        ):
            SpeakerName.objects.create(speaker=speaker, name=name, language=language)
        merge(gone, kept)
        assert sorted(kept.names.values_list("name", "language")) == [("A. Essai", "fr"), ("Ada E.", ""), ("Ада", "ru")]
        assert is_named_by_nothing(gone)

    def test_what_an_unnamed_one_is_called_is_no_name(self) -> None:
        kept = merge(factories.speaker("un haut responsable", is_named=False), factories.speaker("Ada Essai"))
        assert names_of(kept) == set()


class TestWhatBothHave:
    def test_the_same_part_in_a_statement_becomes_one(self, pair: tuple[Speaker, Speaker], role: Role) -> None:
        gone, kept = pair
        held = Membership.objects.create(speaker=gone, role=role)
        text = factories.TEXT
        statement = factories.published(
            parts=[
                Part(speaker=gone, membership=held, mention=find(text, "Ada Essai"), role=find(text, "porte-parole")),
                Part(speaker=kept, certainty="doubtful", mention=find(text, "Tokyo"), has_no_role=True),
                Part(speaker=gone, kind="addressee"),
            ]
        )
        merge(gone, kept)
        parts = {row.kind: row for row in statement.attributions.all()}
        assert {kind: row.speaker for kind, row in parts.items()} == {"speaker": kept, "addressee": kept}
        assert (parts["speaker"].membership, parts["speaker"].certainty) == (held, "certain")
        mention = parts["speaker"].mentions.get()
        assert (mention.exact, mention.role_exact) == ("Tokyo", "porte-parole")

    def test_a_name_printed_for_the_first_only_is_printed_for_the_second(self, pair: tuple[Speaker, Speaker]) -> None:
        gone, kept = pair
        statement = factories.draft(
            parts=[Part(speaker=gone, mention=find(factories.TEXT, "Ada Essai")), Part(speaker=kept)]
        )
        merge(gone, kept)
        assert [row.exact for row in statement.attributions.get().mentions.all()] == ["Ada Essai"]

    def test_equal_roles_become_one_and_others_stay(self, pair: tuple[Speaker, Speaker], role: Role) -> None:
        gone, kept = pair
        body = factories.speaker("Utopie", type="state")
        equal = {"role": role, "organization": body, "start": "2020", "end": None}
        theirs = Membership.objects.create(speaker=gone, **equal)
        own = Membership.objects.create(speaker=kept, **equal)
        later = Membership.objects.create(speaker=gone, **{**equal, "start": "2021"})
        said = factories.published(parts=[Part(speaker=gone, membership=theirs)])
        merge(gone, kept)
        assert set(kept.memberships.all()) == {own, later}
        assert said.attributions.get().membership == own
        own.refresh_from_db()
        assert own.is_public

    def test_equal_roles_in_either_of_two_bodies_become_one(self, role: Role) -> None:
        gone, kept = (factories.speaker(name, type="state") for name in ("Utopia", "Utopie"))
        ada = factories.speaker()
        roles = [Membership.objects.create(speaker=ada, role=role, organization=body) for body in (gone, kept)]
        said = [factories.published(parts=[Part(speaker=ada, membership=held)]) for held in roles]
        merge(gone, kept)
        assert list(ada.memberships.all()) == [roles[1]]
        assert {one.attributions.get().membership for one in said} == {roles[1]}


class TestRefusals:
    def test_into_itself(self, pair: tuple[Speaker, Speaker]) -> None:
        with pytest.raises(MergeRefusedError, match="itself"):
            merge(pair[0], pair[0])

    def test_one_that_was_merged_says_which_it_is_now(self, pair: tuple[Speaker, Speaker]) -> None:
        gone, kept = pair
        third = factories.speaker("Troisième")
        merge(gone, kept)
        for one, other in ((gone, third), (third, gone)):
            with pytest.raises(MergeRefusedError, match=f"it is “Ada Essai” \\({kept.pk}\\) now"):
                merge(one, other)

    @pytest.mark.parametrize(
        ("one", "other", "is_allowed"),
        [
            ("person", "state", False),
            ("person", "organization", False),
            ("state", "organization", False),
            ("group", "person", False),
            ("group", "organization", True),
            ("organization", "group", True),
        ],
    )
    def test_another_type(self, one: str, other: str, is_allowed: bool) -> None:
        speakers = factories.speaker("A", type=one), factories.speaker("B", type=other)
        if is_allowed:
            assert merge(*speakers).type == other
        else:
            with pytest.raises(MergeRefusedError, match="only speakers of the same type"):
                merge(*speakers)

    def test_into_a_part_of_itself(self) -> None:
        whole = factories.speaker("Utopie", type="organization")
        between = factories.speaker("Direction", type="organization", part_of=whole)
        part = factories.speaker("Bureau", type="organization", part_of=between)
        with pytest.raises(MergeRefusedError, match="other way round"):
            merge(whole, part)

    def test_who_holds_a_role_in_the_other(self, role: Role) -> None:
        one, other = (factories.speaker(name, type="organization") for name in ("A", "B"))
        Membership.objects.create(speaker=one, role=role, organization=other)
        for speakers in ((one, other), (other, one)):
            with pytest.raises(MergeRefusedError, match="holds a role in the other"):
                merge(*speakers)

    def test_what_was_changed_since_it_was_read(self, pair: tuple[Speaker, Speaker]) -> None:
        gone, kept = pair
        read = gone.version
        SpeakerName.objects.create(speaker=gone, name="Ada E.")
        with pytest.raises(StaleVersionError):
            merge(gone, kept, version=read)
        assert merge(gone, kept, version=read + 1) == kept

    def test_one_that_is_not_there(self, pair: tuple[Speaker, Speaker], curator: User) -> None:
        with pytest.raises(Speaker.DoesNotExist):
            merge_speakers(speaker_id=uuid4(), into_id=pair[0].pk, by=curator)

    def test_a_refusal_is_said_in_the_readers_language_and_changes_nothing(self, pair: tuple[Speaker, Speaker]) -> None:
        with translation.override("fr"), pytest.raises(MergeRefusedError):
            merge(pair[0], pair[0])
        assert Speaker.objects.live().count() == 2


class TestTheHistory:
    def test_says_that_it_was_a_merge_and_by_whom(self, pair: tuple[Speaker, Speaker], curator: User) -> None:
        gone, kept = pair
        factories.published(speakers=[gone])
        merge(gone, kept)
        contexts = contexts_of(Attribution, pgh_label="update")
        assert [(one["act"], one["user"]) for one in contexts] == [("merge", curator.pk)]

    def test_the_rule_about_drafts_holds_again_afterwards(self, pair: tuple[Speaker, Speaker]) -> None:
        gone, kept = pair
        statement = factories.published(speakers=[gone])
        merge(gone, kept)
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('record.act', true)")
            assert cursor.fetchone() == ("",)
        with pytest.raises(Exception, match="only while it is a draft"):
            statement.attributions.update(certainty="doubtful")


def test_it_costs_the_same_for_one_statement_and_for_many(django_assert_max_num_queries: Any) -> None:
    kept = factories.speaker("Ada Essai")
    gone = factories.speaker("A. Essai")
    for _ in range(30):
        factories.published(speakers=[gone])
    with django_assert_max_num_queries(45):
        merge(gone, kept)
    assert kept.attributions.count() == 30
