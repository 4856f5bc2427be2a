"""The cast of a source: numbered once, with roles at its date and where it names them."""

import pytest

from claims.desk.cast import MOST_AT_FIRST
from claims.desk.models import CastMember
from claims.models import Membership, Role, Speaker
from tests import factories
from tests.claims.desk.conftest import Sit

pytestmark = pytest.mark.django_db
TEXT = (
    "Berta Mute et Zoé Muette étaient là. « Nous avons tout vu de nos yeux », a déclaré Ada Essai. "
    "« Et nous l’avons dit à tous », a ajouté Carl Second."
)


def test_who_speaks_comes_first_in_the_order_of_the_text_and_then_who_is_named(sit: Sit) -> None:
    for name in ("Zoé Muette", "Carl Second", "Berta Mute", "Ada Essai", "Personne Absente"):
        factories.speaker(name)
    cast = sit(factories.source(TEXT)).state()["cast"]
    assert [(one["number"], one["name"]) for one in cast] == [
        (1, "Ada Essai"),
        (2, "Carl Second"),
        (3, "Berta Mute"),
        (4, "Zoé Muette"),
    ]


def test_at_first_it_is_short(sit: Sit) -> None:
    names = [f"Nom{letter} Essai" for letter in "abcdefghijklmnopqrstuvwxyz"]
    for name in names:
        factories.speaker(name)
    cast = sit(factories.source(", ".join(names))).state()["cast"]
    assert len(cast) == MOST_AT_FIRST


def test_a_new_text_adds_to_it_and_no_number_moves(sit: Sit) -> None:
    ada, berta = factories.speaker("Ada Essai"), factories.speaker("Berta Mute")
    revision = factories.source("Un jour, Ada Essai vint.")
    before = sit(revision).state()["cast"]
    newer = revision.source.texts.create(number=2, raw=b"x", text="Un jour, Berta Mute vint, et Ada Essai.")
    after = sit(newer).state()["cast"]
    assert [one["id"] for one in before] == [str(ada.pk)]
    assert [(one["number"], one["id"]) for one in after] == [(1, str(ada.pk)), (2, str(berta.pk))]


def test_it_has_the_role_at_the_date_of_the_source(sit: Sit) -> None:
    revision = factories.source(published_at="2024-11-16")
    state = factories.speaker("Tokyo", type="state")
    ada = factories.speaker("Ada Essai")
    role = Role.objects.create(labels={"fr": "porte-parole", "en": "spokesperson"})
    held = Membership.objects.create(speaker=ada, role=role, organization=state, start="2020")
    Membership.objects.create(speaker=ada, role=role, organization=state, start="2010", end="2015")

    cast = {one["id"]: one for one in sit(revision).state()["cast"]}

    assert cast[str(ada.pk)]["role"] == "spokesperson, Tokyo"
    assert cast[str(ada.pk)]["membership"] == str(held.pk)
    assert cast[str(state.pk)]["type"] == "state"
    assert (cast[str(state.pk)]["role"], cast[str(state.pk)]["membership"]) == ("", None)


def test_of_several_roles_none_is_chosen(sit: Sit) -> None:
    ada = factories.speaker("Ada Essai")
    for label in ("minister", "spokesperson"):
        Membership.objects.create(speaker=ada, role=Role.objects.create(labels={"en": label}))
    (dated,) = sit(factories.source(published_at="2024")).state()["cast"]
    assert (dated["role"], dated["membership"]) == ("minister · spokesperson", None)
    (undated,) = sit(factories.source()).state()["cast"]
    assert (undated["role"], undated["membership"]) == ("", None)


def test_it_says_where_the_text_names_them(sit: Sit) -> None:
    factories.speaker("Ada Essai")
    text = "Ada Essai vint, et puis Essai parla."
    (cast,) = sit(factories.source(text)).state()["cast"]
    assert [text[start:end] for start, end in cast["mentions"]] == ["Ada Essai", "Essai"]


def test_a_merged_speaker_shows_as_the_one_it_is_now_and_a_number_never_moves(sit: Sit) -> None:
    revision = factories.source()
    ada = factories.speaker("Ada Essai")
    before = sit(revision).state()["cast"]
    other = factories.speaker("Ada Essai-Nouvelle")
    Speaker.objects.filter(pk=ada.pk).update(merged_into=other)
    CastMember.objects.create(source=revision.source, speaker=other, number=7)

    after = sit(revision).state()["cast"]

    number = next(one["number"] for one in before if one["id"] == str(ada.pk))
    assert [(one["number"], one["id"]) for one in after] == [(number, str(other.pk))]
