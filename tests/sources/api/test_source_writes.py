"""POST, PATCH and DELETE of /api/v1/sources/, their revisions and full texts."""

import base64
from typing import Any

import pytest

from config.access.roles import Role
from sources.models import Source, SourceText
from tests import factories
from tests.asking import Api
from tests.writing import Writer, version_in

PATH = "/api/v1/sources/"
TEXT = (
    "Le ministre a déclaré jeudi que l'accord de pêche était une préoccupation pour les deux pays voisins, selon lui.\n"
)
BODY = {
    "text": TEXT,
    "title": "Accord de pêche",
    "url": "https://gazette.example/peche",
    "language": "fr",
    "published_at": "2023-09-13",
    "type": "dispatch",
    "authors": ["Ada Essai"],
    "licence": "CC-BY",
    "retrieved_at": "2024-01-02T03:04:05Z",
    "archived_at": "https://archive.example/1",
}


@pytest.fixture
def curator(db: None) -> Writer:
    return Writer(Role.CURATOR)


def test_a_new_one_is_imported_with_its_words(curator: Writer) -> None:
    paper = factories.publisher()
    made = curator.send("post", PATH, {**BODY, "publisher": str(paper.pk)}, status=201)
    assert made["outcome"] == "created"
    assert made["publisher"]["id"] == str(paper.pk)
    assert (made["text"], made["authors"], made["type"]) == (TEXT, ["Ada Essai"], "dispatch")
    assert made["retrieved_at"] == "2024-01-02T03:04:05.000000Z"
    assert [one["number"] for one in made["revisions"]] == [1]
    assert bytes(SourceText.objects.get().raw) == TEXT.encode()


def test_a_year_is_answered_in_four_digits(curator: Writer) -> None:
    made = curator.send("post", PATH, {**BODY, "retrieved_at": "0962-03-13T06:58:19Z"}, status=201)
    assert made["retrieved_at"] == "0962-03-13T06:58:19.000000Z"
    row, etag = curator.read(f"{PATH}{made['id']}/")
    assert {**row, "outcome": "created"} == made
    assert version_in(etag) == made["version"]


def test_bytes_come_as_they_are(curator: Writer) -> None:
    raw = TEXT.encode("windows-1252")
    body = {"raw": base64.b64encode(raw).decode(), "encoding": "windows-1252", "title": "x", "language": "fr"}
    made = curator.send("post", PATH, body, status=201)
    revision = SourceText.objects.get()
    assert (bytes(revision.raw), revision.text, revision.encoding) == (raw, TEXT, "windows-1252")
    assert made["title"] == "x"


def test_what_is_there_already_is_answered(curator: Writer) -> None:
    made = curator.send("post", PATH, BODY, status=201)
    same = curator.send("post", PATH, BODY, status=200)
    assert (same["id"], same["outcome"]) == (made["id"], "unchanged")
    elsewhere = curator.send("post", PATH, {**BODY, "url": "https://other.example/"}, status=200)
    assert (elsewhere["id"], elsewhere["outcome"]) == (made["id"], "duplicate")
    newer = curator.send("post", PATH, {**BODY, "text": TEXT * 2}, status=201)
    assert (newer["id"], newer["outcome"], len(newer["revisions"])) == (made["id"], "new_revision", 2)
    meant = {**BODY, "url": "https://other.example/", "allow_duplicate": True}
    assert curator.send("post", PATH, meant, status=201)["id"] != made["id"]
    copy = {**BODY, "url": "https://third.example/", "copy_of": made["id"]}
    assert curator.send("post", PATH, copy, status=201)["copy_of"] == made["id"]


@pytest.mark.parametrize(
    ("changes", "at"),
    [
        ({"text": None}, "/text"),
        ({"text": " \n"}, "/text"),
        ({"text": 1}, "/text"),
        ({"raw": "eHg="}, ""),
        ({"encoding": "utf-8"}, "/encoding"),
        ({"media_type": "application/pdf"}, "/media_type"),
        ({"title": "\u200b"}, "/title"),
        ({"title": "x" * 501}, "/title"),
        ({"url": "ftp://x/"}, "/url"),
        ({"language": "french"}, "/language"),
        ({"published_at": "soon"}, "/published_at"),
        ({"published_at": "2023-02-30"}, "/published_at"),
        ({"type": "blog"}, "/type"),
        ({"authors": ["x", ""]}, "/authors/1"),
        ({"authors": "x"}, "/authors"),
        ({"publisher": "x"}, "/publisher"),
        ({"publisher": "01923f6e-0c21-7b34-a151-3f0c8e2d1bcd"}, "/publisher"),
        ({"copy_of": "01923f6e-0c21-7b34-a151-3f0c8e2d1bcd"}, "/copy_of"),
        ({"retrieved_at": "yesterday"}, "/retrieved_at"),
        ({"retrieved_at": 1}, "/retrieved_at"),
        ({"archived_at": "javascript:x"}, "/archived_at"),
        ({"allow_duplicate": "true"}, "/allow_duplicate"),
        ({"dry_run": True}, "/dry_run"),
    ],
)
def test_what_is_wrong_is_pointed_at(curator: Writer, changes: dict[str, Any], at: str) -> None:
    problem = curator.send("post", PATH, {**BODY, **changes}, status=400)
    assert [one["pointer"] for one in problem["errors"]] == [at]
    assert Source.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "at"),
    [({"raw": "x"}, "/raw"), ({"raw": "/w=="}, "/encoding"), ({"raw": "eHg=", "encoding": "x"}, "/encoding")],
)
def test_bytes_that_cannot_be_read_are_pointed_at(curator: Writer, changes: dict[str, Any], at: str) -> None:
    problem = curator.send("post", PATH, {"title": "x", "language": "fr", **changes}, status=400)
    assert [one["pointer"] for one in problem["errors"]] == [at]


def test_what_is_known_of_it_is_changed_and_its_words_are_not(curator: Writer) -> None:
    made = curator.send("post", PATH, BODY, status=201)
    path, etag = f"{PATH}{made['id']}/", curator.answer["ETag"]
    changed = curator.send("patch", path, {"title": "Other", "authors": [], "url": None}, status=200, etag=etag)
    assert (changed["title"], changed["authors"], changed["url"]) == ("Other", [], None)
    etag = curator.answer["ETag"]
    for name, value in (("text", "x"), ("raw", "eHg="), ("revisions", []), ("allow_duplicate", True)):
        problem = curator.send("patch", path, {name: value}, status=400, etag=etag)
        assert [one["pointer"] for one in problem["errors"]] == [f"/{name}"]


def test_revisions_are_added(curator: Writer) -> None:
    made = curator.send("post", PATH, BODY, status=201)
    path = f"{PATH}{made['id']}/revisions/"
    curator.send("post", path, {"text": "x y z"}, status=428)
    curator.send("post", path, {"text": "x y z"}, status=412, etag='"9"')
    newer = curator.send("post", path, {"text": "x y z"}, status=201, etag=f'"{made["version"]}"')
    assert (newer["outcome"], [one["number"] for one in newer["revisions"]]) == ("new_revision", [1, 2])
    etag = curator.answer["ETag"]
    assert newer["version"] > made["version"]
    same = curator.send("post", path, {"text": "x y z"}, status=200, etag=etag)
    assert (same["outcome"], same["version"]) == ("unchanged", newer["version"])
    problem = curator.send("post", path, {"text": "\n"}, status=400, etag=etag)
    assert [one["pointer"] for one in problem["errors"]] == ["/text"]


def test_the_text_of_each_revision_is_read(curator: Writer, api: Api) -> None:
    revision = factories.source()
    path = f"{PATH}{revision.source_id}/text/"
    SourceText.objects.create(source=revision.source, number=2, raw=b"newer", text="newer")
    text, _etag = curator.read(path)
    assert (text["number"], text["text"]) == (2, "newer")
    text, _etag = curator.read(f"{path}?revision=1")
    assert (text["text"], text["sha256"]) == (revision.text, bytes(revision.sha256 or b"").hex())
    assert curator.answer["Cache-Control"] == "private, no-store"
    curator.read(f"{path}?revision=3", 404)
    for wrong in ("0x", "-1", "9" * 20, "%00"):
        curator.read(f"{path}?revision={wrong}", 400)
    curator.read(f"{path}?limit=1", 400)
    api.get(path, 404)


def test_the_public_reads_it_where_the_licence_is_open(api: Api) -> None:
    closed, open_one = factories.source(), factories.source(f"{factories.TEXT} ", licence="CC-BY")
    for revision in (closed, open_one):
        factories.published(revision=revision)
    assert api.get(f"{PATH}{open_one.source_id}/text/")["text"] == open_one.text
    api.get(f"{PATH}{closed.source_id}/text/", 403)
    Writer(Role.READER).read(f"{PATH}{closed.source_id}/text/", 403)
    assert Writer(Role.CONTRIBUTOR).read(f"{PATH}{closed.source_id}/text/")[0]["text"] == closed.text


def test_it_is_deleted_while_nothing_refers_to_it(curator: Writer) -> None:
    revision = factories.source()
    statement = factories.draft(revision=revision)
    path = f"{PATH}{revision.source_id}/"
    _row, etag = curator.read(path)
    problem = curator.send("delete", path, status=409, etag=etag)
    assert problem["detail"] == "Other rows refer to it: appearances: 1. Change or delete these first."
    statement.delete()
    curator.send("delete", path, status=204, etag=etag)
    assert not SourceText.objects.exists()


def test_contributors_may_not(db: None) -> None:
    contributor = Writer(Role.CONTRIBUTOR)
    contributor.send("post", PATH, BODY, status=403)
    path = f"{PATH}{factories.source().source_id}/"
    contributor.send("patch", path, {"title": "x"}, status=403, etag='"1"')
    contributor.send("delete", path, status=403, etag='"1"')
    contributor.send("post", f"{path}revisions/", {"text": "x"}, status=403, etag='"1"')
