"""What belongs to another is moved to a new speaker, roles with what was said in them."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from claims.models import Attribution, Membership, Relay, Role, Speaker, SpeakerName
from claims.services.merging import merge_speakers
from claims.services.merging_rows import MergeRefusedError
from claims.services.recording import Part
from claims.services.reviewing import StaleVersionError
from claims.services.splitting import SplitRefusedError, split_speaker
from tests import factories
from tests.claims.changes import contexts_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def speaker() -> Speaker:
    return factories.speaker("Kim")


@pytest.fixture
def held(speaker: Speaker) -> Membership:
    role = Role.objects.create(category="minister", labels={"en": "minister"})
    return Membership.objects.create(speaker=speaker, role=role, start="2020")


def split(speaker: Speaker, name: str = "Kim the other", **chosen: Any) -> Speaker:
    return split_speaker(speaker_id=speaker.pk, by=factories.user("curator"), name=name, **chosen)


def test_the_chosen_rows_move_and_the_others_stay(speaker: Speaker, held: Membership) -> None:
    moving = factories.published(parts=[Part(speaker=speaker, membership=held)])
    staying = factories.published(parts=[Part(speaker=speaker, has_no_role=True)], relayed_by=[speaker])
    relayed = factories.published(speakers=[factories.speaker("Autre")], relayed_by=[speaker])
    names = [SpeakerName.objects.create(speaker=speaker, name=name) for name in ("K.", "Kim 2")]
    made = split(
        speaker,
        attributions=[moving.attributions.get().pk],
        memberships=[held.pk],
        names=[names[1].pk],
        relays=[Relay.objects.get(appearance__statement=relayed).pk],
    )
    assert (made.name, made.type, made.is_public) == ("Kim the other", "person", True)
    assert (moving.attributions.get().speaker, staying.attributions.get().speaker) == (made, speaker)
    assert [row.speaker for row in Relay.objects.order_by("pk")] == [speaker, made]
    assert (list(made.names.all()), list(speaker.names.all())) == ([names[1]], [names[0]])
    assert list(made.memberships.all()) == [held]
    assert not speaker.memberships.exists()


def test_a_part_of_a_whole_splits_into_two_parts_of_it() -> None:
    state = factories.speaker("Utopie", type="state", country="FR")
    ministry = factories.speaker("Ministère", type="organization", part_of=state, country="FR")
    statements = [factories.draft(speakers=[ministry]) for _ in range(2)]
    made = split(ministry, "Bureau", attributions=[statements[0].attributions.get().pk])
    assert (made.type, made.part_of, made.country) == ("organization", state, "FR")
    person = split(ministry, "Ada", type="person", attributions=[statements[1].attributions.get().pk])
    assert (person.type, person.part_of) == ("person", None)


def test_a_merge_is_undone(speaker: Speaker) -> None:
    other = factories.speaker("Kim 2")
    said = factories.published(speakers=[other])
    merge_speakers(speaker_id=other.pk, into_id=speaker.pk, by=factories.user("curator"))
    name = speaker.names.get(name="Kim 2")
    made = split(speaker, "Kim 2", attributions=[said.attributions.get().pk], names=[name.pk])
    assert said.attributions.get().speaker == made


class TestRefusals:
    def test_what_was_said_in_a_role_does_not_move_without_it(self, speaker: Speaker, held: Membership) -> None:
        said = factories.published(parts=[Part(speaker=speaker, membership=held)])
        with pytest.raises(SplitRefusedError, match=r"minister.*move that role too"):
            split(speaker, attributions=[said.attributions.get().pk])

    def test_a_role_does_not_move_without_what_was_said_in_it(self, speaker: Speaker, held: Membership) -> None:
        factories.published(parts=[Part(speaker=speaker, membership=held)])
        with pytest.raises(SplitRefusedError, match="1 statement was made that stays"):
            split(speaker, memberships=[held.pk])

    def test_rows_of_another_speaker(self, speaker: Speaker) -> None:
        said = factories.draft(speakers=[factories.speaker("Autre")])
        several: list[dict[str, Any]] = [{"attributions": [said.attributions.get().pk]}, {"names": [uuid4()]}]
        for chosen in several:
            with pytest.raises(SplitRefusedError, match="not any more, of “Kim”"):
                split(speaker, **chosen)

    def test_nothing_chosen(self, speaker: Speaker) -> None:
        with pytest.raises(SplitRefusedError, match="Choose"):
            split(speaker)

    @pytest.mark.parametrize("values", [{"name": "  "}, {"name": "x" * 201}, {"type": "robot"}])
    def test_a_wrong_name_or_type(self, speaker: Speaker, values: dict[str, str]) -> None:
        said = factories.draft(speakers=[speaker])
        with pytest.raises(ValidationError):
            split(speaker, **values, attributions=[said.attributions.get().pk])
        assert Speaker.objects.count() == 1

    def test_a_merged_speaker(self, speaker: Speaker) -> None:
        merge_speakers(speaker_id=speaker.pk, into_id=factories.speaker().pk, by=factories.user("curator"))
        with pytest.raises(MergeRefusedError, match="Ada Essai"):
            split(speaker, names=[uuid4()])

    def test_what_was_changed_since_it_was_read(self, speaker: Speaker) -> None:
        name = SpeakerName.objects.create(speaker=speaker, name="K.")
        with pytest.raises(StaleVersionError):
            split(speaker, names=[name.pk], version=speaker.version)


def test_the_history_says_that_it_was_a_split(speaker: Speaker) -> None:
    said = factories.published(speakers=[speaker])
    split(speaker, attributions=[said.attributions.get().pk])
    assert [one["act"] for one in contexts_of(Attribution, pgh_label="update")] == ["split"]
