"""Statements written by the API: as one, from draft to published, by who may."""

from typing import Any

import pytest

from claims.models import Claim, Event, Statement
from config.access.roles import Role
from sources.models import SourceText
from tests import factories
from tests.asking import Api
from tests.writing import Writer

pytestmark = pytest.mark.django_db

PATH = "/api/v1/statements/"


@pytest.fixture
def contributor() -> Writer:
    return Writer(Role.CONTRIBUTOR)


@pytest.fixture
def curator() -> Writer:
    return Writer(Role.CURATOR)


@pytest.fixture
def reviewer() -> Writer:
    return Writer(Role.REVIEWER)


@pytest.fixture
def revision() -> SourceText:
    return factories.source()


@pytest.fixture
def body(revision: SourceText) -> dict[str, Any]:
    """Everything that a statement can have."""
    ada, tokyo = factories.speaker("Ada Essai"), factories.speaker("Tokyo", type="state")
    inner = factories.published()
    claim = Claim.objects.create(text={"en": "Arms are delivered."})
    event = Event.objects.create(name="Point de presse")
    return {
        "speakers": [{"speaker": str(ada.pk), "certainty": "probable"}],
        "addressees": [{"speaker": str(tokyo.pk)}],
        "wordings": [{"language": "fr", "text": "profonde préoccupation", "is_original": True}],
        "said_at": "2023-09",
        "said_at_basis": "inferred",
        "said_at_text": "samedi",
        "event": str(event.pk),
        "act": "express",
        "attitude": "concern",
        "cameo": "11",
        "intensity": 3,
        "intensity_phrase": "profonde",
        "topics": [str(factories.topic().pk)],
        "appearances": [
            {
                "source": str(revision.source_id),
                "quotation_type": "direct",
                "segments": [{"exact": "profonde préoccupation"}],
                "cue": {"exact": "a rapporté"},
                "mentions": [
                    {
                        "speaker_id": str(ada.pk),
                        "name": {"exact": "Ada Essai"},
                        "role": {"exact": "porte-parole"},
                    }
                ],
                "relays": [{"speaker": str(tokyo.pk), "mention": {"exact": "Tokyo"}}],
            }
        ],
        "positions": [{"claim": str(claim.pk), "stance": "affirms"}],
        "relations": [{"type": "repeats", "statement_id": str(inner.pk)}],
    }


def created(writer: Writer, body: dict[str, Any]) -> Any:
    return writer.send("post", PATH, body, status=201)


def test_a_statement_is_written_as_one(curator: Writer, body: dict[str, Any], revision: SourceText) -> None:
    made = created(curator, body)
    assert curator.answer["Location"].endswith(f"{PATH}{made['id']}/")
    assert curator.answer["ETag"] == f'"{made["version"]}"'
    start = revision.text.index("profonde")
    (appearance,) = made["appearances"]
    assert (made["status"], made["said_at"], made["event"]["name"]) == ("draft", "2023-09", "Point de presse")
    assert [(one["start"], one["exact"]) for one in appearance["segments"]] == [(start, "profonde préoccupation")]
    assert appearance["mentions"][0]["role"]["exact"] == "porte-parole"
    assert appearance["relays"][0]["mention"]["exact"] == "Tokyo"
    assert [one["speaker"]["name"] for one in made["addressees"]] == ["Tokyo"]
    assert [one["stance"] for one in made["positions"]] == ["affirms"]
    assert [one["type"] for one in made["relations"]] == ["repeats"]
    assert curator.read(f"{PATH}{made['id']}/")[0] == made
    assert Statement.objects.get(pk=made["id"]).created_by == curator.user


@pytest.mark.parametrize("is_related", [True, False])
def test_a_write_is_answered_with_what_is_read_then(
    curator: Writer, reviewer: Writer, body: dict[str, Any], is_related: bool
) -> None:
    made = created(curator, body if is_related else {**body, "relations": []})
    path = f"{PATH}{made['id']}/"
    for who, step, given in [
        (curator, "submit", None),
        (reviewer, "return", {"reason": "Look again."}),
        (curator, "submit", None),
        (reviewer, "publish", None),
    ]:
        answered = who.act(f"{path}{step}/", given)
        assert who.answer["ETag"] == f'"{answered["version"]}"'
        shown, _etag = curator.read(path)
        assert list(answered.items()) == list(shown.items())


def test_a_change_replaces_what_it_gives_and_keeps_the_rest(curator: Writer, body: dict[str, Any]) -> None:
    made = created(curator, body)
    address = f"{PATH}{made['id']}/"
    etag = curator.answer["ETag"]
    changed = curator.send("patch", address, {"act": "warn", "topics": [], "event": None}, status=200, etag=etag)
    assert changed["version"] > made["version"]
    assert curator.answer["ETag"] == f'"{changed["version"]}"'
    assert (changed["act"], changed["topics"], changed["event"]) == ("warn", [], None)
    same = set(made) - {"act", "topics", "event", "version"}
    assert {name: changed[name] for name in same} == {name: made[name] for name in same}


def test_a_stale_change_is_refused(curator: Writer, body: dict[str, Any]) -> None:
    made = created(curator, body)
    address = f"{PATH}{made['id']}/"
    curator.send("patch", address, {"act": "warn"}, status=200, etag=curator.answer["ETag"])
    problem = curator.send("patch", address, {"act": "deny"}, status=412, etag=f'"{made["version"]}"')
    assert problem["type"] == "/api/problems/#precondition-failed"
    assert curator.send("patch", address, {"act": "deny"}, status=428)["status"] == 428
    assert curator.send("delete", address, status=428)["status"] == 428
    assert curator.send("post", f"{address}submit/", {}, status=428)["status"] == 428
    assert curator.read(address)[0]["act"] == "warn"


def test_it_goes_from_draft_to_published_and_back(
    api: Api, curator: Writer, reviewer: Writer, body: dict[str, Any]
) -> None:
    made = created(curator, body)
    address = f"{PATH}{made['id']}/"
    assert curator.act(f"{address}submit/")["status"] == "in_review"
    assert reviewer.act(f"{address}return/", {"reason": "Who is “they”?"})["returned_reason"] == "Who is “they”?"
    curator.act(f"{address}submit/")
    assert reviewer.act(f"{address}approve/")["status"] == "in_review"
    api.get(address, 404)
    assert reviewer.act(f"{address}publish/")["status"] == "published"
    assert api.get(address)["status"] == "published"
    assert reviewer.act(f"{address}withdraw/", {"reason": "Misquoted."})["status"] == "withdrawn"
    assert api.get(address, 410)["detail"] == "Misquoted."
    assert reviewer.act(f"{address}return/", {"reason": "Second paragraph."})["status"] == "draft"
    assert api.get(address, 410)["detail"] == "Misquoted."
    curator.send("patch", address, {"act": "warn"}, status=200, etag=curator.read(address)[1])
    assert api.get(address, 410)["detail"] == "Misquoted."
    curator.act(f"{address}submit/")
    reviewer.act(f"{address}publish/")
    assert (api.get(address)["act"], api.get(address)["version"]) == ("warn", reviewer.read(address)[0]["version"])


@pytest.mark.parametrize("step", ["approve", "publish", "return", "withdraw"])
def test_who_enters_statements_does_not_review_them(curator: Writer, body: dict[str, Any], step: str) -> None:
    made = created(curator, body)
    problem = curator.act(f"{PATH}{made['id']}/{step}/", {"reason": "x"}, status=403)
    assert problem["detail"] == "It takes the role of reviewer; you act as curator."


def test_a_reviewer_does_not_publish_their_own(reviewer: Writer, body: dict[str, Any]) -> None:
    made = created(reviewer, body)
    reviewer.act(f"{PATH}{made['id']}/submit/")
    assert "another reviewer must publish it" in reviewer.act(f"{PATH}{made['id']}/publish/", status=409)["detail"]


def test_contributors_see_and_change_their_own_drafts(
    contributor: Writer, curator: Writer, body: dict[str, Any]
) -> None:
    theirs = created(curator, {**body, "relations": []})
    address = f"{PATH}{theirs['id']}/"
    contributor.read(address, status=404)
    contributor.send("patch", address, {"act": "warn"}, status=404, etag=f'"{theirs["version"]}"')
    contributor.send("delete", address, status=404, etag=f'"{theirs["version"]}"')
    body["appearances"][0]["segments"] = [{"exact": "à l’étranger"}]
    mine = created(contributor, {**body, "relations": []})
    assert [one["id"] for one in contributor.send("get", f"{PATH}?status=draft", status=200)["results"]] == [mine["id"]]
    assert len(curator.send("get", f"{PATH}?status=draft", status=200)["results"]) == 2
    contributor.act(f"{PATH}{mine['id']}/submit/")
    related = {"relations": [{"type": "repeats", "statement_id": theirs["id"]}]}
    body["appearances"][0]["segments"] = [{"exact": "samedi"}]
    problem = contributor.send("post", PATH, {**body, **related}, status=400)
    assert problem["errors"][0]["pointer"] == "/relations/0/statement_id"


def test_a_draft_is_deleted_and_nothing_else(curator: Writer, reviewer: Writer, body: dict[str, Any]) -> None:
    made = created(curator, body)
    address = f"{PATH}{made['id']}/"
    curator.act(f"{address}submit/")
    assert curator.send("delete", address, status=409, etag=curator.read(address)[1])["status"] == 409
    reviewer.act(f"{address}return/", {"reason": "x"})
    curator.send("delete", address, status=204, etag=curator.read(address)[1])
    curator.read(address, status=404)
    public = factories.published()
    address = f"{PATH}{public.pk}/"
    assert curator.send("delete", address, status=409, etag=curator.read(address)[1])["status"] == 409


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"speakers": []}, "/speakers"),
        ({"speakers": [{"speaker": "x"}]}, "/speakers/0/speaker"),
        ({"colour": "red"}, "/colour"),
        ({"status": "published"}, "/status"),
        ({"act": "sing"}, "/act"),
        ({"intensity": 4}, "/intensity"),
        ({"intensity": "3"}, "/intensity"),
        ({"said_at": "2023-02-30"}, "/said_at"),
        ({"said_at": 2023}, "/said_at"),
        ({"cameo": "1x"}, "/cameo"),
        ({"event": "01a200e9-0436-7e29-9ad8-84a6cf9cb3b5"}, "/event"),
        ({"wordings": [{"language": "fr", "text": "a"}, {"language": "fr", "text": "b"}]}, "/wordings/1"),
        ({"wordings": [{"language": "français", "text": "a"}]}, "/wordings/0/language"),
        ({"wordings": [{"language": "fr", "text": "\u200b"}]}, "/wordings/0/text"),
        ({"topics": ["01a200e9-0436-7e29-9ad8-84a6cf9cb3b5"]}, "/topics/0"),
    ],
)
def test_it_says_what_is_wrong_and_where(
    curator: Writer, body: dict[str, Any], change: dict[str, Any], pointer: str
) -> None:
    problem = curator.send("post", PATH, {**body, **change}, status=400)
    assert pointer in [one["pointer"] for one in problem["errors"]], problem


@pytest.mark.parametrize(
    ("change", "pointer", "sentence"),
    [
        ({"segments": [{"exact": "grave inquiétude"}]}, "/segments/0", "does not stand in the text"),
        ({"segments": [{"exact": "é"}]}, "/segments/0", "times"),
        ({"segments": [{"exact": "samedi", "start": 0, "end": 6}]}, "/segments/0", "selects"),
        ({"segments": [{"exact": "samedi", "start": 0}]}, "/segments/0/end", "go together"),
        ({"segments": [{"exact": "samedi"}, {"exact": "Tokyo"}]}, "/segments", "reading order"),
        ({"segments": []}, "/segments", "empty"),
        ({"cue": {"exact": "a juré"}}, "/cue", "does not stand in the text"),
        ({"revision": 7}, "/revision", "no revision 7"),
        ({"mentions": [{"speaker_id": "01a200e9-0436-7e29-9ad8-84a6cf9cb3b5"}]}, "/mentions/0", "no part of this kind"),
        ({"relays": [{"speaker": "01a200e9-0436-7e29-9ad8-84a6cf9cb3b5"}]}, "/relays/0/speaker", "There is no speaker"),
    ],
)
def test_words_that_are_not_there_are_no_words(
    curator: Writer, body: dict[str, Any], change: dict[str, Any], pointer: str, sentence: str
) -> None:
    body["appearances"][0].update(change)
    problem = curator.send("post", PATH, body, status=400)
    assert [one["pointer"] for one in problem["errors"]] == [f"/appearances/0{pointer}"], problem
    assert sentence in problem["errors"][0]["detail"]


def test_white_space_may_tell_which_of_the_words_is_meant(curator: Writer, body: dict[str, Any]) -> None:
    body["appearances"][0]["segments"] = [{"exact": "profonde", "prefix": " ", "suffix": " "}]
    (segment,) = created(curator, body)["appearances"][0]["segments"]
    assert segment["exact"] == "profonde"


def test_the_same_words_twice_are_a_conflict(curator: Writer, body: dict[str, Any]) -> None:
    made = created(curator, body)
    assert made["id"] in curator.send("post", PATH, body, status=409)["detail"]


def test_reviewers_relate_what_is_published(curator: Writer, reviewer: Writer) -> None:
    public = factories.published()
    claim = Claim.objects.create(text={"en": "It rains."})
    address = f"{PATH}{public.pk}/"
    positions = {"positions": [{"claim": str(claim.pk), "stance": "denies"}]}
    curator.send("patch", address, positions, status=403, etag=curator.read(address)[1])
    changed = reviewer.send("patch", address, positions, status=200, etag=reviewer.read(address)[1])
    assert [one["stance"] for one in changed["positions"]] == ["denies"]
    problem = reviewer.send("patch", address, {"act": "deny"}, status=409, etag=reviewer.read(address)[1])
    assert "only a draft can be changed" in problem["detail"]


def test_two_records_of_one_utterance_become_one(api: Api, curator: Writer, reviewer: Writer) -> None:
    ada = factories.speaker("Ada")
    first, second = factories.published(speakers=[ada]), factories.published(speakers=[ada])
    address = f"{PATH}{first.pk}/"
    curator.act(f"{address}unite/", {"into": str(second.pk)}, status=403)
    kept = reviewer.act(f"{address}unite/", {"into": str(second.pk)})
    assert (kept["id"], len(kept["appearances"])) == (str(second.pk), 2)
    answer = api.client.get(address)
    assert (answer.status_code, answer["Location"]) == (301, f"http://localhost{PATH}{second.pk}/")
    assert api.get(answer["Location"])["id"] == str(second.pk)


def test_an_appearance_moves_to_the_latest_revision(
    curator: Writer, body: dict[str, Any], revision: SourceText
) -> None:
    made = created(curator, body)
    text = "Corrigé. " + revision.text
    SourceText.objects.create(source=revision.source, number=2, raw=text.encode(), text=text)
    address = f"{PATH}{made['id']}/"
    assert curator.read(address)[0]["appearances"][0]["anchor_state"] == "moved"
    (appearance,) = made["appearances"]
    moved = curator.act(f"{address}reanchor/", {"appearance": appearance["id"]})
    assert moved["lost"] == []
    (there,) = moved["appearances"]
    assert (there["revision"], there["anchor_state"]) == (2, "exact")
    assert there["segments"][0]["start"] == appearance["segments"][0]["start"] + len("Corrigé. ")
    problem = curator.act(f"{address}reanchor/", {"appearance": str(factories.source().pk)}, status=400)
    assert problem["errors"][0]["pointer"] == "/appearance"


def test_a_batch_goes_through_the_workflow(curator: Writer, body: dict[str, Any]) -> None:
    made = created(curator, body)
    operations = [
        {"op": "change", "id": made["id"], "if_match": curator.answer["ETag"], "data": {"act": "warn"}},
        {"op": "submit", "id": made["id"], "if_match": '"1"'},
        {"op": "create", "data": {**body, "speakers": []}},
    ]
    results = curator.send("post", f"{PATH}batch/", {"operations": operations}, status=200)["results"]
    assert [one["status"] for one in results] == [200, 412, 400]
    again = [{"op": "submit", "id": made["id"], "if_match": results[0]["etag"]}]
    (done,) = curator.send("post", f"{PATH}batch/", {"operations": again}, status=200)["results"]
    assert done["body"]["status"] == "in_review"


def test_a_date_says_how_it_is_known(curator: Writer, body: dict[str, Any]) -> None:
    made = created(curator, {**body, "said_at": None, "said_at_basis": None, "said_at_text": None})
    address = f"{PATH}{made['id']}/"
    dated = curator.send("patch", address, {"said_at": "2023"}, status=200, etag=curator.answer["ETag"])
    assert (dated["said_at"], dated["said_at_basis"]) == ("2023", "external")
    undated = curator.send("patch", address, {"said_at": None}, status=200, etag=curator.answer["ETag"])
    assert (undated["said_at"], undated["said_at_basis"]) == (None, None)
    problem = curator.send("patch", address, {"intensity_phrase": None}, status=400, etag=curator.answer["ETag"])
    assert "/intensity_phrase" in [one["pointer"] for one in problem["errors"]]


def test_a_wording_that_is_the_quoted_words_follows_them(curator: Writer, body: dict[str, Any]) -> None:
    del body["wordings"]
    made = created(curator, body)
    address = f"{PATH}{made['id']}/"
    appearances = [{**body["appearances"][0], "id": made["appearances"][0]["id"], "segments": [{"exact": "samedi"}]}]
    changed = curator.send("patch", address, {"appearances": appearances}, status=200, etag=curator.answer["ETag"])
    assert [one["text"] for one in changed["wordings"]] == ["samedi"]
    written = {"wordings": [{"language": "fr", "text": "Il est très préoccupé."}]}
    curator.send("patch", address, written, status=200, etag=curator.answer["ETag"])
    appearances[0]["segments"] = [{"exact": "à l’étranger"}]
    changed = curator.send("patch", address, {"appearances": appearances}, status=200, etag=curator.answer["ETag"])
    assert [one["text"] for one in changed["wordings"]] == ["Il est très préoccupé."]


def test_references_are_taken_as_answers_show_them(curator: Writer, body: dict[str, Any]) -> None:
    made = created(curator, body)
    address = f"{PATH}{made['id']}/"
    parts = [{name: one[name] for name in ("speaker", "certainty", "role")} for one in made["speakers"]]
    changes = {"speakers": parts, "event": made["event"], "topics": made["topics"]}
    changed = curator.send("patch", address, changes, status=200, etag=curator.answer["ETag"])
    assert (changed["speakers"], changed["topics"]) == (made["speakers"], made["topics"])


def test_a_merged_speaker_is_told_by_the_other(curator: Writer, body: dict[str, Any]) -> None:
    kept = factories.speaker("Ada")
    merged = factories.speaker("Ada E.", merged_into=kept)
    problem = curator.send("post", PATH, {**body, "speakers": [{"speaker": str(merged.pk)}]}, status=400)
    assert f"was merged into {kept.pk}" in problem["errors"][0]["detail"]


def test_what_is_no_draft_says_how_it_becomes_one(curator: Writer, reviewer: Writer) -> None:
    address = f"{PATH}{factories.published().pk}/"
    for writer in (curator, reviewer):
        problem = writer.send("patch", address, {"act": "deny"}, status=409, etag=writer.read(address)[1])
        assert "A reviewer withdraws it and returns it to draft." in problem["detail"]
