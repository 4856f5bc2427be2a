"""POST /api/v1/quotes/check/: words, and who is said to have said them, against what is published."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from claims.models import Membership, Role, Speaker, Statement
from claims.services.merging import merge_speakers
from claims.services.recording import Part
from claims.services.reviewing import submit
from config.access.roles import Role as AccessRole
from config.access.services import make_token
from tests import factories

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/quotes/check/"
FISH = "Nous ne signerons jamais un accord de pêche sans le port"
CANARY = "zyzzofish"


@pytest.fixture
def client() -> Client:
    return Client(headers={"host": "localhost"})


def post(client: Client, body: Any, **headers: str) -> Any:
    sent = body if isinstance(body, bytes | str) else json.dumps(body)
    return client.post(ADDRESS, sent, content_type="application/json", headers=headers)


def check(client: Client, words: str, **members: Any) -> dict[str, Any]:
    """Return what is answered; the texts of each difference are the texts that were compared."""
    answer = post(client, {"words": words, **members})
    assert answer.status_code == 200, answer.content
    result: dict[str, Any] = answer.json()
    assert result["verdict"] == (result["matches"][0]["verdict"] if result["matches"] else "unknown")
    assert result["words_of"] == (result["matches"][0]["words_of"] if result["matches"] else None)
    for match in result["matches"]:
        assert "".join(one["asked"] for one in match["difference"]) == words
        assert "".join(one["recorded"] for one in match["difference"]) == match["recorded"]
    return result


def refused(client: Client, body: Any, status: int = 400) -> list[tuple[str, str]]:
    answer = post(client, body)
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    return [(one["pointer"], one["detail"]) for one in answer.json().get("errors", [])]


def printed(words: str = FISH, *, text: str = "", **values: Any) -> Statement:
    """Return a published statement of these words in a document."""
    revision = factories.source(
        text or f"Le ministre : « {words} ». Puis il partit.", url=f"https://g.example/{uuid4()}"
    )
    return factories.published(revision=revision, words=words, **values)


def worded(words: str, language: str = "fr", **values: Any) -> Statement:
    """Return a published statement with this wording, and with words in a document that nobody asks for."""
    wording = {"language": language, "text": words, **values.pop("wording", {})}
    return factories.published(wordings=[wording], **values)


def test_all_recorded_words_are_verbatim(client: Client) -> None:
    ada = factories.speaker("Ada Essai")
    statement = printed(speakers=[ada], said_at="2024-11-16")
    result = check(client, FISH, speaker=str(ada.pk))
    assert result["verdict"] == "verbatim"
    (match,) = result["matches"]
    appearance = statement.appearances.get()
    assert match["statement"] == {
        "id": str(statement.pk),
        "url": f"http://localhost/api/v1/statements/{statement.pk}/",
        "speakers": [
            {"id": str(ada.pk), "type": "person", "is_named": True, "name": "Ada Essai", "country": None},
        ],
        "said_at": "2024-11-16",
        "contradicted_by": [],
    }
    assert (match["similarity"], match["part_of"], match["wording"]) == (1.0, None, None)
    assert match["appearance"]["id"] == str(appearance.pk)
    assert match["appearance"]["source"]["url"] == appearance.source_text.source.url
    assert match["appearance"]["is_quoted"] is True
    assert match["difference"] == [{"op": "equal", "asked": FISH, "recorded": FISH}]
    assert client.get(match["statement"]["url"]).status_code == 200


@pytest.mark.parametrize(
    "words",
    [
        "« NOUS NE SIGNERONS JAMAIS UN ACCORD DE PECHE SANS LE PORT ! »",
        "Nous ne signerons jamais un\u00a0accord de\u202fpêche sans le port.",
        "“Nous ne signerons jamais un accord de pe\u0302che — sans le port”",
        "Nous ne signe\u00adrons jamais un accord de pêche sans le port",
    ],
)
def test_signs_do_not_count(client: Client, words: str) -> None:
    printed()
    assert check(client, words)["verdict"] == "verbatim"


def test_typographic_apostrophes_do_not_count(client: Client) -> None:
    printed("L’accord d’Utopie n’est pas signé")
    assert check(client, "l'accord d'Utopie n'est pas signé")["verdict"] == "verbatim"


@pytest.mark.parametrize(
    "words",
    ["signerons jamais un accord de pêche", "…jamais un accord de pêche…", "Nous ne signerons […] sans le port"],
)
def test_cut_ends_and_ellipses_are_in_part(client: Client, words: str) -> None:
    printed()
    result = check(client, words)
    assert (result["verdict"], result["matches"][0]["part_of"]) == ("in_part", "recorded")


def test_a_record_of_a_part_of_the_quote_is_in_part_too(client: Client) -> None:
    printed("profonde préoccupation", text=factories.TEXT)
    (match,) = check(client, "Nous éprouvons une profonde préoccupation")["matches"]
    assert (match["verdict"], match["part_of"]) == ("in_part", "asked")
    assert [one["op"] for one in match["difference"]] == ["added", "equal"]


def test_changed_words_are_altered_and_marked(client: Client) -> None:
    printed()
    (match,) = check(client, "Nous signerons un accord de pêche sans le port")["matches"]
    assert match["verdict"] == "altered"
    assert 0.6 <= match["similarity"] < 1
    assert [one["recorded"] for one in match["difference"] if one["op"] == "missing"] == ["ne ", "jamais "]


def test_the_same_words_by_another_say_so(client: Client) -> None:
    ada, eva = factories.speaker("Ada"), factories.speaker("Eva")
    printed(speakers=[ada])
    printed("Rien du tout", speakers=[eva])
    result = check(client, FISH, speaker=str(eva.pk))
    assert result["verdict"] == "same_words_by_another"
    (match,) = result["matches"]
    assert [one["name"] for one in match["statement"]["speakers"]] == ["Ada"]


def test_nearly_the_same_words_by_another_do_not(client: Client) -> None:
    ada, eva = factories.speaker("Ada"), factories.speaker("Eva")
    printed(speakers=[ada])
    printed("Rien du tout", speakers=[eva])
    assert check(client, "Nous signerons un accord de pêche sans le port", speaker=str(eva.pk)) == {
        "verdict": "unknown",
        "words_of": None,
        "matches": [],
    }


def test_own_words_come_before_the_same_by_others(client: Client) -> None:
    ada, eva = factories.speaker("Ada"), factories.speaker("Eva")
    printed(speakers=[ada])
    printed("Nous ne signerons pas un accord de pêche sans le port", speakers=[eva])
    result = check(client, FISH, speaker=str(eva.pk))
    assert [one["verdict"] for one in result["matches"]] == ["altered", "same_words_by_another"]


def test_joint_speakers_said_it_each(client: Client) -> None:
    both = [factories.speaker("Ada"), factories.speaker("Eva")]
    printed(speakers=both)
    assert {check(client, FISH, speaker=str(one.pk))["verdict"] for one in both} == {"verbatim"}


def test_what_a_part_or_an_officer_said_the_state_said(client: Client) -> None:
    state = factories.speaker("Utopie", type="state")
    ministry = factories.speaker("Ministère", type="organization", part_of=state)
    ada = factories.speaker("Ada")
    held = Membership.objects.create(
        speaker=ada, role=Role.objects.create(labels={"fr": "ministre"}), organization=ministry
    )
    printed(parts=[Part(speaker=ada, membership=held)])
    assert check(client, FISH, speaker=str(state.pk))["verdict"] == "verbatim"


def test_a_merged_speaker_is_followed(client: Client) -> None:
    gone, kept = factories.speaker("A. Essai"), factories.speaker("Ada Essai")
    printed(speakers=[gone])
    printed("Rien du tout", speakers=[kept])
    merge_speakers(speaker_id=gone.pk, into_id=kept.pk, by=factories.user("reviewer"))
    assert check(client, FISH, speaker=str(gone.pk))["verdict"] == "verbatim"


def test_words_that_nobody_recorded_are_unknown(client: Client) -> None:
    printed()
    assert check(client, "Le blé manque partout") == {"verdict": "unknown", "words_of": None, "matches": []}


def test_where_words_have_no_spaces_it_does_not_say_that_nobody_recorded_them(client: Client) -> None:
    sentence = "外務大臣は北朝鮮に対する深刻な懸念を表明した"
    worded(sentence, "ja")
    assert check(client, sentence)["verdict"] == "verbatim"
    ((pointer, detail),) = refused(client, {"words": "北朝鮮に対する深刻な懸念"})
    assert (pointer, "Give all of it" in detail) == ("/words", True)


def test_an_empty_record_knows_nothing(client: Client) -> None:
    assert check(client, FISH)["verdict"] == "unknown"


def test_one_word_is_there_or_not(client: Client) -> None:
    printed()
    assert check(client, "signerons")["verdict"] == "in_part"
    assert check(client, "signatures")["verdict"] == "unknown"


@pytest.mark.parametrize(("kind", "is_quoted"), [("direct", True), ("indirect", False), ("mixed", None)])
def test_it_says_whose_words_they_are(client: Client, kind: str, is_quoted: bool | None) -> None:
    printed(quotation_type=kind)
    (match,) = check(client, FISH)["matches"]
    assert match["appearance"]["is_quoted"] is is_quoted
    assert match["appearance"]["quotation_type"] == kind


def test_a_wording_says_whether_it_is_the_original(client: Client) -> None:
    worded("We will never sign a fishing treaty", "en", wording={"translator": "Essai"})
    (match,) = check(client, "we will never sign a fishing treaty")["matches"]
    assert match["wording"] == {"language": "en", "is_original": False, "translator": "Essai"}
    assert match["appearance"] is None


def test_a_language_narrows(client: Client) -> None:
    worded("Moratorium absolute", "en")
    assert check(client, "Moratorium absolute", language="en-GB")["verdict"] == "verbatim"
    assert check(client, "Moratorium absolute", language="fr")["verdict"] == "unknown"


def test_a_segment_and_all_of_them_are_compared(client: Client) -> None:
    statement = factories.full()
    words = [one.exact for one in statement.appearances.get().segments.all()]
    assert len(words) == 2
    for asked in (words[0], words[1], " ".join(words), " … ".join(words)):
        assert check(client, asked)["verdict"] == "verbatim", asked
    assert check(client, " … ".join(words))["matches"][0]["recorded"] == " […] ".join(words)


def test_the_nearest_comes_first(client: Client) -> None:
    near, whole = printed(f"{FISH} de Port-Écume"), printed()
    altered = printed(FISH.replace("jamais", "plus"))
    found = [one["statement"]["id"] for one in check(client, FISH)["matches"]]
    assert found == [str(whole.pk), str(near.pk)]
    assert str(altered.pk) not in found  # looked for only where nobody has the words


def test_the_exact_accents_come_first(client: Client) -> None:
    exact = printed()
    printed(FISH.replace("pêche", "peche"))
    assert check(client, FISH)["matches"][0]["statement"]["id"] == str(exact.pk)


def test_a_few_of_many_are_shown(client: Client) -> None:
    for _ in range(13):
        printed()
    assert len(check(client, FISH)["matches"]) == 10


def test_a_short_quote_is_found_among_many_long_ones(client: Client) -> None:
    short = worded("Moratoire immédiat")
    long = f"Le moratoire immédiat {'que le port attend depuis si longtemps ' * 3}"
    for _ in range(101):
        worded(long)
    first = check(client, "moratoire immédiat")["matches"][0]
    assert (first["verdict"], first["statement"]["id"]) == ("verbatim", str(short.pk))


def test_a_statement_in_many_places_leaves_room_for_others(client: Client) -> None:
    languages = ["fr", "fr-CA", "fr-BE", "fr-CH", "fr-LU"]
    factories.published(wordings=[{"language": one, "text": FISH} for one in languages])
    other = printed(f"{FISH} demain")
    found = [one["statement"]["id"] for one in check(client, FISH)["matches"]]
    assert len(found) == 4
    assert found[-1] == str(other.pk)


@pytest.mark.parametrize(
    "words",
    [
        "🕊️ accord de pêche 🕊️",
        "Nous 👩🏽‍🚀 signerons",
        "קול אחד לשלום בנמל",
        "صوت واحد للسلام",
        "外務大臣は懸念を示した",
        "x\u0332y pour tous",
    ],
)
def test_any_script_is_found(client: Client, words: str) -> None:
    worded(words, "fr")
    assert check(client, words)["verdict"] == "verbatim"


def test_the_longest_quote_is_taken(client: Client) -> None:
    words = " ".join(f"mot{chr(97 + number % 26)}{chr(97 + number // 26)}" for number in range(333))[:2000]
    worded(words)
    assert check(client, words)["verdict"] == "verbatim"
    assert check(client, " ".join(f"{n % 7}" for n in range(1000)))["verdict"] == "unknown"


@pytest.mark.parametrize("words", ["il est là", "de la"])
def test_words_that_stand_in_every_text_cannot_be_looked_for(client: Client, words: str) -> None:
    printed()
    ((pointer, detail),) = refused(client, {"words": words})
    assert pointer == "/words"
    assert "no word to look for in fr" in detail


@pytest.mark.parametrize("words", ["…", "« ! »", " \n ", "\u200b"])
def test_nor_can_signs_alone(client: Client, words: str) -> None:
    ((pointer, _detail),) = refused(client, {"words": words})
    assert pointer == "/words"


def test_an_emoji_alone_cannot_either(client: Client) -> None:
    printed()
    assert [one for one, _detail in refused(client, {"words": "🕊️"})] == ["/words"]


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/words"]),
        ({"words": None}, ["/words"]),
        ({"words": ""}, ["/words"]),
        ({"words": 5}, ["/words"]),
        ({"words": [FISH]}, ["/words"]),
        ({"words": "a" * 2001}, ["/words"]),
        ({"words": "a\0b"}, ["/words"]),
        (b'{"words": "\\ud800"}', ["/words"]),
        ({"words": FISH, "speaker": "Ada"}, ["/speaker"]),
        ({"words": FISH, "speaker": 7}, ["/speaker"]),
        ({"words": FISH, "speaker": ""}, ["/speaker"]),
        ({"words": FISH, "language": "french"}, ["/language"]),
        ({"words": FISH, "language": {}}, ["/language"]),
        ({"words": FISH, "limit": 5}, ["/limit"]),
        ({"word": FISH}, ["/word", "/words"]),
        (b'{"words": "a", "words": "b"}', ["/words"]),
        (b"[]", [""]),
        (b"", ["/words"]),
        (b"\xff", [""]),
        (b'{"words": ' + b"[" * 20_000 + b"]" * 20_000 + b"}", [""]),
    ],
)
def test_it_refuses_a_wrong_body(client: Client, body: Any, pointers: list[str]) -> None:
    found = refused(client, body)
    assert {one for one, _detail in found} == set(pointers)


def test_it_refuses_what_is_too_large(client: Client) -> None:
    assert refused(client, b'{"words": ' + b"[" * 100_000, 413) == []
    assert refused(client, {"words": "a" * 70_000}, 413) == []


def test_it_refuses_query_parameters(client: Client) -> None:
    answer = client.post(f"{ADDRESS}?words=a", json.dumps({"words": "a"}), content_type="application/json")
    assert (answer.status_code, answer.json()["type"]) == (400, "/api/problems/#unknown-parameter")


def test_it_refuses_another_media_type(client: Client) -> None:
    assert client.post(ADDRESS, {"words": FISH}).status_code == 415


@pytest.mark.parametrize("method", ["get", "head", "put", "patch", "delete"])
def test_it_answers_post_alone(client: Client, method: str) -> None:
    answer = getattr(client, method)(ADDRESS)
    assert answer.status_code == 405
    assert "POST" in answer["Allow"]


def test_no_cache_keeps_an_answer(client: Client) -> None:
    assert post(client, {"words": FISH})["Cache-Control"] == "no-store"
    assert post(client, {"words": ""})["Cache-Control"] == "no-store"


def test_a_speaker_who_is_not_public_is_as_unknown_as_one_who_is_not(client: Client) -> None:
    printed()
    hidden = factories.speaker(CANARY)
    factories.draft(speakers=[hidden])
    other = uuid4()
    answers = [post(client, {"words": FISH, "speaker": str(one)}) for one in (hidden.pk, other)]
    assert [one.status_code for one in answers] == [400, 400]
    assert answers[0].content == answers[1].content.replace(str(other).encode(), str(hidden.pk).encode())
    (error,) = answers[0].json()["errors"]
    assert error["pointer"] == "/speaker"
    assert "/api/v1/speakers/?name=" in error["detail"]


def test_a_speaker_merged_into_one_who_is_not_public_is_unknown(client: Client) -> None:
    gone, kept = factories.speaker("A"), factories.speaker("B")
    Speaker.objects.filter(pk=gone.pk).update(merged_into=kept)
    ((pointer, _detail),) = refused(client, {"words": FISH, "speaker": str(gone.pk)})
    assert pointer == "/speaker"


def replay(client: Client, speaker: Speaker) -> list[bytes]:
    asked = [
        {"words": FISH},
        {"words": "accord", "speaker": str(speaker.pk)},
        {"words": f"{CANARY} au port"},
        {"words": f"{CANARY} accord de pêche sans le port"},
        {"words": "il est là"},
        {"words": "the"},
        {"words": FISH, "language": "qz"},
    ]
    return [post(client, body).content for body in asked]


def test_drafts_change_nothing(client: Client) -> None:
    ada = factories.speaker("Ada")
    printed(speakers=[ada])
    before = replay(client, ada)
    for number in range(120):
        text = f"{FISH}, {CANARY} au port {number}"
        wordings = [{"language": "fr", "text": FISH}, {"language": "qz", "text": f"{FISH} il est là the"}]
        made = factories.draft(speakers=[ada], revision=factories.source(text), words=FISH, wordings=wordings)
        if number % 2:
            submit(statement_id=made.pk, by=factories.user("author"))
    factories.withdrawn(speakers=[ada], revision=factories.source(f"« {FISH} »"), words=FISH)
    assert replay(client, ada) == before


@pytest.mark.parametrize("role", [AccessRole.CONTRIBUTOR, AccessRole.ADMINISTRATOR])
def test_a_token_shows_no_draft_either(client: Client, role: AccessRole) -> None:
    person = User.objects.create_superuser("boss")
    _token, secret = make_token(user=person, name="test", role=role, days=1, by=None)
    factories.draft(revision=factories.source(FISH), words=FISH)
    answer = post(client, {"words": FISH}, authorization=f"Bearer {secret}")
    assert (answer.status_code, answer.json()["verdict"]) == (200, "unknown")


def test_a_token_that_is_no_good_is_refused(client: Client) -> None:
    assert post(client, {"words": FISH}, authorization=f"Bearer ar_{'A' * 43}").status_code == 401


def test_its_queries_do_not_grow(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    ada = factories.speaker("Ada")
    for number in range(5):
        printed(speakers=[ada])
        worded(f"{FISH} {number}", speakers=[ada])
    with django_assert_num_queries(10):
        assert check(client, FISH[:34])["verdict"] == "in_part"
    with django_assert_num_queries(14):
        assert check(client, FISH[:34], speaker=str(ada.pk))["verdict"] == "in_part"
    with django_assert_num_queries(15):
        assert check(client, FISH.replace("jamais", "plus"), speaker=str(ada.pk))["verdict"] == "altered"
