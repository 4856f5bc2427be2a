"""POST, PATCH and DELETE of /api/v1/speakers/, merging and splitting."""

from typing import Any

import pytest
from django.apps import apps

from claims.models import Speaker
from config.access.roles import Role
from tests import factories
from tests.asking import Api
from tests.writing import Writer

PATH = "/api/v1/speakers/"
NAMES = [
    {"name": "A. Essai", "language": "fr", "kind": "spelling"},
    {"name": "Ада Эссаи", "language": "ru", "kind": "transliteration"},
]
BODY: dict[str, Any] = {
    "type": "person",
    "is_named": True,
    "name": "Ada Essai",
    "country": "FR",
    "note": "porte-parole",
    "part_of": None,
    "names": NAMES,
    "same_as": ["https://register.example/1"],
}


@pytest.fixture
def curator(db: None) -> Writer:
    return Writer(Role.CURATOR)


def test_a_new_one_has_its_names_and_pages(curator: Writer) -> None:
    made = curator.send("post", PATH, BODY, status=201)
    assert {name: made[name] for name in BODY} == BODY
    assert made["memberships"] == []
    assert curator.read(f"{PATH}{made['id']}/") == (made, curator.answer["ETag"])


def test_least_that_it_takes(curator: Writer) -> None:
    made = curator.send("post", PATH, {"name": "Ada"}, status=201)
    assert (made["type"], made["is_named"], made["names"], made["note"]) == ("person", True, [], None)


def test_names_are_replaced_and_those_that_stay_are_the_same_rows(curator: Writer) -> None:
    made = curator.send("post", PATH, BODY, status=201)
    path = f"{PATH}{made['id']}/"
    speaker = Speaker.objects.get(pk=made["id"])
    before = dict(speaker.names.values_list("name", "id"))
    new = [{**NAMES[0], "kind": "acronym"}, {"name": "Ada"}]
    changed = curator.send("patch", path, {"names": new}, status=200, etag=curator.answer["ETag"])
    assert changed["names"] == [
        {"name": "A. Essai", "language": "fr", "kind": "acronym"},
        {"name": "Ada", "language": None, "kind": "spelling"},
    ]
    assert speaker.names.get(name="A. Essai").pk == before["A. Essai"]
    history: Any = apps.get_model("claims", "SpeakerNameChange")
    kinds = history.objects.order_by("pgh_id").values_list("pgh_label", "name")
    assert sorted(list(kinds)[2:]) == [("delete", "Ада Эссаи"), ("insert", "Ada"), ("update", "A. Essai")]
    assert changed["same_as"] == BODY["same_as"]
    changed = curator.send("patch", path, {"names": []}, status=200, etag=curator.answer["ETag"])
    assert changed["names"] == []


@pytest.mark.parametrize(
    ("changes", "at"),
    [
        ({"names": [NAMES[0], {"language": "fr"}]}, ["/names/1/name"]),
        ({"names": [{"name": "x", "nonsense": 1}]}, ["/names/0/nonsense"]),
        ({"names": [{"name": "x", "language": "french"}]}, ["/names/0/language"]),
        ({"names": [{"name": "x", "kind": "nick"}]}, ["/names/0/kind"]),
        ({"names": [1]}, ["/names/0"]),
        ({"names": {}}, ["/names"]),
        ({"names": [NAMES[0], {**NAMES[0], "kind": "acronym"}]}, ["/names/1"]),
        ({"is_named": "true"}, ["/is_named"]),
        ({"is_named": 1}, ["/is_named"]),
        ({"is_named": None}, ["/is_named"]),
        ({"type": "minister"}, ["/type"]),
        ({"country": "zz"}, ["/country"]),
        ({"part_of": "01923f6e-0c21-7b34-a151-3f0c8e2d1bcd"}, ["/part_of"]),
        ({"note": "x" * 301}, ["/note"]),
        ({"memberships": []}, ["/memberships"]),
        ({"merged_into": None}, ["/merged_into"]),
        ({"is_public": True}, ["/is_public"]),
    ],
)
def test_what_is_wrong_is_pointed_at_in_a_new_one_and_in_a_change(
    curator: Writer, changes: dict[str, Any], at: list[str]
) -> None:
    problem = curator.send("post", PATH, {**BODY, **changes}, status=400)
    assert [one["pointer"] for one in problem["errors"]] == at
    path = f"{PATH}{factories.speaker().pk}/"
    problem = curator.send("patch", path, changes, status=400, etag='"1"')
    assert [one["pointer"] for one in problem["errors"]] == at


def test_rules_of_several_members_point_at_each(curator: Writer) -> None:
    state = factories.speaker("Utopie", type="state")
    problem = curator.send("post", PATH, {"name": "x", "part_of": str(state.pk)}, status=400)
    assert [one["pointer"] for one in problem["errors"]] == ["/part_of", "/type"]


def test_rules_of_several_rows_are_conflicts(curator: Writer) -> None:
    state = factories.speaker("Utopie", type="state")
    ministry = factories.speaker("Ministère", type="organization", part_of=state)
    path = f"{PATH}{state.pk}/"
    problem = curator.send("patch", path, {"part_of": str(ministry.pk)}, status=409, etag='"1"')
    assert problem["detail"] == "A speaker cannot be part of one of its own parts."


def test_it_is_deleted_while_nothing_refers_to_it(curator: Writer) -> None:
    made = curator.send("post", PATH, BODY, status=201)
    path, etag = f"{PATH}{made['id']}/", curator.answer["ETag"]
    statement = factories.draft(speakers=[Speaker.objects.get(pk=made["id"])])
    assert "attributions: 1" in curator.send("delete", path, status=409, etag=etag)["detail"]
    statement.delete()
    curator.send("delete", path, status=204, etag=etag)
    assert not Speaker.objects.exists()


class TestMerging:
    def test_the_one_that_is_kept_is_answered_and_the_other_leads_to_it(self, curator: Writer) -> None:
        one, other = factories.speaker("A. Essai"), factories.speaker("Ada Essai")
        kept = curator.act(f"{PATH}{one.pk}/merge/", {"into": str(other.pk)})
        assert kept["id"] == str(other.pk)
        assert [row["name"] for row in kept["names"]] == ["A. Essai"]
        assert curator.answer["ETag"] == f'"{kept["version"]}"'
        assert curator.answer["Location"] == f"http://localhost{PATH}{other.pk}/"
        curator.read(f"{PATH}{one.pk}/", 301)
        assert curator.answer["Location"] == f"http://localhost{PATH}{other.pk}/"
        assert [row["id"] for row in curator.read(PATH)[0]["results"]] == [str(other.pk)]
        for method in ("patch", "delete"):
            curator.send(method, f"{PATH}{one.pk}/", {} if method == "patch" else None, status=404, etag='"1"')

    def test_one_that_the_public_never_saw_leads_it_nowhere(self, curator: Writer, api: Api) -> None:
        seen = factories.published().attributions.get().speaker
        hidden = factories.speaker("A. Essai")
        curator.act(f"{PATH}{hidden.pk}/merge/", {"into": str(seen.pk)})
        api.get(f"{PATH}{hidden.pk}/", 404)
        api.get(f"{PATH}{seen.pk}/")


class TestSplitting:
    def test_what_is_somebody_elses_moves_to_a_new_one(self, curator: Writer) -> None:
        ada = factories.speaker("Ada Essai")
        ada.names.create(name="A. Essai")
        statement, other = factories.draft(speakers=[ada]), factories.draft(speakers=[ada], words="Tokyo")
        body = {"name": "Ada E.", "statements": [str(statement.pk)], "names": ["A. Essai"]}
        made = curator.act(f"{PATH}{ada.pk}/split/", body, status=201)
        assert (made["name"], [row["name"] for row in made["names"]]) == ("Ada E.", ["A. Essai"])
        assert curator.answer["Location"] == f"http://localhost{PATH}{made['id']}/"
        assert str(statement.attributions.get().speaker_id) == made["id"]
        assert other.attributions.get().speaker == ada

    def test_refusals(self, curator: Writer) -> None:
        path = f"{PATH}{factories.speaker('Ada').pk}/split/"
        assert curator.act(path, {"name": "x"}, status=409)["detail"]
        for body, at in (
            ({}, "/name"),
            ({"name": ""}, "/name"),
            ({"name": "x", "statements": ["y"]}, "/statements/0"),
            ({"name": "x", "statements": ["01923f6e-0c21-7b34-a151-3f0c8e2d1bcd"]}, "/statements/0"),
            ({"name": "x", "attributions": []}, "/attributions"),
        ):
            (error,) = curator.act(path, body, status=400)["errors"]
            assert error["pointer"] == at
        curator.send("post", path, {"name": "x"}, status=428)
