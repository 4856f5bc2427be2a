"""GET /api/v1/speakers/ and /{id}/."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claims.models import Membership, Role, Speaker, SpeakerName, SpeakerSameAs
from claims.services.merging import merge_speakers
from claims.services.recording import Part
from sources.models.fields import uuid7
from tests import factories
from tests.asking import Api

PATH = "/api/v1/speakers/"


def public(name: str, **values: Any) -> Speaker:
    """Return a speaker who said something in public."""
    made = factories.speaker(name, **values)
    factories.published(speakers=[made])
    return made


def test_detail_shows_names_roles_and_registers(api: Api) -> None:
    person = factories.full().attributions.get(kind="speaker").speaker
    row = api.get(f"{PATH}{person.pk}/")
    assert row["names"] == [{"name": row["names"][0]["name"], "language": "fr", "kind": "spelling"}]
    assert row["same_as"][0].startswith("https://register.example/speaker/")
    (held,) = row["memberships"]
    assert (held["start"], held["end"]) == ("2020", None)
    assert held["organization"]["type"] == "organization"
    listed = next(one for one in api.get(PATH)["results"] if one["id"] == row["id"])
    assert listed == {name: row[name] for name in listed}


def test_roles_are_shown_that_a_published_statement_was_made_in(api: Api) -> None:
    ada = public("Ada", note="")
    role = Role.objects.create(category="spokesperson", labels={"en": "spokesperson"})
    hidden = factories.speaker("Hidden", type="organization")
    spoken_in = Membership.objects.create(speaker=ada, role=role, start="1980", end="1985")
    of_a_draft = Membership.objects.create(speaker=ada, role=role, organization=hidden, start="1990")
    factories.published(parts=[Part(speaker=ada, membership=spoken_in)], words="Tokyo")
    factories.draft(parts=[Part(speaker=ada, membership=of_a_draft)], words="samedi")
    row = api.get(f"{PATH}{ada.pk}/")
    assert [held["start"] for held in row["memberships"]] == ["1980"]
    assert row["note"] is None


def test_a_whole_is_public_with_its_part(api: Api) -> None:
    state = factories.speaker("Utopie", type="state")
    ministry = public("Ministère", type="organization", part_of=state)
    assert api.get(f"{PATH}{ministry.pk}/")["part_of"]["id"] == str(state.pk)
    api.get(f"{PATH}{state.pk}/")


def test_hidden_and_merged_speakers_answer_as_unknown_ones(api: Api) -> None:
    hidden = factories.draft().attributions.get().speaker
    merged = factories.speaker("Ada E.", merged_into=public("Ada"))
    assert (
        api.get(f"{PATH}{hidden.pk}/", 404) == api.get(f"{PATH}{merged.pk}/", 404) == api.get(f"{PATH}{uuid7()}/", 404)
    )
    assert len(api.ids(PATH)) == 1


def test_one_who_was_public_and_was_merged_leads_to_the_other(api: Api) -> None:
    ada = public("Ada")
    second, first = public("Ada E."), public("A. Essai")
    for one, other in ((first, second), (second, ada)):
        merge_speakers(speaker_id=one.pk, into_id=other.pk, by=factories.user("curator"))
    for one in (first, second):
        answer = api.client.get(f"{PATH}{one.pk}/")
        assert (answer.status_code, answer.content) == (301, b"")
        assert answer["Location"] == f"http://localhost{PATH}{ada.pk}/"
    assert api.ids(PATH) == [str(ada.pk)]


@pytest.mark.parametrize("typed", ["kirby", "KIR", "john k", "kirby john", "Кирби", "kírby", "  kirby "])
def test_names_are_found_by_beginnings_of_words_in_any_spelling(api: Api, typed: str) -> None:
    kirby = public("John Kirby")
    SpeakerName.objects.create(speaker=kirby, name="Джон Кирби", language="ru", kind="transliteration")
    public("Ada Essai")
    assert api.ids(PATH, name=typed) == [str(kirby.pk)]


def test_type_and_country(api: Api) -> None:
    state, person = public("Utopie", type="state", country="FR"), public("Ada", country="US")
    assert api.ids(PATH, type="state") == api.ids(PATH, country="FR") == [str(state.pk)]
    assert set(api.ids(PATH, type=["state", "person"])) == {str(state.pk), str(person.pk)}
    ((name, detail),) = api.refused(PATH, country="France")
    assert name == "country"
    assert "ISO 3166-1" in detail


def test_they_come_by_folded_name(api: Api) -> None:
    names = ["Zoé", "Élise", "eva", "Ada", "Œdipe", "Ada"]
    for name in names:
        public(name)
    listed = [row["name"] for row in api.get(PATH)["results"]]
    assert listed == ["Ada", "Ada", "Élise", "eva", "Œdipe", "Zoé"]


def test_queries_are_as_many_for_one_row_as_for_five(api: Api) -> None:
    person = factories.full().attributions.get(kind="speaker").speaker
    counts = []
    for size in (1, 5):
        if size == 5:
            for _ in range(4):
                factories.full()
        with CaptureQueriesContext(connection) as queries:
            assert len(api.ids(PATH, limit=size)) == size
        counts.append(len(queries))
    assert counts == [2, 2]
    with CaptureQueriesContext(connection) as queries:
        api.get(f"{PATH}{person.pk}/")
    assert len(queries) == 4


def test_they_are_found_by_their_whole_their_page_and_whether_they_are_named(api: Api) -> None:
    state = factories.speaker("Ondria", type="state", is_public=True)
    ministry = factories.speaker("Ministry", type="organization", part_of=state, is_public=True)
    factories.speaker("A senior official", is_named=False, is_public=True)
    SpeakerSameAs.objects.create(speaker=state, url="https://www.wikidata.org/wiki/Q1")
    assert api.ids(PATH, part_of=str(state.pk)) == [str(ministry.pk)]
    assert api.ids(PATH, same_as="HTTPS://www.wikidata.org/wiki/Q1#x") == [str(state.pk)]
    assert api.ids(PATH, named="true") == [str(ministry.pk), str(state.pk)]
    assert api.ids(PATH, not_part_of=str(state.pk), named="true") == [str(state.pk)]
